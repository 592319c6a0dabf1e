/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.RollingBack;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.Telling;
import org.vmcoupler.coupling.source.Yielded;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.JournalState;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LeftBehind;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.migration.Request;
import org.vmcoupler.migration.SourceMigration;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.stream.StreamRules;

/** What a daemon does at its start with the attempts that its predecessor left open. Nothing of them is lost or half-done. */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final PreCopyLimits NO_MORE_PRE_COPY = new PreCopyLimits(1, 1, 1, OnTimeout.CANCEL);

    private final HostParts host;
    private final String hostName;
    private final Departures departures;
    private final DestinationRecovery destination;
    private final Errands errands;
    private final Reports reports;

    Recovery(HostParts host, String hostName, Departures departures, Reception reception, Errands errands) {
        this.host = host;
        this.hostName = hostName;
        this.departures = departures;
        this.destination = new DestinationRecovery(host, reception);
        this.errands = errands;
        this.reports = reception.reports();
    }

    /** Takes up all open attempts; what blocks goes on behind. */
    void run() {
        String bootId = host.hypervisor().host().bootId();
        host.journal().state().open().forEach((id, attempt) -> {
            boolean sameBoot = attempt.begin().bootId().equals(bootId);
            LOG.warn(
                    "migration {} was under way ({}, {}) when the daemon ended",
                    id,
                    attempt.begin().role(),
                    attempt.decision());
            List<HelperProcess> helpers = attempt.helpers().stream()
                    .filter(helper -> helper.bootId().equals(bootId))
                    .map(helper -> new HelperProcess(helper.pid(), helper.startTicks()))
                    .toList();
            helpers.forEach(HelperProcess::kill);
            if (attempt.begin().role() == Role.SOURCE) {
                source(id, attempt, sameBoot, new LeftBehind(helpers, attempt.stopping()));
            } else {
                destination.takeUp(id, attempt, sameBoot);
            }
        });
    }

    private void source(UUID id, Attempt attempt, boolean sameBoot, LeftBehind left) {
        if (attempt.decision() == Decision.NONE) {
            host.journal()
                    .append(
                            sameBoot
                                    ? new JournalRecord.Keep(id, "daemon restarted", false)
                                    : new JournalRecord.Yield(id, "copies-gone"));
        }
        PairHere pair = sameBoot
                ? PairHere.of(numbers(id, attempt))
                : PairHere.ofFormerBoot(attempt.pair(), attempt.begin().bootId());
        Request request =
                new Request(id, hostName, attempt.begin().peer(), NO_MORE_PRE_COPY, Bandwidth.UNLIMITED, false);
        Both<StreamRules> rules = Both.of(member -> new StreamRules(DomainKind.PV, 1, 1));
        SourceMigration.Setting setting = new SourceMigration.Setting(
                host, pair, request, rules, errands, attempt.begin().peerJournalId(), Optional.of(left));
        String why = "The daemon was restarted in the middle of the migration.";
        if (host.journal().state().decision(id) == Decision.YIELD) {
            LOG.warn(
                    sameBoot
                            ? "the pair stays paused here until the destination answers"
                            : "this host was booted since: its copies are gone, the destination's go forward");
            SourceMigration migration = new SourceMigration(setting, new Yielded());
            UUID target = pair.facts().targetUuid();
            var unusedReport = migration
                    .result()
                    .thenAccept(report -> reports.keep(report, departures.hasComeBack(report, target)));
            departures.adopt(pair, migration);
            migration.resume(new SourceEffect.SendYield());
        } else if (sameBoot && !attempt.running()) {
            SourceMigration migration =
                    new SourceMigration(setting, new RollingBack(ErrorCode.ROLLED_BACK, why, false));
            departures.adopt(pair, migration);
            migration.resume(new SourceEffect.SendKeep(why), new SourceEffect.RollBack());
        } else {
            LOG.info(
                    "nothing is left to roll back of migration {}; the destination is told that the pair was kept", id);
            SourceMigration migration = new SourceMigration(setting, new Telling(true));
            departures.watchOver(migration);
            migration.resume(new SourceEffect.SendKeep(why));
        }
    }

    /**
     * Returns a kept pair as it is now: its keeper may have made another guard or target since the attempt began. Of one that was given up only the
     * attempt's own domains are meant, as the pair may have come back in others.
     */
    private PairFacts numbers(UUID id, Attempt attempt) {
        JournalState state = host.journal().state();
        JournalRecord.Pair recorded = state.pairs().get(attempt.pair().targetUuid());
        boolean kept = state.decision(id) == Decision.KEEP;
        return kept
                        && recorded != null
                        && recorded.bootId().equals(attempt.begin().bootId())
                ? recorded.pair()
                : attempt.pair();
    }
}
