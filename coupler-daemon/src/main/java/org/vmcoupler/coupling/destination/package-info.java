/**
 * The destination's side of a migration as states.
 *
 * <pre>
 * Receiving -> Coupling -> Held -> Proving -> Taken -> Running -> Finished
 * any state before Taken -> Refusing -> Finished
 * </pre>
 *
 * <p>From Coupling on the pair may be the last good copy: silence of the source pauses the guard and is waited out; only KEEP, or a failure of
 * our own, destroys.
 */
@NullMarked
package org.vmcoupler.coupling.destination;

import org.jspecify.annotations.NullMarked;
