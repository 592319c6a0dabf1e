/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.Peer;

/** Answers about attempts that are not under way here: what the journal says stands; NONE becomes REFUSE, written first. Blocks for the disk. */
final class PastAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(PastAttempts.class);

    private final Journal journal;

    PastAttempts(Journal journal) {
        this.journal = journal;
    }

    /** Answers what a source says about an attempt that is over here, or never began. */
    void asked(Peer peer, UUID id, ControlMessage message) {
        if (journal.state().open().containsKey(id)) {
            // ours as the source, of which no other host can be one
            LOG.warn("{} speaks as the source of migration {}, which it is not", peer.name(), id);
            return;
        }
        Decision decision = journal.state().decision(id);
        if (decision == Decision.NONE) {
            journal.append(new JournalRecord.Refuse(id, "never began here"));
            decision = Decision.REFUSE;
        }
        LOG.info("{} asks about migration {}, which is over: {}", peer.name(), id, decision);
        if (decision == Decision.REFUSE) {
            peer.send(new ControlMessage.Refuse(id, ErrorCode.ROLLED_BACK, "The destination has refused the pair."));
        } else if (decision == Decision.TAKE && message instanceof ControlMessage.Done) {
            // what became of definitions is not known any more: the source keeps its own
            peer.send(new ControlMessage.Closed(id));
        } else if (decision == Decision.TAKE && !(message instanceof ControlMessage.Stopped)) {
            // closed, so its source has said Done before: there is nothing left there that this could destroy
            peer.send(new ControlMessage.Running(id, 0, 0, -1, 0));
        }
    }

    /**
     * Answers what the journal says of an attempt.
     *
     * @param underWay it is received here now, so NONE is the truth
     */
    void inquire(Peer peer, ControlMessage.Inquire inquire, boolean underWay) {
        UUID id = inquire.migrationId();
        Decision decision = journal.decision(id, inquire.journalId());
        Attempt attempt = journal.state().open().get(id);
        boolean source = attempt != null && attempt.begin().role() == Role.SOURCE;
        if (decision == Decision.NONE && !underWay && !source) {
            journal.append(new JournalRecord.Refuse(id, "asked for before any decision"));
            decision = Decision.REFUSE;
        }
        peer.send(new ControlMessage.Answer(id, decision));
    }

    /** Returns the attempt that a message to a destination is about; empty if it is no such message. */
    static Optional<UUID> migrationId(ControlMessage message) {
        return Optional.<UUID>empty()
                .or(() -> message instanceof ControlMessage.Stopped m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Yield m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Keep m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() -> message instanceof ControlMessage.Done m ? Optional.of(m.migrationId()) : Optional.empty())
                .or(() ->
                        message instanceof ControlMessage.Inquire m ? Optional.of(m.migrationId()) : Optional.empty());
    }
}
