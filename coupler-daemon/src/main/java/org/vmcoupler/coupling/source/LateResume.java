/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.WatchForSuspend;

/**
 * A suspend has come late, and the pair is being resumed, its guard first. Nobody else resumes it meanwhile, whatever its guard proves.
 *
 * @param refused the destination's REFUSE for this attempt has come
 */
public record LateResume(boolean refused) implements Settled {

    @Override
    public String phase() {
        return "late-resume";
    }

    /** It may be the guard alone that has suspended. */
    @Override
    public Looks looks() {
        return Looks.IF_IT_RUNS;
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(new LateResume(true));
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("During the resume: " + event.reason()));
    }

    @Override
    public SourceStep rolledBack(SourceEvent.RolledBack event) {
        Note note = new Note("After a late suspend: " + event.detail());
        return switch (event.result()) {
            case SUSPEND_PENDING -> SourceStep.to(new SuspendPending(refused), note, new WatchForSuspend());
            case WATCHED, GONE -> Telling.done(refused);
            case GUARD_LOST -> Telling.openAfter(refused, note, new FreePair());
        };
    }
}
