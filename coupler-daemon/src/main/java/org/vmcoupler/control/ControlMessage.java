/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import java.util.UUID;
import org.vmcoupler.fault.ErrorCode;

/** One message between two daemons. The order is drawn in the package description. */
public sealed interface ControlMessage {

    /** Says who speaks; the first message in each direction, and the only one that every version understands. */
    record Hello(int protocol, String software, String host, String xenVersion, String bootId, String journalId)
            implements ControlMessage {
        /** Checks the bounds. */
        public Hello {
            Limits.range("protocol", protocol, 1, 65_535);
            Limits.text("software", software, Limits.NAME_CHARS);
            Limits.name("host", host);
            Limits.text("xenVersion", xenVersion, Limits.NAME_CHARS);
            Limits.text("bootId", bootId, Limits.NAME_CHARS);
            Limits.text("journalId", journalId, Limits.NAME_CHARS);
        }
    }

    /**
     * Offers a pair.
     *
     * @param migrationId the attempt's id; each try has its own
     * @param target the domain that is watched
     * @param guard the domain that watches
     * @param verifyMemory lab only: hash every page of both domains after the restores
     */
    record Begin(UUID migrationId, DomainOffer target, DomainOffer guard, boolean verifyMemory)
            implements ControlMessage {}

    /** Takes the offer up: BEGIN is durable, both data connections are expected at {@code dataPort} with these one-time tokens. */
    record Accept(UUID migrationId, int dataPort, String targetToken, String guardToken) implements ControlMessage {
        /** Checks the bounds. */
        public Accept {
            Limits.range("dataPort", dataPort, 1, 65_535);
            Limits.hex("targetToken", targetToken, 64);
            Limits.hex("guardToken", guardToken, 64);
        }
    }

    /** The destination does not take the pair, its copies are gone or going; the REFUSE record if BEGIN was durable. */
    record Refuse(UUID migrationId, ErrorCode code, String reason) implements ControlMessage {
        /** Checks the bounds. */
        public Refuse {
            Limits.text("reason", reason, Limits.TEXT_CHARS);
        }
    }

    /**
     * Both domains are suspended and both saves have ended well.
     *
     * @param counterAtStop the target's counter as dom0 read it after the suspend; -1 if the target has none
     * @param counterGfn the frame of the counter; -1 if the target has none
     * @param vmcoreinfo SHA-256 of the target's VMCOREINFO note in hex; empty if the guard found none
     * @param watched SHA-256 of the pages that the guard judges, in hex, as its last look saw them
     * @param guardSequence sequence number of the source's last request to the guard; its agent remembers it, so the destination's are higher
     */
    record Stopped(
            UUID migrationId,
            StreamDigest target,
            StreamDigest guard,
            long counterAtStop,
            long counterGfn,
            String vmcoreinfo,
            String watched,
            long guardSequence)
            implements ControlMessage {
        /** Checks the bounds. */
        public Stopped {
            Limits.range("counterAtStop", counterAtStop, -1, Long.MAX_VALUE);
            Limits.range("counterGfn", counterGfn, -1, Limits.MAX_FRAMES);
            Limits.text("vmcoreinfo", vmcoreinfo, 64);
            Limits.text("watched", watched, 64);
            Limits.range("guardSequence", guardSequence, 0, Limits.MAX_GUARD_SEQUENCE);
        }
    }

    /**
     * Both domains are restored and paused or in quarantine, coupled, and the guard has proven a look.
     *
     * @param counterFirstSeen the target's counter as the guard saw it first after its remap; -1 if none
     * @param counterBeforeGo the same as dom0 of the destination read it after READY; -1 if none
     */
    record Ready(UUID migrationId, StreamDigest target, StreamDigest guard, long counterFirstSeen, long counterBeforeGo)
            implements ControlMessage {
        /** Checks the bounds. */
        public Ready {
            Limits.range("counterFirstSeen", counterFirstSeen, -1, Long.MAX_VALUE);
            Limits.range("counterBeforeGo", counterBeforeGo, -1, Long.MAX_VALUE);
        }
    }

    /** The YIELD record: the source gives the pair up unless the destination refuses. */
    record Yield(UUID migrationId) implements ControlMessage {}

    /** The KEEP record: the source keeps the pair, the destination destroys its copies and answers {@link Refuse}. */
    record Keep(UUID migrationId, String reason) implements ControlMessage {
        /** Checks the bounds. */
        public Keep {
            Limits.text("reason", reason, Limits.TEXT_CHARS);
        }
    }

    /**
     * TAKE is durable and the target runs at the destination.
     *
     * @param targetReleasedAtNs when the target's unpause returned, destination's clock, nanoseconds since the epoch
     * @param guardReleasedAtNs when the guard's unpause returned, likewise
     * @param counterBeforeGo as in {@link Ready}, read once more directly before the release
     * @param cpuTimeBeforeGoNs the target's cpu time at the destination directly before its release
     */
    record Running(
            UUID migrationId,
            long targetReleasedAtNs,
            long guardReleasedAtNs,
            long counterBeforeGo,
            long cpuTimeBeforeGoNs)
            implements ControlMessage {
        /** Checks the bounds. */
        public Running {
            Limits.notNegative("targetReleasedAtNs", targetReleasedAtNs);
            Limits.notNegative("guardReleasedAtNs", guardReleasedAtNs);
            Limits.range("counterBeforeGo", counterBeforeGo, -1, Long.MAX_VALUE);
            Limits.notNegative("cpuTimeBeforeGoNs", cpuTimeBeforeGoNs);
        }
    }

    /**
     * The source's copies are destroyed.
     *
     * @param reportJson the report for the destination to keep
     * @param targetDefinition libvirt's XML of the target as defined at the source; empty if it has none. Hostile to the destination
     * @param guardDefinition the same of the guard
     */
    record Done(UUID migrationId, String reportJson, String targetDefinition, String guardDefinition)
            implements ControlMessage {

        /** Longest definition that is carried, in characters. */
        public static final int DEFINITION_CHARS = 32_768;

        /** Checks the bounds. */
        public Done {
            Limits.text("reportJson", reportJson, Limits.CONFIG_CHARS);
            Limits.text("targetDefinition", targetDefinition, DEFINITION_CHARS);
            Limits.text("guardDefinition", guardDefinition, DEFINITION_CHARS);
        }

        /** Makes one of a source that has no definitions. */
        public Done(UUID migrationId, String reportJson) {
            this(migrationId, reportJson, "", "");
        }
    }

    /**
     * The destination has nothing more to do for this attempt.
     *
     * @param target what became of the target's definition
     * @param guard what became of the guard's
     */
    record Closed(UUID migrationId, DefinitionAnswer target, DefinitionAnswer guard) implements ControlMessage {

        /** Makes one that says nothing of definitions. */
        public Closed(UUID migrationId) {
            this(migrationId, DefinitionAnswer.NONE, DefinitionAnswer.NONE);
        }
    }

    /** Asks what the peer's journal says of an attempt that it knew by {@code journalId}. */
    record Inquire(UUID migrationId, String journalId) implements ControlMessage {
        /** Checks the bounds. */
        public Inquire {
            Limits.text("journalId", journalId, Limits.NAME_CHARS);
        }
    }

    /** What the journal says. */
    record Answer(UUID migrationId, Decision decision) implements ControlMessage {}

    /** Asks for a {@link Pong}; {@code sentAtNs} is the sender's clock, nanoseconds since the epoch. */
    record Ping(long sentAtNs) implements ControlMessage {
        /** Checks the bounds. */
        public Ping {
            Limits.notNegative("sentAtNs", sentAtNs);
        }
    }

    /** Answers a {@link Ping} at once with both clocks. */
    record Pong(long sentAtNs, long answeredAtNs) implements ControlMessage {
        /** Checks the bounds. */
        public Pong {
            Limits.notNegative("sentAtNs", sentAtNs);
            Limits.notNegative("answeredAtNs", answeredAtNs);
        }
    }
}
