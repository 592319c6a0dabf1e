/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.destination.Receiving;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.DestinationMigration;
import org.vmcoupler.migration.DestinationSetting;
import org.vmcoupler.migration.DestinationStreams;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.MemoryHashing;
import org.vmcoupler.migration.Peer;

/**
 * This host's door for pairs that come from others. Messages of one connection are handled in order, on one thread, an offer on a worker; every byte in them is hostile
 * and was checked by the codec for its bounds only.
 */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final HostParts host;
    private final Optional<Admission> admission;
    private final Reports reports;
    private final Map<UUID, DestinationMigration> migrations = new ConcurrentHashMap<>();

    /** Makes a door; without an admission it stays closed. */
    Reception(HostParts host, Optional<Admission> admission, Reports reports) {
        this.host = host;
        this.admission = admission;
        this.reports = reports;
    }

    /** Takes a message that came over {@code peer}. Does not block. */
    void received(Peer peer, ControlMessage message) {
        if (message instanceof ControlMessage.Begin begin) {
            host.workers().execute(() -> offered(peer, begin));
            return;
        }
        if (message instanceof ControlMessage.Inquire inquire) {
            answer(peer, inquire);
            return;
        }
        UUID id = migrationId(message);
        DestinationMigration migration = id == null ? null : migrations.get(id);
        if (migration != null) {
            migration.received(peer, message);
        } else if (id != null) {
            unknown(peer, id, message);
        } else {
            LOG.warn("{} sent {}, which is no message to a destination", peer.name(), message);
        }
    }

    /** The connection {@code peer} is lost. */
    void lost(Peer peer, String reason) {
        migrations.values().forEach(migration -> migration.peerLost(peer, reason));
    }

    /** Tells whether no attempt is under way. */
    boolean idle() {
        return migrations.isEmpty();
    }

    /** Takes over an attempt that a restart of the daemon left open. */
    void adopt(UUID id, DestinationMigration migration) {
        migrations.put(id, migration);
    }

    /** Makes what an attempt needs to know. */
    DestinationSetting setting(UUID id, org.vmcoupler.journal.PairFacts pair) {
        return new DestinationSetting(
                host, id, pair, report -> reports.keepReceived(id, report), () -> migrations.remove(id));
    }

    private void offered(Peer peer, ControlMessage.Begin begin) {
        UUID id = begin.migrationId();
        Journal journal = host.journal();
        try {
            if (migrations.containsKey(id) || journal.state().decision(id) != Decision.NONE) {
                throw new Refusal(ErrorCode.PROTOCOL, "Migration " + id + " has been offered before.");
            }
            Optional<MemoryHashing> hashing = host.lab().memoryHashing(begin.verifyMemory());
            Admission.Admitted admitted = admission
                    .orElseThrow(() -> new Refusal(ErrorCode.NOT_ALLOWED, "This host takes no pairs."))
                    .admit(begin);
            journal.append(new JournalRecord.Begin(
                    id,
                    Role.DESTINATION,
                    peer.name(),
                    peer.journalId(),
                    admitted.pair(),
                    host.hypervisor().host().bootId()));
            DestinationMigration migration = new DestinationMigration(setting(id, admitted.pair()), Receiving.start());
            migrations.put(id, migration);
            LOG.info(
                    "{} offers {} with {} as migration {}",
                    peer.name(),
                    admitted.pair().targetName(),
                    admitted.pair().guardName(),
                    id);
            migration.begin(peer, new DestinationStreams(host, admitted.incoming(), hashing));
            peer.send(admitted.accept());
        } catch (Refusal e) {
            refuse(peer, id, e.code(), String.valueOf(e.getMessage()));
        } catch (HypervisorException e) {
            refuse(peer, id, ErrorCode.HYPERVISOR, String.valueOf(e.getMessage()));
        }
    }

    private void refuse(Peer peer, UUID id, ErrorCode code, String reason) {
        LOG.info("offer {} of {} is refused: {}", id, peer.name(), reason);
        peer.send(new ControlMessage.Refuse(id, code, reason));
    }

    /** Answers about an attempt that is not under way: what the journal says stands; NONE becomes REFUSE, written first. */
    private void unknown(Peer peer, UUID id, ControlMessage message) {
        Decision decision = host.journal().state().decision(id);
        if (decision == Decision.NONE) {
            host.journal().append(new JournalRecord.Refuse(id, "never began here"));
            decision = Decision.REFUSE;
        }
        LOG.info("{} asks about migration {}, which is over: {}", peer.name(), id, decision);
        if (decision == Decision.TAKE) {
            peer.send(new ControlMessage.Closed(id));
        } else if (!(message instanceof ControlMessage.Stopped)) {
            peer.send(new ControlMessage.Refuse(id, ErrorCode.ROLLED_BACK, "The destination has refused the pair."));
        }
    }

    private void answer(Peer peer, ControlMessage.Inquire inquire) {
        Decision decision = host.journal().decision(inquire.migrationId(), inquire.journalId());
        if (decision == Decision.NONE && !migrations.containsKey(inquire.migrationId())) {
            host.journal().append(new JournalRecord.Refuse(inquire.migrationId(), "asked for before any decision"));
            decision = Decision.REFUSE;
        }
        peer.send(new ControlMessage.Answer(inquire.migrationId(), decision));
    }

    private static @org.jspecify.annotations.Nullable UUID migrationId(ControlMessage message) {
        return Optional.<UUID>empty()
                .or(() -> message instanceof ControlMessage.Stopped m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Yield m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Keep m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Done m ? Optional.of(m.migrationId()) : Optional.empty())
                .orElse(null);
    }
}
