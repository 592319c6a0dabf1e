/**
 * Moves one save stream between two hosts: from the save helper's socket over a data connection to the restore helper's socket, checked and
 * re-emitted at both ends, with back-pressure and bounded memory. Each stream lives on one event loop, that of its data connection; the public
 * methods may be called from any thread and do not block. Depends on {@code stream} and Netty, and knows nothing of control, coupling or
 * hypervisor.
 */
@NullMarked
package org.vmcoupler.relay;

import org.jspecify.annotations.NullMarked;
