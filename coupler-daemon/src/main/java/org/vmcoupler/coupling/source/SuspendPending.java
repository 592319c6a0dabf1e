/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.RollBack;
import org.vmcoupler.fault.ErrorCode;

/**
 * The pair runs on here, watched, but its target has acknowledged a suspend that has not come: it may come at any time, without limit. Until
 * then the pair stays this attempt's, which resumes it; but for one whose guard is lost, which its keeper gets back: that alone can make another guard,
 * and also resumes a target that suspends.
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
    public Looks looks() {
        return Looks.AS_EVER;
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(new SuspendPending(true));
    }

    @Override
    public SourceStep suspendCame() {
        return SourceStep.to(
                new LateResume(refused),
                new Note("A suspend came late; the pair is resumed, its guard first"),
                new RollBack());
    }

    @Override
    public SourceStep suspendOver() {
        return Telling.done(refused);
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        if (event.code() != ErrorCode.GUARD_NOT_ALIVE) {
            return SourceStep.to(this, new Note("While a suspend may come: " + event.reason()));
        }
        Note note = new Note(
                "The guard is lost while a suspend may come; the pair's keeper has it again: " + event.reason());
        return Telling.openAfter(refused, note, new FreePair());
    }
}
