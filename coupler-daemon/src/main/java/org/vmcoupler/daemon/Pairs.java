/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.migration.PairHere;

/** The pairs that are coupled on this host, as the journal knows them. A pair's id is its target's UUID. */
final class Pairs {

    private final Journal journal;
    private final Hypervisor hypervisor;
    private final String bootId;

    Pairs(Journal journal, Hypervisor hypervisor) {
        this.journal = journal;
        this.hypervisor = hypervisor;
        this.bootId = hypervisor.host().bootId();
    }

    /** Returns all of this boot, by the names of their targets. */
    List<PairHere> all() {
        return journal.state().pairs().values().stream()
                .filter(pair -> pair.bootId().equals(bootId))
                .map(pair -> PairHere.of(pair.pair()))
                .sorted(Comparator.comparing(pair -> pair.facts().targetName()))
                .toList();
    }

    /** Returns the pair whose target has this name. */
    Optional<PairHere> ofTarget(String name) {
        return all().stream().filter(p -> p.facts().targetName().equals(name)).findFirst();
    }

    /** Returns the pair to which a domain belongs, as target or as guard. */
    Optional<PairHere> of(UUID domain) {
        return all().stream()
                .filter(p -> p.facts().targetUuid().equals(domain)
                        || p.facts().guardUuid().equals(domain))
                .findFirst();
    }

    void add(DomainInfo target, DomainInfo guard) {
        PairFacts facts = new PairFacts(
                target.name(),
                target.uuid(),
                target.domid().value(),
                guard.name(),
                guard.uuid(),
                guard.domid().value());
        journal.append(new JournalRecord.Pair(target.uuid(), facts, bootId));
    }

    void remove(PairHere pair) {
        journal.append(new JournalRecord.Unpair(pair.facts().targetUuid()));
    }

    /** Returns what Xen says of a domain, if it still is the one that was recorded: numbers are given again. */
    Optional<DomainInfo> info(Domid domid, UUID uuid) {
        return hypervisor.domain(domid).filter(info -> info.uuid().equals(uuid));
    }
}
