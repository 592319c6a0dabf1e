/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.Offering;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.Role;
import org.vmcoupler.local.MigrationProgress;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.migration.Request;
import org.vmcoupler.migration.SourceMigration;
import org.vmcoupler.report.MigrationReport;

/** The migrations that leave this host. Any thread. */
final class Departures {

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
    private static final Duration PROGRESS = Duration.ofMillis(500);

    private final HostParts host;
    private final String bootId;
    private final PeerDoor door;
    private final Errands errands;
    private final Preflight preflight;
    private final Map<UUID, SourceMigration> underWay = new ConcurrentHashMap<>();
    private final Set<SourceMigration> open = ConcurrentHashMap.newKeySet();

    Departures(HostParts host, PeerDoor door, Errands errands) {
        this.host = host;
        this.bootId = host.hypervisor().host().bootId();
        this.door = door;
        this.errands = errands;
        this.preflight = new Preflight(host);
    }

    /**
     * Migrates and returns the report. Blocks until the end; the pair must be claimed by the caller.
     *
     * @param free run once the pair is free for somebody else, which may be before the end; not if the migration never began
     */
    MigrationReport migrate(PairHere pair, Request request, Consumer<MigrationProgress> progress, Runnable free) {
        Preflight.Result found = preflight.check(pair);
        CompletableFuture<SourceMigration> started = new CompletableFuture<>();
        Peer peer = door.connect(
                request.destinationName(),
                (from, message) -> started.thenAccept(m -> m.received(message)),
                reason -> started.thenAccept(m -> m.post(new SourceEvent.PeerLost(reason))));
        UUID id = request.migrationId();
        SourceMigration migration;
        try {
            sameXen(peer);
            host.journal()
                    .append(new JournalRecord.Begin(
                            id,
                            Role.SOURCE,
                            peer.name(),
                            peer.journalId(),
                            pair.facts(),
                            host.hypervisor().host().bootId()));
            migration = new SourceMigration(
                    new SourceMigration.Setting(
                            host, pair, request, found.rules(), errands, peer.journalId(), Optional.empty()),
                    new Offering(request.limits()));
            adopt(pair, migration);
        } catch (RuntimeException e) {
            peer.close();
            throw e;
        }
        migration.freed().thenRun(free);
        LOG.info("migration {} of {} to {} begins", id, pair.name(Member.TARGET), peer.name());
        migration.begin(peer, found.look().vmcoreinfo());
        peer.send(new ControlMessage.Begin(
                id, found.offers().target(), found.offers().guard(), request.verifyMemory()));
        started.complete(migration);
        return await(migration, progress);
    }

    /** Takes an attempt over, which has its pair until it gives it back. */
    void adopt(PairHere pair, SourceMigration migration) {
        UUID target = pair.facts().targetUuid();
        underWay.put(target, migration);
        migration.freed().thenRun(() -> underWay.remove(target, migration));
        watchOver(migration);
    }

    /** Takes note of an attempt that has no pair any more but something to tell its peer. */
    void watchOver(SourceMigration migration) {
        open.add(migration);
        migration.ended().thenRun(() -> open.remove(migration));
    }

    /** Tells whether nothing is left to be done by any attempt. */
    boolean idle() {
        return open.isEmpty();
    }

    /**
     * Returns the migration of the pair with this target that is under way. One by which the pair left, and that has still to hear so, is none of the
     * pair that has come back.
     */
    Optional<SourceMigration> of(UUID target) {
        JournalRecord.Pair recorded = host.journal().state().pairs().get(target);
        return Optional.ofNullable(underWay.get(target))
                .filter(migration -> recorded == null || !migration.isNotOf(recorded, bootId));
    }

    /** Returns all that are under way, and those whose pair has left and whose peer has still to confirm that. */
    List<MigrationProgress> progress() {
        Stream<SourceMigration> closing = open.stream().filter(SourceMigration::closing);
        return Stream.concat(underWay.values().stream(), closing)
                .distinct()
                .map(m -> m.view().progress())
                .toList();
    }

    /** Tells whether a pair that a migration has moved away is here again. */
    boolean hasComeBack(MigrationReport report, UUID target) {
        return report.outcome().equals("completed")
                && host.journal().state().pairs().containsKey(target);
    }

    /** Returns the attempt by which the pair with this target has left, if its peer has not confirmed that yet; none other may begin before. */
    Optional<Attempt> leftBy(UUID target) {
        return host.journal().state().open().values().stream()
                .filter(attempt -> attempt.begin().role() == Role.SOURCE
                        && attempt.pair().targetUuid().equals(target)
                        && attempt.decision() == Decision.YIELD)
                .findAny();
    }

    private MigrationReport await(SourceMigration migration, Consumer<MigrationProgress> progress) {
        while (true) {
            try {
                return migration.result().get(PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                progress.accept(migration.view().progress());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Refusal refusal) {
                    throw refusal;
                }
                throw new Refusal(ErrorCode.INTERNAL, "The migration ended by a fault of ours; see the log.", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(
                        ErrorCode.INTERNAL, "The daemon is ending; the migration goes on or is recovered.", e);
            }
        }
    }

    /** Streams move between equal versions only; decisions move between any. */
    private void sameXen(Peer peer) {
        String here = host.hypervisor().host().xenVersion();
        if (!peer.xenVersion().equals(here)) {
            throw new Refusal(
                    ErrorCode.XEN_VERSION,
                    "Host \"" + peer.name() + "\" runs Xen " + peer.xenVersion() + ", this host runs " + here
                            + ". Streams move between equal versions only; nothing was changed.");
        }
    }
}
