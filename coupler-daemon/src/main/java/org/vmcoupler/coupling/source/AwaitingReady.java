/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.control.ControlMessage.Ready;
import org.vmcoupler.coupling.source.SourceEffect.CheckStop;
import org.vmcoupler.coupling.source.SourceEffect.SendStopped;
import org.vmcoupler.fault.ErrorCode;

/**
 * Both streams have left; the destination restores, couples and lets the guard look.
 *
 * @param stopped what the destination must confirm
 */
public record AwaitingReady(SendStopped stopped) implements SourceState {

    @Override
    public String phase() {
        return "guard-watches";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The destination did not get ready", limits.readyMs()));
    }

    @Override
    public SourceStep peerReady(SourceEvent.PeerReady event) {
        Ready ready = event.ready();
        if (!ready.target().equals(stopped.target()) || !ready.guard().equals(stopped.guard())) {
            return RollingBack.because(
                    ErrorCode.ROLLED_BACK, "The destination received other streams than the source sent.");
        }
        long expected = stopped.look().counterAtStop();
        if (ready.counterFirstSeen() != expected || ready.counterBeforeGo() != expected) {
            return RollingBack.because(
                    ErrorCode.LOOK_NOT_PROVEN,
                    "The target's counter was " + expected + " at its stop, but the guard saw "
                            + ready.counterFirstSeen() + " and the destination " + ready.counterBeforeGo() + ".");
        }
        return SourceStep.to(new ConfirmingStop(), new CheckStop());
    }
}
