/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.coupling.source.SourceEffect.Finish;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.Outcome;
import org.vmcoupler.coupling.source.SourceEffect.RollBack;
import org.vmcoupler.coupling.source.SourceEffect.SendKeep;
import org.vmcoupler.fault.ErrorCode;

/**
 * KEEP is durable: the pair stays here. Its guard proves a look before its target runs again.
 *
 * @param code why
 * @param reason why, in sentences
 */
public record RollingBack(ErrorCode code, String reason) implements Settled {

    static SourceStep because(ErrorCode code, String reason) {
        return SourceStep.to(
                new RollingBack(code, reason), new Decide(Decision.KEEP), new SendKeep(reason), new RollBack());
    }

    /** The destination has refused already and needs no KEEP. */
    static SourceStep refused(ErrorCode code, String reason) {
        return SourceStep.to(new RollingBack(code, reason), new Decide(Decision.KEEP), new RollBack());
    }

    @Override
    public String phase() {
        return "roll-back";
    }

    @Override
    public SourceStep rolledBack(SourceEvent.RolledBack event) {
        ErrorCode end = event.guardLost() ? ErrorCode.GUARD_LOST : code;
        String detail = event.detail().isEmpty() ? reason : reason + " " + event.detail();
        return SourceStep.to(new Ended(), new Finish(new Outcome(false, end, detail)));
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("During the roll-back: " + event.reason()));
    }
}
