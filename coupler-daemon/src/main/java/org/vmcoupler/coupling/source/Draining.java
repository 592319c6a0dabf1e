/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.source.SourceEffect.SendStopped;

/**
 * Both domains are stopped; the rest of both streams flows.
 *
 * @param look the last look
 * @param sent what has left this host already
 */
public record Draining(SourceEvent.LookedLast look, SentStreams sent) implements SourceState {

    @Override
    public String phase() {
        return "rest";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The rest of both streams did not leave this host", limits.restMs()));
    }

    @Override
    public SourceStep saved(SourceEvent.Saved event) {
        SentStreams now = sent.with(event);
        if (now.target().isEmpty() || now.guard().isEmpty()) {
            return SourceStep.to(new Draining(look, now));
        }
        SendStopped stopped = new SendStopped(now.target().get(), now.guard().get(), look);
        return SourceStep.to(new AwaitingReady(stopped), stopped);
    }
}
