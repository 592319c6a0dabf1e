/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;
import java.util.Optional;

/**
 * A state of the source and how long it has waited. Immutable and pure: time comes with each event.
 *
 * @param sinceMs when {@code waiting} began, by the clock of {@link Moment}
 */
public record SourceMachine(SourceState state, WaitLimits limits, Optional<Wait> waiting, long sinceMs) {

    /**
     * What comes of an event.
     *
     * @param effects to be carried out in this order
     */
    public record Turn(SourceMachine next, List<SourceEffect> effects) {}

    /** Begins in {@code first}. */
    public static SourceMachine start(SourceState first, WaitLimits limits, long nowMs) {
        return new SourceMachine(first, limits, first.waitsFor(limits), nowMs);
    }

    /** Takes an event; time that has passed is first held against what the state waits for. */
    public Turn take(SourceEvent event, Moment now) {
        boolean passed = event instanceof SourceEvent.Tick
                && waiting.filter(w -> now.nowMs() - sinceMs >= w.limitMs()).isPresent();
        SourceStep step = passed ? state.overdue(waiting.get()) : event.at(state, now);
        return new Turn(in(step.next(), now.nowMs()), step.effects());
    }

    private SourceMachine in(SourceState next, long nowMs) {
        Optional<Wait> nextWait = next.waitsFor(limits);
        boolean same = nextWait.equals(waiting);
        return new SourceMachine(next, limits, nextWait, same ? sinceMs : nowMs);
    }
}
