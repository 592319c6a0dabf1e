/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;

/**
 * A pair whose domains both exist on this host.
 *
 * @param facts names and UUIDs
 * @param target the target's number here
 * @param guard the guard's number here
 * @param formerBoot the boot in which these numbers were given, if it is over: then they name nothing
 */
public record PairHere(PairFacts facts, Domid target, Domid guard, Optional<String> formerBoot) {

    /** Makes it out of facts that have both domids. */
    public static PairHere of(PairFacts facts) {
        return new PairHere(facts, new Domid(facts.targetDomid()), new Domid(facts.guardDomid()), Optional.empty());
    }

    /** Makes it out of facts of a boot that is over: nothing of it is here, whatever has its numbers and even its UUIDs now. */
    public static PairHere ofFormerBoot(PairFacts facts, String bootId) {
        return new PairHere(facts, new Domid(facts.targetDomid()), new Domid(facts.guardDomid()), Optional.of(bootId));
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
        return formerBoot.isEmpty()
                && hypervisor
                        .domain(domid(member))
                        .filter(info -> info.uuid().equals(uuid))
                        .isPresent();
    }

    /**
     * Tells whether a record is of these very domains: the same pair may have come back in others, or in another boot.
     *
     * @param bootId of this boot
     */
    public boolean isMeantBy(JournalRecord.Pair recorded, String bootId) {
        return recorded.pair().equals(facts) && recorded.bootId().equals(formerBoot.orElse(bootId));
    }

    /** Returns the name of one of them. */
    public String name(Member member) {
        return member == Member.TARGET ? facts.targetName() : facts.guardName();
    }
}
