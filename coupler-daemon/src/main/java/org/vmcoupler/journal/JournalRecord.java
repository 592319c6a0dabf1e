/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.List;
import java.util.UUID;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;

/** One durable fact. Each kind has a number of its own in {@link JournalKind}. */
public sealed interface JournalRecord {

    /** A fact about one attempt. */
    sealed interface OfAttempt extends JournalRecord
            permits Begin, Domain, Helper, Held, Stopping, Keep, Yield, Take, Refuse, Running, Closed {
        /** Returns the attempt's id. */
        UUID migrationId();
    }

    /**
     * An attempt begins; written before its first effect.
     *
     * @param peer name of the other host as configured
     * @param peerJournalId the id that the peer's journal had then; another one later means UNKNOWN
     * @param bootId boot id of this host; domids of another boot name nothing
     */
    record Begin(UUID migrationId, Role role, String peer, String peerJournalId, PairFacts pair, String bootId)
            implements OfAttempt {}

    /** A domain of the attempt exists here under this domid. */
    record Domain(UUID migrationId, Member which, int domid, UUID uuid, String bootId) implements OfAttempt {
        /** Checks the domid. */
        public Domain {
            PairFacts.checkDomid(domid, 0);
        }
    }

    /**
     * A save or restore helper was started for the attempt; killed at a restart if pid, start time and boot still fit.
     *
     * @param startTicks field 22 of /proc/PID/stat, clock ticks since the boot
     */
    record Helper(UUID migrationId, long pid, long startTicks, String bootId) implements OfAttempt {
        /** Checks that the pid can be one: 0 and negative numbers would name groups of processes. */
        public Helper {
            if (pid <= 1 || startTicks < 0) {
                throw new IllegalArgumentException("not a process: pid " + pid + ", start " + startTicks);
            }
        }
    }

    /** The source asks its domains to suspend from here on: a suspend may be under way, or come late. */
    record Stopping(UUID migrationId) implements OfAttempt {}

    /**
     * Both domains are complete and paused at the destination, as the source sent them. From now on they may be the last good copies, so silence
     * and a restart of the daemon do not destroy them.
     *
     * @param stopped the source's word of both streams and of its target at the stop, which the rest of the migration needs
     * @param sourceBootId the boot in which the source began; a source of a later one has no copies
     */
    record Held(ControlMessage.Stopped stopped, String sourceBootId) implements OfAttempt {
        @Override
        public UUID migrationId() {
            return stopped.migrationId();
        }
    }

    /**
     * The source keeps the pair.
     *
     * @param peerRefused the destination's REFUSE for this attempt is in hand, without which no KEEP follows a YIELD
     */
    record Keep(UUID migrationId, String reason, boolean peerRefused) implements OfAttempt {}

    /** The source gives the pair up unless the destination refuses. */
    record Yield(UUID migrationId, String reason) implements OfAttempt {}

    /** The destination has taken the pair: the commit. The pair is coupled here from now on, without a record of its own. */
    record Take(UUID migrationId) implements OfAttempt {}

    /** The destination does not take the pair. The attempt may be one that never began here: it never will. */
    record Refuse(UUID migrationId, String reason) implements OfAttempt {}

    /** The target was released at the destination; or, at a source that keeps the pair, nothing is left to roll back there. */
    record Running(UUID migrationId) implements OfAttempt {}

    /** Nothing more is to be done here for the attempt. */
    record Closed(UUID migrationId) implements OfAttempt {}

    /** A pair is coupled here; replaces an older record of the same pair id. */
    record Pair(UUID pairId, PairFacts pair, String bootId) implements JournalRecord {}

    /** A pair is no longer coupled here. */
    record Unpair(UUID pairId) implements JournalRecord {}

    /** Decisions of closed attempts, oldest first; only a compaction writes it. */
    record Settled(List<Verdict> verdicts) implements JournalRecord {
        /** Copies the list. */
        public Settled {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** The decision of one closed attempt. */
    record Verdict(UUID migrationId, Decision decision) {}
}
