/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/** Nothing is left to decide. */
public record Ended() implements SourceState {

    @Override
    public String phase() {
        return "ended";
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep saved(SourceEvent.Saved event) {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep cancelAsked() {
        return SourceStep.to(this);
    }
}
