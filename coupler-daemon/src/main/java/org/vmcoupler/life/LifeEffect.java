/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** What is to be done, in the order given. */
public sealed interface LifeEffect {

    /** What takes long, may fail and answers by an event. A later one takes the place of one that was not begun. */
    sealed interface Attempt extends LifeEffect {
        /** Returns how many tries before this one have failed, or were made vain by the target itself: the more, the longer it waits first. */
        int tries();
    }

    /** The target is paused, durably: a daemon that starts later knows that it has to stay so. */
    record Hold() implements LifeEffect {}

    /** Somebody should know. */
    record Alert(String text) implements LifeEffect {}

    /** Whatever saves the target and is not ours is ended. Later effects do not wait for it. */
    record EndSaves() implements LifeEffect {}

    /**
     * A guard is made to watch, and then the target is released. Answers {@link LifeEvent.Regained} or {@link LifeEvent.NotRegained}.
     *
     * @param guard which one; a fresh one in any case if the old one has ended
     */
    record Regain(NextGuard guard, int tries) implements Attempt {}

    /** A new target is made, paused. Answers {@link LifeEvent.Made} or {@link LifeEvent.NotMade}. */
    record MakeTarget(int tries) implements Attempt {}

    /**
     * The target is asked to end, and its time to do so begins: {@link LifeEvent.GraceOver} if it does not.
     *
     * @param again by a reboot instead of a power-off
     */
    record AskTarget(boolean again) implements LifeEffect {}

    /** Guard and then target are destroyed, and the pair is coupled no more. Answers {@link LifeEvent.PairEnded} or {@link LifeEvent.NotEnded}. */
    record EndPair(int tries) implements Attempt {}
}
