/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.destination.Receiving;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.migration.DeadJournal;
import org.vmcoupler.migration.DestinationMigration;
import org.vmcoupler.migration.DestinationSetting;
import org.vmcoupler.migration.DestinationStreams;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.MemoryHashing;
import org.vmcoupler.migration.Peer;

/**
 * This host's door for pairs that come from others. Messages of one connection are handled in order, on one thread, an offer on a worker; every byte
 * in them is hostile and was checked by the codec for its bounds only. What is said about an offer while that is looked at waits for its end, so
 * that each attempt has one fate: it began, or it is refused.
 */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    /** Offers looked at at once, and messages that wait for the end of one. A peer that behaves has one of each. */
    private static final int OFFERS_MAX = 16;

    private final HostParts host;
    private final Optional<Admission> admission;
    private final Reports reports;
    private final GuardMemory guards;
    private final PastAttempts past;
    private final Map<UUID, DestinationMigration> migrations = new HashMap<>();
    private final Map<UUID, List<Runnable>> offers = new HashMap<>();

    /** Makes a door; without an admission it stays closed. What a guard that comes was made from is kept in {@code guards}. */
    Reception(HostParts host, Optional<Admission> admission, Reports reports, GuardMemory guards) {
        this.host = host;
        this.admission = admission;
        this.reports = reports;
        this.guards = guards;
        this.past = new PastAttempts(host.journal());
    }

    Reports reports() {
        return reports;
    }

    /** Takes a message that came over {@code peer}. Blocks for the disk at most. */
    void received(Peer peer, ControlMessage message) {
        try {
            sort(peer, message);
        } catch (JournalDeadException e) {
            DeadJournal.halt(e);
        }
    }

    /** The connection {@code peer} is lost. */
    synchronized void lost(Peer peer, String reason) {
        offers.values().forEach(later -> later.add(() -> lost(peer, reason)));
        migrations.values().forEach(migration -> migration.peerLost(peer, reason));
    }

    /** Tells whether no attempt is under way and no offer is being looked at. */
    synchronized boolean idle() {
        return migrations.isEmpty() && offers.isEmpty();
    }

    /** Takes over an attempt that a restart of the daemon left open. */
    synchronized void adopt(UUID id, DestinationMigration migration) {
        migrations.put(id, migration);
    }

    /**
     * Makes what an attempt needs to know.
     *
     * @param held what the source said of both, if that is in the journal
     */
    DestinationSetting setting(
            UUID id, PairFacts pair, DestinationSetting.Origin origin, Optional<ControlMessage.Stopped> held) {
        return new DestinationSetting(
                host,
                id,
                pair,
                origin,
                held,
                report -> reports.keepReceived(
                        id, report, !host.journal().state().pairs().containsKey(pair.targetUuid())),
                () -> ended(id, pair));
    }

    private synchronized void sort(Peer peer, ControlMessage message) {
        if (message instanceof ControlMessage.Begin begin) {
            begin(peer, begin);
            return;
        }
        Optional<UUID> known = PastAttempts.migrationId(message);
        if (known.isEmpty()) {
            LOG.warn("{} sent {}, which is no message to a destination", peer.name(), message);
            return;
        }
        UUID id = known.get();
        List<Runnable> later = offers.get(id);
        DestinationMigration migration = migrations.get(id);
        if (later != null) {
            if (later.size() < OFFERS_MAX) {
                later.add(() -> received(peer, message));
            }
        } else if (message instanceof ControlMessage.Inquire inquire) {
            past.inquire(peer, inquire, migration != null);
        } else if (migration != null) {
            // under the lock under which a migration leaves the map before its thread ends, so no message falls in
            // between
            migration.received(peer, message);
        } else {
            past.asked(peer, id, message);
        }
    }

    private void begin(Peer peer, ControlMessage.Begin begin) {
        UUID id = begin.migrationId();
        if (offers.size() >= OFFERS_MAX || offers.containsKey(id)) {
            refuse(peer, id, ErrorCode.BUSY, "Too many offers at once, or this one twice.");
            return;
        }
        offers.put(id, new ArrayList<>());
        host.workers().execute(() -> {
            try {
                offered(peer, begin);
            } catch (JournalDeadException e) {
                DeadJournal.halt(e);
            } finally {
                decided(id);
            }
        });
    }

    /** The offer is taken or refused: what was said about it meanwhile gets its turn. */
    private synchronized void decided(UUID id) {
        List<Runnable> later = offers.remove(id);
        if (later != null) {
            later.forEach(Runnable::run);
        }
    }

    private void offered(Peer peer, ControlMessage.Begin begin) {
        UUID id = begin.migrationId();
        try {
            Admission door =
                    admission.orElseThrow(() -> new Refusal(ErrorCode.NOT_ALLOWED, "This host takes no pairs."));
            Optional<MemoryHashing> hashing = host.lab().memoryHashing(begin.verifyMemory());
            Admission.Admitted admitted = door.admit(begin);
            DestinationMigration migration;
            try {
                migration = begun(peer, id, admitted.pair());
                // it may be lost before it is first looked at here
                guards.keep(admitted.pair().targetUuid(), admitted.configs().guard());
            } catch (RuntimeException e) {
                door.forget(id);
                throw e;
            }
            receive(peer, begin, migration, admitted, hashing);
        } catch (Refusal e) {
            refuse(peer, id, e.code(), String.valueOf(e.getMessage()));
        } catch (HypervisorException e) {
            refuse(peer, id, ErrorCode.HYPERVISOR, String.valueOf(e.getMessage()));
        } catch (JournalDeadException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("a fault of ours in the admission of migration {}", id, e);
            refuse(peer, id, ErrorCode.INTERNAL, "The destination could not admit the pair; its log says more.");
        }
    }

    /** Makes the attempt durable; from now on it ends by a decision in the journal only. */
    private DestinationMigration begun(Peer peer, UUID id, PairFacts pair) {
        Journal journal = host.journal();
        if (journal.state().decision(id) != Decision.NONE) {
            throw new Refusal(ErrorCode.PROTOCOL, "Migration " + id + " has been offered before.");
        }
        DestinationSetting.Origin origin = new DestinationSetting.Origin(peer.name(), peer.bootId());
        DestinationMigration migration =
                new DestinationMigration(setting(id, pair, origin, Optional.empty()), Receiving.start());
        journal.append(new JournalRecord.Begin(
                id,
                Role.DESTINATION,
                peer.name(),
                peer.journalId(),
                pair,
                host.hypervisor().host().bootId()));
        adopt(id, migration);
        LOG.info("{} offers {} with {} as migration {}", peer.name(), pair.targetName(), pair.guardName(), id);
        return migration;
    }

    private void receive(
            Peer peer,
            ControlMessage.Begin begin,
            DestinationMigration migration,
            Admission.Admitted admitted,
            Optional<MemoryHashing> hashing) {
        migration.attach(peer);
        try {
            Admission.Expected expected = admission.orElseThrow().expect(begin, admitted);
            migration.receive(new DestinationStreams(host, expected.incoming(), hashing));
            peer.send(expected.accept());
        } catch (RuntimeException e) {
            LOG.error("migration {} cannot begin", begin.migrationId(), e);
            migration.failed(ErrorCode.INTERNAL, "The destination could not begin to receive: " + e.getMessage());
        }
    }

    private void refuse(Peer peer, UUID id, ErrorCode code, String reason) {
        LOG.info("offer {} of {} is refused: {}", id, peer.name(), reason);
        peer.send(new ControlMessage.Refuse(id, code, reason));
    }

    private synchronized void ended(UUID id, PairFacts pair) {
        migrations.remove(id);
        admission.ifPresent(door -> door.forget(id));
        if (host.journal().state().decision(id) != Decision.TAKE) {
            guards.forget(pair.targetUuid());
        }
    }
}
