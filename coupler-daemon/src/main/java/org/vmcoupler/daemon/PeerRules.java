/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import org.vmcoupler.control.DomainOffer;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.stream.StreamRules;

/** What both ends demand of a stream, derived from the offer alone, so that both come to the same. */
final class PeerRules {

    /** Most vcpus of a domain that we move: what the stream of a PV domain may name. */
    private static final int VCPU_LIMIT = 128;

    private PeerRules() {}

    static StreamRules of(DomainKind kind, DomainOffer offer) {
        return new StreamRules(kind, offer.frames(), VCPU_LIMIT);
    }
}
