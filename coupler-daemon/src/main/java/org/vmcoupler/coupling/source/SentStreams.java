/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;

/** The streams that have left the source whole. */
record SentStreams(Optional<StreamDigest> target, Optional<StreamDigest> guard) {

    static final SentStreams NONE = new SentStreams(Optional.empty(), Optional.empty());

    SentStreams with(SourceEvent.Saved event) {
        return event.member() == Member.TARGET
                ? new SentStreams(Optional.of(event.digest()), guard)
                : new SentStreams(target, Optional.of(event.digest()));
    }
}
