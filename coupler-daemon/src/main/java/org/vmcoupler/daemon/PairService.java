/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.config.Config;
import org.vmcoupler.config.MigrationConfig;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SuspendPending;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.HostInfo;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.keeper.KeptPair;
import org.vmcoupler.local.CancelAccepted;
import org.vmcoupler.local.HostStatus;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.LocalService;
import org.vmcoupler.local.ManagedView;
import org.vmcoupler.local.MigrationProgress;
import org.vmcoupler.local.PairView;
import org.vmcoupler.migration.GuardWork;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.migration.Request;
import org.vmcoupler.migration.SourceMigration;
import org.vmcoupler.report.MigrationReport;

/** What the daemon does for the users of this host. Any thread. */
final class PairService implements LocalService {

    private static final Logger LOG = LoggerFactory.getLogger(PairService.class);

    private final Config config;
    private final HostParts host;
    private final Pairs pairs;
    private final Departures departures;
    private final Reports reports;
    private final CoupleChecks checks;
    private final Keeping keeping;

    PairService(Config config, HostParts host, Departures departures, Reports reports, Keeping keeping) {
        this.config = config;
        this.host = host;
        this.pairs = keeping.pairs();
        this.departures = departures;
        this.reports = reports;
        this.keeping = keeping;
        this.checks = new CoupleChecks(host.hypervisor(), host.definitions().domains());
    }

    /** Starts the pairs again that a boot of this host has ended, where that is wanted, after what unfinished starts left is gone. Blocks for minutes. */
    void startAfterBoot() {
        keeping.clearUnfinishedStarts();
        keeping.startAfterBoot(checks);
    }

    @Override
    public PairView start(LocalRequest.Start request) {
        if (!request.notElsewhere().orElse(false)) {
            reports.lastMove(request.target()).ifPresent(this::cameBack);
        }
        return view(keeping.start(request.target(), checks));
    }

    /** A pair that went away and is started here all the same exists twice. */
    private void cameBack(MigrationReport last) {
        if (last.source().equals(config.daemon().name()) && !last.destination().equals(last.source())) {
            throw new Refusal(
                    ErrorCode.IN_DOUBT,
                    "The pair of target \"" + last.target() + "\" has moved to host \"" + last.destination()
                            + "\" (migration " + last.migrationId()
                            + "), where it may run; nothing was changed. See `vmcoupler pairs` there. If it"
                            + " runs on no other host any more: `vmcoupler start " + last.target()
                            + " --not-elsewhere`.");
        }
    }

    @Override
    public PairView stop(LocalRequest.Stop request) {
        PairHere pair = pair(request.target());
        PairView view = view(pair);
        free(pair);
        keeping.stop(pair);
        return view;
    }

    @Override
    public PairView restart(LocalRequest.Restart request) {
        PairHere pair = pair(request.target());
        free(pair);
        return view(keeping.restart(pair));
    }

    @Override
    public PairView couple(LocalRequest.Couple request) {
        DomainInfo target = checks.alive(request.target());
        DomainInfo guard = checks.alive(request.guard());
        for (DomainInfo info : List.of(target, guard)) {
            pairs.of(info.uuid()).ifPresent(pair -> {
                throw new Refusal(
                        ErrorCode.ALREADY_COUPLED,
                        "\"" + info.name() + "\" is already in the pair of target \"" + pair.name(Member.TARGET)
                                + "\" and guard \"" + pair.name(Member.GUARD) + "\".");
            });
        }
        checks.target(target);
        checks.guard(guard);
        GuardWork work = new GuardWork(host, target.uuid().toString(), target.domid(), guard.domid());
        GuardReply.Status status = answers(work, guard.name());
        host.lab().acceptGuard(guard.name(), status.labSwitches());
        try {
            host.hypervisor().setTarget(guard.domid(), target.domid());
        } catch (HypervisorException e) {
            throw new Refusal(
                    ErrorCode.ALREADY_COUPLED,
                    "Xen does not let guard \"" + guard.name() + "\" map \"" + target.name()
                            + "\": a guard gets one target in its life. Create the guard again. (" + e.getMessage()
                            + ")",
                    e);
        }
        work.remap(target.paused(), host.deadlines().guard());
        pairs.add(target, guard);
        LOG.info("coupled: guard {} watches target {}", guard.name(), target.name());
        return view(pairs.ofTarget(target.name()).orElseThrow());
    }

    @Override
    public PairView uncouple(LocalRequest.Uncouple request) {
        PairHere pair = pair(request.target());
        PairView view = view(pair);
        if (!request.yes()) {
            throw new Refusal(
                    ErrorCode.NOT_CONFIRMED,
                    "This destroys guard \"" + pair.name(Member.GUARD) + "\" and leaves target \""
                            + pair.name(Member.TARGET) + "\" unwatched. Say --yes if that is wanted.");
        }
        free(pair);
        keeping.uncouple(pair);
        return view;
    }

    @Override
    public List<PairView> pairs() {
        return pairs.all().stream().map(this::view).toList();
    }

    @Override
    public MigrationReport migrate(LocalRequest.Migrate request, Consumer<MigrationProgress> progress) {
        PairHere pair = pair(request.target());
        if (config.peer(request.host()).isEmpty()) {
            throw new Refusal(
                    ErrorCode.PEER_NOT_LISTED,
                    "Host \"" + request.host() + "\" is not listed in the configuration ([[peers]] in "
                            + Config.DEFAULT_FILE + "); nothing was changed.");
        }
        host.lab().memoryHashing(request.verifyMemory());
        UUID id = pair.facts().targetUuid();
        claim(pair);
        AtomicBoolean claimed = new AtomicBoolean(true);
        Runnable free = () -> {
            if (claimed.getAndSet(false)) {
                keeping.claims().giveBack(id);
            }
        };
        try {
            Request what = new Request(
                    UUID.randomUUID(),
                    config.daemon().name(),
                    request.host(),
                    limits(request),
                    request.bandwidthMibPerS().orElse((long) config.migration().bandwidthMibPerS()) << 20,
                    request.verifyMemory());
            MigrationReport report = departures.migrate(pair, what, progress, free);
            reports.keep(report, departures.hasComeBack(report, id));
            return report;
        } finally {
            free.run();
        }
    }

    @Override
    public HostStatus status(LocalRequest.Status request) {
        List<MigrationProgress> all = departures.progress();
        List<MigrationProgress> wanted = request.migrationId()
                .map(id -> all.stream().filter(m -> m.migrationId().equals(id)).toList())
                .orElse(all);
        if (request.migrationId().isPresent() && wanted.isEmpty()) {
            throw new Refusal(
                    ErrorCode.UNKNOWN_MIGRATION,
                    "Migration " + request.migrationId().get() + " is not under way here. See `vmcoupler report`.");
        }
        HostInfo info = host.hypervisor().host();
        return new HostStatus(
                Version.text(),
                config.daemon().name(),
                info.xenVersion(),
                info.freeMemoryKb() * 1024,
                pairs.all().size(),
                wanted);
    }

    @Override
    public CancelAccepted cancel(LocalRequest.Cancel request) {
        SourceMigration migration = underWay(request.target());
        String id = migration.view().progress().migrationId();
        migration.post(new SourceEvent.CancelAsked());
        return new CancelAccepted(id, request.target());
    }

    @Override
    public MigrationProgress bandwidth(LocalRequest.Bandwidth request) {
        SourceMigration migration = underWay(request.target());
        migration.limitBandwidth(request.mibPerS() << 20);
        return migration.view().progress();
    }

    private SourceMigration underWay(String target) {
        return departures
                .of(pair(target).facts().targetUuid())
                .orElseThrow(() ->
                        new Refusal(ErrorCode.UNKNOWN_MIGRATION, "No migration of \"" + target + "\" is under way."));
    }

    @Override
    public MigrationReport report(LocalRequest.Report request) {
        return reports.get(request.migrationId());
    }

    private static GuardReply.Status answers(GuardWork work, String guard) {
        try {
            return work.status();
        } catch (Refusal e) {
            throw new Refusal(
                    e.code(),
                    "The agent in guard \"" + guard + "\" does not answer as it should: " + e.getMessage()
                            + " Look at the guard's console; nothing was changed.",
                    e);
        }
    }

    private PreCopyLimits limits(LocalRequest.Migrate request) {
        MigrationConfig defaults = config.migration();
        return new PreCopyLimits(
                request.downtimeMs().orElse(defaults.downtime().toMillis()),
                request.maxRounds().orElse(defaults.maxRounds()),
                request.timeoutS()
                        .map(s -> Duration.ofSeconds(s).toMillis())
                        .orElse(defaults.timeout().toMillis()),
                OnTimeout.valueOf(request.onTimeout().name()));
    }

    private void claim(PairHere pair) {
        free(pair);
        departures.leftBy(pair.facts().targetUuid()).ifPresent(attempt -> {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "The pair of target \"" + pair.name(Member.TARGET)
                            + "\" has come back, and the migration by which it left still waits for the last word of host \""
                            + attempt.begin().peer() + "\": see `vmcoupler status`, and that "
                            + attempt.begin().peer()
                            + " runs and can be reached. It moves again after that; nothing was changed.");
        });
        if (!keeping.claims().take(pair.facts().targetUuid())) {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "The pair of target \"" + pair.name(Member.TARGET)
                            + "\" is being worked on; see `vmcoupler pairs`. Nothing was changed.");
        }
    }

    private void free(PairHere pair) {
        if (suspendPending(pair)) {
            throw new Refusal(
                    ErrorCode.SUSPEND_PENDING,
                    "Target \"" + pair.name(Member.TARGET)
                            + "\" has taken a request to suspend in an earlier migration, which was rolled back, and may still suspend at any"
                            + " time; it is watched and will be resumed then. Until it has, or was shut down, its pair cannot be moved or"
                            + " uncoupled; nothing was changed.");
        }
        if (departures.of(pair.facts().targetUuid()).isPresent()) {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "A migration of target \"" + pair.name(Member.TARGET)
                            + "\" is already under way; see `vmcoupler status`.");
        }
    }

    private boolean suspendPending(PairHere pair) {
        return departures
                .of(pair.facts().targetUuid())
                .filter(SourceMigration::suspendPending)
                .isPresent();
    }

    private PairHere pair(String target) {
        return pairs.ofTarget(target).orElseThrow(() -> {
            boolean exists = host.hypervisor().domain(target).isPresent();
            return exists
                    ? new Refusal(
                            ErrorCode.NOT_COUPLED,
                            "Domain \"" + target + "\" is the target of no pair. Couple it with `vmcoupler couple`.")
                    : new Refusal(
                            ErrorCode.UNKNOWN_DOMAIN,
                            "There is no domain named \"" + target + "\" on this host. See `xl list`.");
        });
    }

    private PairView view(PairHere pair) {
        boolean pending = suspendPending(pair);
        boolean migrating = !pending && departures.of(pair.facts().targetUuid()).isPresent();
        KeptPair kept = keeping.kept(pair);
        String state = migrating ? "migrating" : kept.phase().equals("watched") ? "guard-lost" : kept.phase();
        long looks = -1;
        long counter = -1;
        long step = -1;
        List<String> labSwitches = List.of();
        if (!migrating && kept.phase().equals("watched")) {
            try {
                GuardReply.Status status =
                        new GuardWork(host, pair.facts().targetUuid().toString(), pair.target(), pair.guard()).status();
                state = status.standing().state() == org.vmcoupler.guardlink.GuardStanding.State.WATCHING
                        ? (pending ? SuspendPending.PHASE : "watched")
                        : "unwatched";
                looks = status.looks();
                counter = status.counter().value();
                step = status.largestStep();
                labSwitches = status.labSwitches();
            } catch (Refusal e) {
                LOG.warn("guard {} gives no status: {}", pair.name(Member.GUARD), e.getMessage());
            }
        }
        return new PairView(
                pair.name(Member.TARGET),
                pair.name(Member.GUARD),
                pair.facts().targetUuid().toString(),
                pair.facts().guardUuid().toString(),
                pair.target().value(),
                pair.guard().value(),
                state,
                looks,
                kept.lastLookAgeMs(),
                counter,
                step,
                kept.longestUnprovenMs(),
                kept.maxUnprovenMs(),
                kept.alert(),
                labSwitches,
                inLibvirt(pair));
    }

    private List<ManagedView> inLibvirt(PairHere pair) {
        List<ManagedView> out = new ArrayList<>();
        for (Member member : Member.values()) {
            host.definitions()
                    .domains()
                    .of(pair.facts().uuid(member))
                    .ifPresent(domain -> out.add(
                            new ManagedView(member.name().toLowerCase(Locale.ROOT), domain.name(), domain.state())));
        }
        return out;
    }
}
