/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.source.Looks;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.keeper.Hands;
import org.vmcoupler.keeper.PairBook;
import org.vmcoupler.migration.PairHere;

/** The pairs that are coupled on this host, as the journal knows them. A pair's id is its target's UUID. */
final class Pairs implements PairBook {

    private final Journal journal;
    private final Hypervisor hypervisor;
    private final Departures departures;
    private final GuardMemory guards;
    private final String bootId;

    Pairs(Journal journal, Hypervisor hypervisor, Departures departures, GuardMemory guards) {
        this.journal = journal;
        this.hypervisor = hypervisor;
        this.departures = departures;
        this.guards = guards;
        this.bootId = hypervisor.host().bootId();
    }

    /** Returns all of this boot, by the names of their targets. */
    @Override
    public List<PairHere> all() {
        return journal.state().pairs().values().stream()
                .filter(pair -> pair.bootId().equals(bootId))
                .map(pair -> PairHere.of(pair.pair()))
                .sorted(Comparator.comparing(pair -> pair.facts().targetName()))
                .toList();
    }

    /**
     * Returns the pairs that were coupled here when the host was booted, and of which no attempt is open: one that may have moved is not among them,
     * nor one whose copy somewhere else waits for an answer.
     */
    List<PairFacts> lostByBoot() {
        return journal.state().pairs().values().stream()
                .filter(pair -> !pair.bootId().equals(bootId))
                .map(JournalRecord.Pair::pair)
                .filter(facts -> journal.state().open().values().stream()
                        .noneMatch(attempt -> attempt.pair().targetUuid().equals(facts.targetUuid())))
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
        record(facts);
    }

    @Override
    public void record(PairFacts facts) {
        journal.append(new JournalRecord.Pair(facts.targetUuid(), facts, bootId));
    }

    @Override
    public void remove(UUID id) {
        journal.append(new JournalRecord.Unpair(id));
        guards.forget(id);
    }

    @Override
    public void rememberGuard(UUID id, DomainConfig guard) {
        guards.keep(id, guard);
    }

    @Override
    public Optional<DomainConfig> rememberedGuard(UUID id) {
        return guards.recall(id);
    }

    @Override
    public void forgetGuard(UUID id) {
        boolean comes = journal.state().open().values().stream()
                .anyMatch(attempt -> attempt.begin().role() == Role.DESTINATION
                        && attempt.pair().targetUuid().equals(id));
        if (!comes) {
            guards.forget(id);
        }
    }

    @Override
    public Hands hands(UUID id) {
        Optional<Looks> leaving =
                departures.of(id).map(migration -> migration.view().looks());
        if (leaving.isPresent()) {
            return switch (leaving.get()) {
                case AS_EVER -> Hands.PRE_COPY;
                case PARKED -> Hands.PARKED;
                case IF_IT_RUNS -> Hands.STOP;
                case OURS -> Hands.MIGRATION;
            };
        }
        return journal.state().open().values().stream()
                .filter(attempt -> attempt.begin().role() == Role.DESTINATION
                        && attempt.pair().targetUuid().equals(id)
                        && !attempt.running())
                .map(attempt -> attempt.decision() == Decision.TAKE ? Hands.STOP : Hands.MIGRATION)
                .findAny()
                .orElse(Hands.KEEPER);
    }

    @Override
    public void regained(UUID id) {
        if (departures.of(id).isPresent()) {
            return;
        }
        journal.state().open().forEach((attempt, what) -> {
            boolean kept = what.begin().role() == Role.SOURCE
                    && what.pair().targetUuid().equals(id)
                    && what.decision() == Decision.KEEP;
            if (kept && !what.running()) {
                journal.append(new JournalRecord.Running(attempt));
            }
        });
    }

    @Override
    public void guardLostBeforeStop(UUID id, String reason) {
        departures
                .of(id)
                .ifPresent(migration -> migration.post(new SourceEvent.Failed(
                        ErrorCode.GUARD_NOT_ALIVE, "The guard proved no look while the target ran: " + reason)));
    }

    @Override
    public void disturbed(UUID id, String reason) {
        departures.of(id).ifPresent(migration -> migration.post(new SourceEvent.Failed(ErrorCode.ROLLED_BACK, reason)));
    }

    /** Returns what Xen says of a domain, if it still is the one that was recorded: numbers are given again. */
    Optional<DomainInfo> info(Domid domid, UUID uuid) {
        return hypervisor.domain(domid).filter(info -> info.uuid().equals(uuid));
    }
}
