/**
 * The source's side of a migration as states.
 *
 * <pre>
 * Offering -> PreCopy -> Preparing -> LastRounds -> TargetStopping -> LastLook -> GuardStopping -> Draining -> AwaitingReady
 *    -> ConfirmingStop -> Yielded -> Cleaning -> Closing -> Ended
 * LastRounds -> PreCopy, if what is left does not fit
 * any state before Yielded, and Yielded on the destination's REFUSE -> RollingBack -> Telling -> Ended
 * RollingBack -> SuspendPending -> Telling, if a suspend may come late
 * </pre>
 */
@NullMarked
package org.vmcoupler.coupling.source;

import org.jspecify.annotations.NullMarked;
