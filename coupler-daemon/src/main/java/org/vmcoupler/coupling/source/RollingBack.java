/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.ArrayList;
import java.util.List;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.coupling.source.SourceEffect.Finish;
import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.Outcome;
import org.vmcoupler.coupling.source.SourceEffect.RollBack;
import org.vmcoupler.coupling.source.SourceEffect.SendKeep;
import org.vmcoupler.coupling.source.SourceEffect.WatchForSuspend;
import org.vmcoupler.fault.ErrorCode;

/**
 * KEEP is durable; the saves are ended and the pair is to run on here.
 *
 * @param code why
 * @param reason sentences for the operator
 * @param refused the destination's REFUSE for this attempt has come
 */
public record RollingBack(ErrorCode code, String reason, boolean refused) implements Settled {

    static SourceStep because(ErrorCode code, String reason) {
        return SourceStep.to(
                new RollingBack(code, reason, false),
                new Decide(Decision.KEEP, false),
                new SendKeep(reason),
                new RollBack());
    }

    /** The last rounds of both would take too long, and pre-copy is at its limit. */
    static SourceStep notConverged(Lockstep known, Moment now) {
        PreCopyLimits limits = known.limits();
        String predicted = known.predictedMs(now.bytesPerSecond(), now.nowMs())
                .map(ms -> "the last round would take " + ms + " ms")
                .orElse(known.sentAllOnce() ? "what is left is not known yet" : "not all memory has been sent once");
        return because(
                ErrorCode.NOT_CONVERGED,
                "Pre-copy reached its limit of " + limits.maxRounds() + " rounds or " + limits.timeoutMs() + " ms and "
                        + predicted + ", " + limits.downtimeMs() + " ms are allowed. Allow a longer --downtime,"
                        + " more --max-rounds or --timeout, or use --on-timeout stop.");
    }

    /** The destination has refused already and needs no KEEP. */
    static SourceStep refused(ErrorCode code, String reason) {
        return SourceStep.to(new RollingBack(code, reason, true), new Decide(Decision.KEEP, true), new RollBack());
    }

    @Override
    public String phase() {
        return "roll-back";
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(new RollingBack(code, reason, true));
    }

    @Override
    public SourceStep rolledBack(SourceEvent.RolledBack event) {
        boolean lost = event.result() == SourceEvent.RolledBack.Result.GUARD_LOST
                || event.result() == SourceEvent.RolledBack.Result.GONE;
        String detail = event.detail().isEmpty() ? reason : reason + " " + event.detail();
        Finish finish = new Finish(new Outcome(false, lost ? ErrorCode.GUARD_LOST : code, detail));
        return switch (event.result()) {
            case SUSPEND_PENDING -> SourceStep.to(new SuspendPending(refused), new WatchForSuspend(), finish);
            case WATCHED, GONE -> then(Telling.done(refused), finish);
            case GUARD_LOST -> then(Telling.openAfter(refused, new FreePair()), finish);
        };
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("During the roll-back: " + event.reason()));
    }

    private static SourceStep then(SourceStep step, SourceEffect last) {
        List<SourceEffect> all = new ArrayList<>(step.effects());
        all.add(last);
        return new SourceStep(step.next(), all);
    }
}
