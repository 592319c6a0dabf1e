/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Outcome;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.relay.RelayProgress;
import org.vmcoupler.report.MigrationReport;

/** Collects the figures of a migration at its source. Written by the migration's thread only, read by others. */
final class SourceFigures {

    private static final int FRAME_BYTES = 4096;

    private final String startedAt;
    private final Map<Member, Long> stoppedAtNs = new EnumMap<>(Member.class);
    private final Map<Member, RelayProgress> streams = new EnumMap<>(Member.class);
    private long cpuTimeSinceStopNs = StopEvidence.UNKNOWN;
    private SourceEvent.@Nullable LookedLast look;
    private ControlMessage.@Nullable Ready ready;
    private ControlMessage.@Nullable Running running;
    private Peer.@Nullable Clocks clocks;

    SourceFigures(String startedAt) {
        this.startedAt = startedAt;
    }

    synchronized void note(SourceEvent event, long nowNs) {
        if (event instanceof SourceEvent.Suspended suspended && suspended.ok()) {
            stoppedAtNs.put(suspended.member(), nowNs);
        } else if (event instanceof SourceEvent.LookedLast looked) {
            look = looked;
        } else if (event instanceof SourceEvent.PeerReady peerReady) {
            ready = peerReady.ready();
        } else if (event instanceof SourceEvent.PeerRunning peerRunning) {
            running = peerRunning.running();
        }
    }

    /** Takes how long the target has run at the source since its stop. */
    synchronized void noteRan(long ns) {
        cpuTimeSinceStopNs = ns;
    }

    synchronized void note(Member member, RelayProgress progress) {
        streams.put(member, progress);
    }

    synchronized void note(Peer.Clocks peerClocks) {
        clocks = peerClocks;
    }

    synchronized MigrationReport report(Request request, PairHere pair, Outcome outcome, Timeline timeline) {
        return new MigrationReport(
                request.migrationId().toString(),
                word(outcome),
                outcome.reason(),
                request.sourceName(),
                request.destinationName(),
                pair.name(Member.TARGET),
                pair.name(Member.GUARD),
                startedAt,
                timeline.nowMs(),
                running == null ? -1 : downtimeMs(Member.TARGET, running.targetReleasedAtNs()),
                running == null ? -1 : downtimeMs(Member.GUARD, running.guardReleasedAtNs()),
                clocks == null ? -1 : clocks.errorNs() / 1e6,
                streams.values().stream().mapToInt(s -> s.counts().rounds()).sum(),
                streams.values().stream()
                        .mapToLong(s -> s.counts().pagesWithData() * FRAME_BYTES)
                        .sum(),
                streams.values().stream().mapToLong(RelayProgress::bytesOut).sum(),
                look == null ? -1 : look.counterAtStop(),
                ready == null ? -1 : ready.counterFirstSeen(),
                running == null ? -1 : running.counterBeforeGo(),
                running == null ? -1 : running.cpuTimeBeforeGoNs(),
                cpuTimeSinceStopNs,
                ready != null && running != null,
                timeline.phases());
    }

    /** Returns a member's downtime: its stop by this host's clock, its release by the peer's, corrected by the measured offset. */
    private long downtimeMs(Member member, long releasedAtPeerNs) {
        Long stopped = stoppedAtNs.get(member);
        if (stopped == null || clocks == null) {
            return -1;
        }
        return (releasedAtPeerNs - clocks.offsetNs() - stopped) / 1_000_000;
    }

    private static String word(Outcome outcome) {
        if (outcome.completed()) {
            return "completed";
        }
        ErrorCode code = outcome.code();
        return switch (code) {
            case CANCELLED, NOT_CONVERGED, GUARD_LOST, IN_DOUBT, FOREIGN_MAPPING -> inWords(code);
            // Refusals of the destination: each has an exit code of its own, which the command finds by this word.
            case NO_MEMORY, NAME_TAKEN, WRONG_KIND, CONFIG_REFUSED, NOT_ALLOWED, BUSY -> inWords(code);
            default -> "rolled-back";
        };
    }

    private static String inWords(ErrorCode code) {
        return code.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
