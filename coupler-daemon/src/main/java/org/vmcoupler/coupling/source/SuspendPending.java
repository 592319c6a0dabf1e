/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.RollBack;
import org.vmcoupler.coupling.source.SourceEffect.WatchForSuspend;

/**
 * The pair runs on here, watched, but its target has acknowledged a suspend that has not come: it may come at any time, without limit. Until
 * then the pair stays this attempt's, which resumes it.
 *
 * @param refused the destination's REFUSE for this attempt has come
 */
public record SuspendPending(boolean refused) implements Settled {

    /** The name of this state. */
    public static final String PHASE = "suspend-pending";

    @Override
    public String phase() {
        return PHASE;
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(new SuspendPending(true));
    }

    @Override
    public SourceStep suspendCame() {
        return SourceStep.to(
                this, new Note("A suspend came late; the pair is resumed, its guard first"), new RollBack());
    }

    @Override
    public SourceStep suspendOver() {
        return Telling.done(refused);
    }

    @Override
    public SourceStep rolledBack(SourceEvent.RolledBack event) {
        Note note = new Note("After a late suspend: " + event.detail());
        return switch (event.result()) {
            case SUSPEND_PENDING -> SourceStep.to(this, note, new WatchForSuspend());
            case WATCHED, GONE -> Telling.done(refused);
            case GUARD_LOST -> Telling.openAfter(refused, note, new FreePair());
        };
    }
}
