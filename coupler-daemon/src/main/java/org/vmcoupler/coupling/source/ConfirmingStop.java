/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.coupling.source.SourceEffect.SendYield;
import org.vmcoupler.fault.ErrorCode;

/** The destination is ready; the pair is given up only if the target has stood still here since its stop, by the hypervisor's word. */
public record ConfirmingStop() implements SourceState {

    @Override
    public String phase() {
        return "stop-check";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The stopped target's CPU time was not read", limits.lookMs()));
    }

    @Override
    public SourceStep stopChecked(SourceEvent.StopChecked event) {
        if (event.ranNs() < 0) {
            return RollingBack.because(ErrorCode.INTERNAL, "The target's CPU time at its stop is not known.");
        }
        if (event.ranNs() > 0) {
            return RollingBack.because(
                    ErrorCode.ROLLED_BACK,
                    "The target ran on for " + event.ranNs()
                            + " ns after its stop, so its copy at the destination is not the last one.");
        }
        return SourceStep.to(new Yielded(), new Decide(Decision.YIELD, false), new SendYield());
    }
}
