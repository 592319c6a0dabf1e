/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.report.Phase;

/** A daemon in memory: knows the pair web/web-guard; the destination's name chooses the outcome of a migration. */
public final class ScriptedService implements LocalService {

    /** Every request that arrived. */
    public final BlockingQueue<LocalRequest> seen = new LinkedBlockingQueue<>();

    /** A migration to "slow" ends once this is released. */
    public final CountDownLatch slow = new CountDownLatch(1);

    /** Counts migrations that have ended. */
    public final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    private static final PairView PAIR = new PairView(
            "web",
            "web-guard",
            "u1",
            "u2",
            3,
            4,
            "watched",
            12,
            40,
            77,
            1,
            1500,
            5000,
            "",
            List.of("frozenView"),
            List.of(new ManagedView("target", "web", "running")));

    @Override
    public PairView couple(LocalRequest.Couple request) {
        seen.add(request);
        if (!request.target().equals("web")) {
            throw new Refusal(ErrorCode.UNKNOWN_DOMAIN, "No domain is named " + request.target() + ".");
        }
        return PAIR;
    }

    @Override
    public PairView uncouple(LocalRequest.Uncouple request) {
        seen.add(request);
        if (!request.yes()) {
            throw new Refusal(ErrorCode.NOT_CONFIRMED, "This destroys web-guard; confirm with --yes.");
        }
        return PAIR;
    }

    @Override
    public PairView start(LocalRequest.Start request) {
        seen.add(request);
        if (!request.target().equals("web")) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "Nothing is written down about " + request.target() + ".");
        }
        return PAIR;
    }

    @Override
    public PairView stop(LocalRequest.Stop request) {
        seen.add(request);
        return PAIR;
    }

    @Override
    public PairView restart(LocalRequest.Restart request) {
        seen.add(request);
        return PAIR;
    }

    @Override
    public List<PairView> pairs() {
        return List.of(PAIR);
    }

    @Override
    public MigrationReport migrate(LocalRequest.Migrate request, Consumer<MigrationProgress> progress) {
        seen.add(request);
        if (request.host().equals("broken")) {
            throw new IllegalStateException("secret detail");
        }
        progress.accept(news(0));
        if (request.host().equals("slow")) {
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            ended.add("slow");
        }
        return reportOf(request.host().startsWith("to-") ? request.host().substring(3) : "completed");
    }

    @Override
    public HostStatus status(LocalRequest.Status request) {
        seen.add(request);
        return new HostStatus("1", "host1", "4.17.4", 1L << 30, 1, List.of(news(0)));
    }

    @Override
    public CancelAccepted cancel(LocalRequest.Cancel request) {
        seen.add(request);
        return new CancelAccepted("m1", request.target());
    }

    @Override
    public MigrationProgress bandwidth(LocalRequest.Bandwidth request) {
        seen.add(request);
        return news(request.mibPerS());
    }

    @Override
    public MigrationReport report(LocalRequest.Report request) {
        seen.add(request);
        if (!request.migrationId().orElse("m1").equals("m1")) {
            throw new Refusal(ErrorCode.UNKNOWN_MIGRATION, "No report is kept of this id.");
        }
        return reportOf("rolled-back");
    }

    private static MigrationProgress news(long mibPerS) {
        DomainProgress target = new DomainProgress("web", "target", 2, 100, 200, 4096, 50, 1 << 20);
        return new MigrationProgress(
                "m1", "web", "web-guard", "host2", "pre-copy", 1500, -1, 300, mibPerS, List.of(target));
    }

    private static MigrationReport reportOf(String outcome) {
        return new MigrationReport(
                "m1",
                outcome,
                outcome.equals("completed") ? "" : "It went wrong.",
                "host1",
                "host2",
                "web",
                "web-guard",
                "2026-01-01T00:00:00Z",
                900,
                210,
                350,
                0.25,
                7,
                1 << 28,
                1 << 26,
                5,
                5,
                5,
                0,
                0,
                true,
                List.of(new Phase("pre-copy", 0, 500)));
    }
}
