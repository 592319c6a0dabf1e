/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/** What happens to a pair. */
public sealed interface LifeEvent {

    /** No look was proven for longer than the policy allows. */
    record LookLate(String reason) implements LifeEvent {}

    /** The guard's domain has ended or is gone. */
    record GuardEnded(DomainEnd end) implements LifeEvent {}

    /** The target has ended, is gone, or has suspended itself. */
    record TargetEnded(DomainEnd end) implements LifeEvent {}

    /**
     * Somebody else than this daemon saves or migrates the target.
     *
     * @param who what to call it
     */
    record SavedByOthers(String who) implements LifeEvent {}

    /**
     * Whoever did has gone and has given the target away for good: its copy may run on another host.
     *
     * @param who what to call it
     */
    record GivenAway(String who) implements LifeEvent {}

    /** Nobody does any more. */
    record SaveOver() implements LifeEvent {}

    /**
     * The target has suspended itself though nobody of us asked it to.
     *
     * @param times how often of late, this time included
     */
    record TargetSuspended(int times) implements LifeEvent {}

    /** Somebody has unpaused the target while no guard watches it. */
    record HeldTargetRuns() implements LifeEvent {}

    /** A guard has proven a look, and the target was released. */
    record Regained() implements LifeEvent {}

    /** That failed. */
    record NotRegained(String reason) implements LifeEvent {}

    /** A new target exists, paused, in place of the one that ended. */
    record Made() implements LifeEvent {}

    /** That failed; what there was is as before. */
    record NotMade(String reason) implements LifeEvent {}

    /**
     * An operator wants the pair stopped.
     *
     * @param again and started again
     */
    record StopAsked(boolean again) implements LifeEvent {}

    /** The target has not ended in the time that it was given. */
    record GraceOver() implements LifeEvent {}

    /** Both domains are gone and the pair is coupled no more. */
    record PairEnded() implements LifeEvent {}

    /**
     * That failed.
     *
     * @param tries tries before the one that failed
     */
    record NotEnded(String reason, int tries) implements LifeEvent {}
}
