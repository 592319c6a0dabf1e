/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.config.Config;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.guardlink.SimAgent;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.ManagedView;
import org.vmcoupler.local.PairView;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.time.BackOff;

/** Pairs made on a host in memory, with an agent that answers. */
class CoupleTest {

    private static final LocalRequest.Couple COUPLE = new LocalRequest.Couple("web", "web-guard");

    /** No test here is about silence. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private final SimHost host;
    private final SimDomain target;
    private final SimAgent agent;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    CoupleTest(@TempDir Path folder) throws Exception {
        host = new SimHost(folder);
        target = host.xen.add(new SimDomain(new Domid(3), new UUID(3, 3), "web", 256));
        host.xen.add(new SimDomain(new Domid(4), new UUID(4, 4), "web-guard", 16));
        host.xen.config(new Domid(3), config("web", "pvh"));
        host.xen.config(new Domid(4), config("web-guard", "pv"));
        agent = new SimAgent(host.xen, new Domid(4));
    }

    @AfterEach
    void stop() {
        agent.close();
        timer.shutdownNow();
        host.close();
    }

    private static DomainConfig config(String name, String type) {
        return config(name, type, "preserve");
    }

    private static DomainConfig config(String name, String type, String onWatchdog) {
        StringBuilder json = new StringBuilder("{\"c_info\":{\"name\":\"" + name + "\",\"type\":\"" + type
                + "\",\"uuid\":\"" + new UUID(7, 7) + "\"}");
        json.append(",\"on_watchdog\":\"").append(onWatchdog).append('"');
        for (String event : List.of("poweroff", "reboot", "crash", "soft_reset")) {
            json.append(",\"on_").append(event).append("\":\"preserve\"");
        }
        return DomainConfig.parse(json.append('}').toString());
    }

    private PairService service(boolean lab) {
        return service(lab, Definitions.NONE);
    }

    private PairService service(boolean lab, Definitions definitions) {
        HostParts parts = new HostParts(
                host.xen,
                host.parts.shims(),
                host.journal,
                host.workers,
                host.parts.clock(),
                host.parts.random(),
                new Deadlines(LONG, LONG, LONG, LONG, LONG, LONG, LONG),
                new LabSwitches(lab, false, false, Optional.empty(), Optional.empty()),
                new GuardLinks(host.xen),
                definitions,
                host.parts.hold());
        ScriptedDoor door = new ScriptedDoor();
        ErrandRunner errands =
                new ErrandRunner(door, timer, host.workers, new BackOff(Duration.ofMillis(1), Duration.ofMillis(5)));
        Config config = Config.parse("""
                [daemon]
                name = "alpha"
                [migration]
                bandwidth_mib_per_s = 3
                [[peers]]
                name = "beta"
                address = "b"
                """, "test");
        Departures departures = new Departures(parts, door, errands);
        return new PairService(config, parts, departures, host.reports(), SimHost.keeping(parts, config, departures));
    }

    @Test
    void aGuardThatProvesALookIsCoupled() {
        PairService service = service(false);
        assertEquals("watched", service.couple(COUPLE).state());
        assertEquals(List.of(), service.pairs().get(0).labSwitches());
    }

    @Test
    void aGuardThatIsBrokenOnPurposeGetsNoTargetOutsideOfALab() {
        agent.labSwitches(List.of("frozenView"));
        PairService service = service(false);
        Refusal refusal = assertThrows(Refusal.class, () -> service.couple(COUPLE));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("frozenView"), refusal::toString);
        assertEquals(List.of(), service.pairs());
        host.xen.setTarget(new Domid(4), new Domid(3)); // its one target is not used up
    }

    @Test
    void aPairThatHasMovedAwayIsStartedHereOnlyIfItRunsNowhereElse() {
        PairService service = service(false);
        host.reports().keep(moved("web", "beta", "alpha"), false);
        assertEquals(ErrorCode.BAD_CONFIG, startRefused(service, Optional.empty()), "nothing is written down of it");
        host.reports().keep(moved("web", "alpha", "beta"), false);
        assertEquals(ErrorCode.IN_DOUBT, startRefused(service, Optional.empty()));
        host.reports().keep(moved("web", "beta", "alpha"), true);
        assertEquals(ErrorCode.IN_DOUBT, startRefused(service, Optional.empty()), "it came before it went, told late");
        assertEquals(ErrorCode.BAD_CONFIG, startRefused(service, Optional.of(true)));
    }

    private static ErrorCode startRefused(PairService service, Optional<Boolean> notElsewhere) {
        LocalRequest.Start request = new LocalRequest.Start("web", notElsewhere);
        return assertThrows(Refusal.class, () -> service.start(request)).code();
    }

    private static MigrationReport moved(String target, String source, String destination) {
        long no = -1;
        return new MigrationReport(
                UUID.randomUUID().toString(),
                "completed",
                "",
                source,
                destination,
                target,
                target + "-guard",
                "2026-11-30T00:00:00Z",
                1,
                1,
                1,
                0,
                1,
                1,
                1,
                no,
                no,
                no,
                0,
                0,
                true,
                List.of());
    }

    @Test
    void aTargetThatItsGuardWouldCrashByMappingItIsNotCoupled() {
        target.framesWithoutMemory(64);
        PairService service = service(false);
        Refusal refusal = assertThrows(Refusal.class, () -> service.couple(COUPLE));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("balloon"), refusal::toString);
        assertEquals(List.of(), service.pairs());
        host.xen.setTarget(new Domid(4), new Domid(3)); // its one target is not used up
    }

    @Test
    void inALabItIsCoupledAndShownForWhatItIs() {
        agent.labSwitches(List.of("frozenView"));
        PairService service = service(true);
        PairView pair = service.couple(COUPLE);
        assertEquals(List.of("frozenView"), pair.labSwitches());
        assertEquals(List.of("frozenView"), service.pairs().get(0).labSwitches());
    }

    private static ManagedDomain inLibvirt(String onReboot, Optional<String> busy) {
        return new ManagedDomain(
                "Web server",
                "running",
                true,
                Map.of("on_poweroff", "preserve", "on_reboot", onReboot, "on_crash", "preserve"),
                Optional.empty(),
                busy);
    }

    @Test
    void aGuardThatXlWouldStartAgainIsNotCoupled() {
        host.xen.config(new Domid(4), config("web-guard", "pv", "restart"));
        Refusal refusal = assertThrows(Refusal.class, () -> service(false).couple(COUPLE));
        assertEquals(ErrorCode.NOT_PRESERVED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("Guard \"web-guard\""), refusal::toString);
    }

    @Test
    void whatLibvirtStartedIsJudgedByLibvirtsActionsAndShownWithItsName() {
        host.xen.config(new Domid(3), config("web", "pvh", "destroy"));
        PairService service = service(false, host.parts.definitions());
        assertEquals(ErrorCode.NOT_PRESERVED, refusal(service).code(), "xl's actions count while libvirt has it not");
        host.libvirt.started(new UUID(3, 3), inLibvirt("restart", Optional.empty()));
        Refusal refusal = refusal(service);
        assertEquals(ErrorCode.NOT_PRESERVED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("<on_reboot>restart"), refusal::toString);
        host.libvirt.started(new UUID(3, 3), inLibvirt("preserve", Optional.empty()));
        ManagedView view = new ManagedView("target", "Web server", "running");
        assertEquals(List.of(view), service.couple(COUPLE).libvirt());
        assertEquals(List.of(view), service.pairs().get(0).libvirt());
    }

    @Test
    void aDomainThatLibvirtIsBusyWithDoesNotMove() {
        PairService service = service(false, host.parts.definitions());
        service.couple(COUPLE);
        host.libvirt.started(new UUID(4, 4), inLibvirt("preserve", Optional.of("has a job under way on it")));
        LocalRequest.Migrate migrate = SimHost.webToBeta();
        Refusal refusal = assertThrows(Refusal.class, () -> service.migrate(migrate, progress -> {}));
        assertEquals(ErrorCode.LIBVIRT_BUSY, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("web-guard"), refusal::toString);
        assertTrue(host.journal.state().open().isEmpty());
    }

    @Test
    void aTargetThatHasStillToGiveMemoryBackDoesNotMove() {
        host.xen.add(new SimDomain(new Domid(3), new UUID(3, 3), "web", 2_048));
        PairService service = service(false);
        service.couple(COUPLE);
        wanted(8_192 - 1_024);
        assertEquals("cancelled", cancelled(service).outcome(), "what it has besides is no memory of its own");
        wanted(8_191 - 1_024);
        Refusal refusal = assertThrows(Refusal.class, () -> cancelled(service));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("8192 KiB"), refusal::toString);
    }

    private void wanted(int kb) {
        host.xen.config(
                new Domid(3),
                DomainConfig.parse(
                        config("web", "pvh").json().replaceFirst("\\{", "{\"b_info\":{\"target_memkb\":" + kb + "},")));
    }

    private static MigrationReport cancelled(PairService service) {
        return service.migrate(SimHost.webToBeta(), progress -> service.cancel(new LocalRequest.Cancel("web")));
    }

    @Test
    void aMigrationSendsWhatIsConfiguredUntilItIsToldOtherwise() {
        PairService service = service(false);
        service.couple(COUPLE);
        List<Long> limits = new CopyOnWriteArrayList<>();
        MigrationReport report = service.migrate(SimHost.webToBeta(), progress -> {
            limits.add(progress.bandwidthMibPerS());
            limits.add(service.bandwidth(new LocalRequest.Bandwidth("web", 7)).bandwidthMibPerS());
            service.cancel(new LocalRequest.Cancel("web"));
        });
        assertEquals("cancelled", report.outcome(), report::reason);
        assertEquals(List.of(3L, 7L), limits.subList(0, 2));
    }

    private static Refusal refusal(PairService service) {
        return assertThrows(Refusal.class, () -> service.couple(COUPLE));
    }
}
