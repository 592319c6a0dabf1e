/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.coupling.source.SourceEffect.CloseAttempt;
import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.RecordRunning;

/**
 * The roll-back has ended and the pair is free for another attempt; the destination must still learn of KEEP, which is brought to it until it
 * has refused.
 *
 * @param done nothing is left to be done here: the attempt is closed with the destination's REFUSE. Else it stays open, for the next start
 */
public record Telling(boolean done) implements Settled {

    /** The pair runs on, or is gone: that is made durable before the pair is free. */
    static SourceStep done(boolean refused) {
        return refused
                ? SourceStep.to(new Ended(), new RecordRunning(), new FreePair(), new CloseAttempt())
                : SourceStep.to(new Telling(true), new RecordRunning(), new FreePair());
    }

    /** The roll-back failed; the daemon tries again at its next start. */
    static SourceStep openAfter(boolean refused, SourceEffect... effects) {
        return SourceStep.to(refused ? new Ended() : new Telling(false), effects);
    }

    @Override
    public String phase() {
        return "tell";
    }

    /** Until the pair is free, for which a disk may be waited for. */
    @Override
    public Looks looks() {
        return Looks.IF_IT_RUNS;
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return done ? SourceStep.to(new Ended(), new CloseAttempt()) : SourceStep.to(new Ended());
    }
}
