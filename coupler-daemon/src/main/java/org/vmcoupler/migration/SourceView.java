/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.Looks;
import org.vmcoupler.coupling.source.Moment;
import org.vmcoupler.coupling.source.SourceEffect.Outcome;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SourceState;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Frame;
import org.vmcoupler.local.DomainProgress;
import org.vmcoupler.local.MigrationProgress;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.relay.RelayProgress;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.stream.StreamRules;

/** What can be seen of a migration at its source while it runs and when it has ended. Any thread. */
public final class SourceView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SourceMigration.Setting setting;
    private final Timeline timeline;
    private final SourceFigures figures;
    private final Map<Member, Long> populated = new EnumMap<>(Member.class);
    private final RateEstimate rate = new RateEstimate();
    private final Bandwidth bandwidth;
    private Supplier<Map<Member, RelayProgress>> streams = Map::of;
    private Optional<Lockstep> lockstep = Optional.empty();
    private boolean predicts;
    private Looks looks;
    private double bytesPerSecond;

    SourceView(SourceMigration.Setting setting, SourceState first, Bandwidth bandwidth) {
        this.setting = setting;
        this.bandwidth = bandwidth;
        this.timeline = new Timeline(first.phase());
        this.looks = Looks.AS_EVER.then(first);
        this.figures = new SourceFigures(setting.host().clock().instant().toString());
        for (Member member : Member.values()) {
            Optional<DomainInfo> info =
                    setting.host().hypervisor().domain(setting.pair().domid(member));
            populated.put(member, info.map(DomainInfo::memoryKb).orElse(0L) * 1024 / Frame.BYTES);
        }
    }

    synchronized void streamsFrom(Supplier<Map<Member, RelayProgress>> source) {
        streams = source;
    }

    StreamRules rules(Member member) {
        return setting.rules().get(member);
    }

    synchronized Moment moment() {
        Collection<RelayProgress> both = streams.get().values();
        long sent = both.stream().mapToLong(RelayProgress::bytesOut).sum();
        long waiting = both.stream().mapToLong(RelayProgress::waitingBytes).sum();
        Map<Member, Integer> rounds = lockstep.map(Lockstep::sending).orElse(Map.of());
        rate.limit(bandwidth.limit());
        bytesPerSecond = rate.at(new RateEstimate.Look(sent, waiting, rounds, System.nanoTime()));
        return new Moment(timeline.nowMs(), bytesPerSecond);
    }

    synchronized void note(SourceEvent event) {
        figures.note(event, setting.host().nowNs());
    }

    synchronized void note(Peer.Clocks clocks) {
        figures.note(clocks);
    }

    synchronized void noteRan(long ns) {
        figures.noteRan(ns);
    }

    /** Takes in the state after an event, which may be the one before it. */
    synchronized void entered(SourceState state) {
        if (!state.phase().equals(timeline.phase())) {
            timeline.enter(state.phase());
            looks = looks.then(state);
        }
        lockstep = state.known().or(() -> lockstep);
        predicts = state.known().isPresent();
    }

    /** Tells who lets the guard look now. */
    public synchronized Looks looks() {
        return looks;
    }

    /** Returns how far the migration is. */
    public synchronized MigrationProgress progress() {
        Map<Member, RelayProgress> now = new EnumMap<>(Member.class);
        now.putAll(streams.get());
        long predicted = lockstep.filter(known -> predicts)
                .flatMap(l -> l.predictedMs(bytesPerSecond, timeline.nowMs()))
                .orElse(-1L);
        Request request = setting.request();
        return new MigrationProgress(
                request.migrationId().toString(),
                setting.pair().name(Member.TARGET),
                setting.pair().name(Member.GUARD),
                request.destinationName(),
                timeline.phase(),
                timeline.nowMs(),
                predicted,
                request.limits().downtimeMs(),
                bandwidth.limit() >> 20,
                List.of(domain(Member.TARGET, now), domain(Member.GUARD, now)));
    }

    synchronized MigrationReport report(Outcome outcome) {
        streams.get().forEach(figures::note);
        return figures.report(setting.request(), setting.pair(), outcome, timeline);
    }

    /** Returns the report for the destination, which keeps its own copy. */
    String provisionalReportJson() {
        try {
            return JSON.writeValueAsString(report(new Outcome(true, ErrorCode.INTERNAL, "")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
    }

    private DomainProgress domain(Member member, Map<Member, RelayProgress> now) {
        RelayProgress stream = now.get(member);
        long left = lockstep.map(l -> l.pagesLeft(member)).orElse(-1L);
        long frames = populated.getOrDefault(member, 0L);
        if (stream == null) {
            return new DomainProgress(setting.pair().name(member), member.word(), 0, 0, frames, 0, left, 0);
        }
        return new DomainProgress(
                setting.pair().name(member),
                member.word(),
                stream.counts().rounds(),
                stream.counts().pagesWithData(),
                frames,
                stream.bytesOut(),
                left,
                stream.bytesPerSecond());
    }
}
