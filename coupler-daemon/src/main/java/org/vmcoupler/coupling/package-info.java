/**
 * Decides what happens in a migration, and does none of it. {@code source} and {@code destination} are the two roles' state machines: a state and
 * an event give the next state and a list of effects, which the {@code migration} package carries out in their order. Pure: no clock, no
 * threads, no input or output. The rules are those of docs/architecture.md, "Who decides".
 */
@NullMarked
package org.vmcoupler.coupling;

import org.jspecify.annotations.NullMarked;
