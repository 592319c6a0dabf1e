/**
 * The destination's side of a migration as states.
 *
 * <pre>
 * Receiving -> Coupling -> Held -> Proving -> Taken -> Running -> Closing -> Finished
 * any state before Taken -> Refusing -> Finished
 * Held: also where a restarted daemon goes on; Lost: where it goes on if what it took is gone
 * </pre>
 *
 * <p>From Coupling on the pair may be the last good copy: silence of the source pauses both and is waited out; only KEEP, or a failure of our own
 * while the source has its copies, destroys. From Taken on nothing does.
 */
@NullMarked
package org.vmcoupler.coupling.destination;

import org.jspecify.annotations.NullMarked;
