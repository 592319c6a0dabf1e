/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.UUID;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.PairFacts;

/**
 * A pair whose domains both exist on this host.
 *
 * @param facts names and UUIDs
 * @param target the target's number here
 * @param guard the guard's number here
 */
public record PairHere(PairFacts facts, Domid target, Domid guard) {

    /** Makes it out of facts that have both domids. */
    public static PairHere of(PairFacts facts) {
        return new PairHere(facts, new Domid(facts.targetDomid()), new Domid(facts.guardDomid()));
    }

    /** Returns the number of one of them. */
    public Domid domid(Member member) {
        return member == Member.TARGET ? target : guard;
    }

    /**
     * Tells whether the domain with this number still is the one that was recorded: after a boot of the host, or a domain's end, the number may
     * be a stranger's, to whom nothing may be done. Blocks.
     */
    public boolean isHere(Hypervisor hypervisor, Member member) {
        UUID uuid = member == Member.TARGET ? facts.targetUuid() : facts.guardUuid();
        return hypervisor
                .domain(domid(member))
                .filter(info -> info.uuid().equals(uuid))
                .isPresent();
    }

    /** Returns the name of one of them. */
    public String name(Member member) {
        return member == Member.TARGET ? facts.targetName() : facts.guardName();
    }
}
