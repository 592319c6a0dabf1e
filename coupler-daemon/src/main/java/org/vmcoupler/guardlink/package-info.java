/**
 * The daemon's side of the conversation with a guard's agent (docs/guard-protocol.md) and the proof that a guard really sees its target's memory.
 * Every call blocks on xenstore or the hypervisor and must not be made on an event loop. Replies are read as hostile.
 */
@NullMarked
package org.vmcoupler.guardlink;

import org.jspecify.annotations.NullMarked;
