/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.life.LifeEvent;
import org.vmcoupler.time.Poll;

/** What others do to the domains of a kept pair. */
class BehindOurBackTest extends KeeperFixture {

    private final Path bin;

    BehindOurBackTest(@TempDir Path folder) throws Exception {
        super(folder);
        bin = folder;
    }

    private String alert() {
        return keepers.view(TARGET).map(KeptPair::alert).orElse("");
    }

    private void stays(String phase) {
        assertFalse(Poll.until(() -> !phase().equals(phase), Duration.ofMillis(300), Duration.ofMillis(10)));
    }

    @Test
    void aSaveOfTheTargetIsEndedAndTheTargetGoesOnAfterALook() throws Exception {
        keep();
        try (FakeProcess helper =
                FakeProcess.start(bin, "libxl-save-helper", "--save-domain", "5", "-1", "3", "0", "0", "0")) {
            await(() -> !helper.isAlive());
            await(() -> phase().equals("watched"));
        }
        assertTrue(order("pause 3") < order("release 3"));
        assertFalse(target.info().paused());
        assertTrue(alert().contains("has left it"), this::alert);
    }

    @Test
    void aHelperThatSavesAnotherDomainIsLeftAlone() throws Exception {
        keep();
        try (FakeProcess helper =
                FakeProcess.start(bin, "libxl-save-helper", "--save-domain", "3", "3", "33", "0", "0", "0")) {
            stays("watched");
            assertTrue(helper.isAlive());
        }
    }

    @Test
    void aSuspendedTargetIsNotResumedWhileItsCopyMayBeHandedOver() throws Exception {
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "migrate", "-s", "", "web", "beta")) {
            target.suspend();
            await(() -> phase().equals("saved-by-others"));
            stays("saved-by-others");
            assertTrue(xl.isAlive(), "it is somebody's, and may still resume the target itself");
            assertFalse(xen.diary().contains("resume 3"), () -> xen.diary().toString());
        }
        await(() -> phase().equals("watched"));
        assertTrue(order("resume 3") < order("release 3"));
    }

    @Test
    void aSuspendedTargetIsNotMadeAgainWhileItsCopyMayBeHandedOver() throws Exception {
        agentsInNewGuards();
        waitsForXl(true);
        await(() -> phase().equals("watched"));
        assertFalse(xen.diary().contains("resume 3"), () -> xen.diary().toString());
    }

    @Test
    void aSuspendedTargetIsNotDestroyedWhileItsCopyMayBeHandedOver() throws Exception {
        waitsForXl(false);
        await(() -> book.all().isEmpty());
    }

    @Test
    void aTargetThatXlHasMigratedIsNotStartedAgainHere() throws Exception {
        agentsInNewGuards();
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "migrate", "-s", "", "web", "beta")) {
            assertTrue(xl.isAlive());
            keepers.ask(TARGET, new LifeEvent.StopAsked(true));
            target.suspend();
            await(() -> target.info().paused());
            target.end(DomainEnd.DESTROYED);
        }
        await(() -> book.all().isEmpty());
        assertFalse(xen.diary().stream().anyMatch(e -> e.startsWith("create")), () -> xen.diary()
                .toString());
    }

    @Test
    void aPairWhoseTargetXlHasGivenAwayCanBeStopped() {
        givenAway();
        keepers.ask(TARGET, new LifeEvent.StopAsked(false));
        await(() -> book.all().isEmpty());
    }

    private void givenAway() {
        keep();
        target.suspend();
        xen.rename(new Domid(3), "web", "web--migratedaway");
        await(() -> phase().equals("saved-by-others"));
    }

    private void waitsForXl(boolean again) throws Exception {
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "migrate", "-s", "", "web", "beta")) {
            keepers.ask(TARGET, new LifeEvent.StopAsked(again));
            target.suspend();
            await(() -> alert().contains("somebody saves or migrates the target while it is asked to end"));
            await(() -> target.info().paused());
            String phase = again ? "restarting" : "stopping";
            Duration longer = W.plusMillis(500);
            assertFalse(Poll.until(() -> !phase().equals(phase), longer, Duration.ofMillis(10)), this::phase);
            assertTrue(xl.isAlive());
            assertTrue(target.info().paused(), "it does not run if xl resumes it");
            List<String> ended = xen.diary().stream()
                    .filter(e -> e.startsWith("destroy") || e.startsWith("create") || e.startsWith("rename"))
                    .toList();
            assertEquals(List.of(), ended);
        }
    }

    @Test
    void aTargetThatXlHasGivenAwayIsNeverResumed() {
        givenAway();
        stays("saved-by-others");
        keepers.ask(TARGET, new LifeEvent.StopAsked(true));
        await(() -> phase().equals("down"));
        assertTrue(alert().contains("may run on the other host"), this::alert);
        assertFalse(xen.diary().contains("resume 3"), () -> xen.diary().toString());
        assertFalse(xen.diary().stream().anyMatch(e -> e.startsWith("create")), () -> xen.diary()
                .toString());
    }

    @Test
    void aTargetThatGotItsNameBackGoesOn() {
        givenAway();
        xen.rename(new Domid(3), "web--migratedaway", "web");
        await(() -> phase().equals("watched"));
        assertTrue(order("resume 3") < order("release 3"));
    }

    @Test
    void aTargetThatWasHandedOverIsNotMadeHereAgain() throws Exception {
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "sav", "3", "file")) {
            target.suspend();
            await(() -> phase().equals("saved-by-others"));
            assertTrue(xl.isAlive());
            xen.destroy(new Domid(3), SHORT);
            await(() -> book.all().isEmpty());
        }
        assertFalse(xen.diary().contains("resume 3"), () -> xen.diary().toString());
    }

    @Test
    void aSaveOfTheGuardIsEnded() throws Exception {
        keep();
        try (FakeProcess helper =
                FakeProcess.start(bin, "libxl-save-helper", "--save-domain", "5", "-1", "4", "0", "0", "0")) {
            await(() -> !helper.isAlive());
        }
        await(() -> alert().contains("saves or migrates the guard"));
        assertEquals("watched", phase());
    }

    @Test
    void aGuardThatASaveOfOthersHasSuspendedIsNotLostIfItComesBackInTime() throws Exception {
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "save", "web-guard", "file")) {
            suspendGuardBehindALook();
            await(() -> alert().contains("saves or migrates the guard"));
            assertFalse(Poll.until(() -> !phase().equals("watched"), SHORT.multipliedBy(3), SHORT.dividedBy(10)));
            xen.resume(new Domid(4));
            assertTrue(xl.isAlive());
        }
        long before = looks();
        await(() -> looks() > before);
        assertEquals("watched", phase());
        assertFalse(xen.diary().contains("pause 3"), () -> xen.diary().toString());
    }

    /** A look that is under way would not be answered any more, and that takes as long as the guard has for it. */
    private void suspendGuardBehindALook() {
        String reply = "/local/domain/4/data/vmcoupler/reply";
        String before = xen.xenstore().read(reply).orElse("");
        AtomicBoolean once = new AtomicBoolean();
        xen.xenstore().watch(() -> {
            if (!xen.xenstore().read(reply).orElse(before).equals(before) && once.compareAndSet(false, true)) {
                guard.suspend();
            }
        });
        await(once::get);
    }

    @Test
    void aGuardThatStaysSuspendedIsLost() throws Exception {
        keep();
        try (FakeProcess xl = FakeProcess.start(bin, "xl", "save", "web-guard", "file")) {
            guard.suspend();
            await(() -> target.info().paused());
            assertTrue(xl.isAlive());
        }
        await(() -> xen.diary().contains("resume 4") && phase().equals("watched"));
        assertTrue(order("pause 3") < order("resume 4"));
    }

    @Test
    void aLibvirtThatHangsKeepsASuspendedTargetAndNoGuard() {
        keep();
        libvirt.hang("may manage it and does not answer");
        guard.suspend();
        await(() -> xen.diary().contains("resume 4") && phase().equals("watched"));
        assertFalse(alert().contains("saves or migrates the guard"), this::alert);
        target.suspend();
        await(() -> alert().contains("libvirt, which may manage it and does not answer"));
        stays("saved-by-others");
        assertFalse(xen.diary().contains("resume 3"), () -> xen.diary().toString());
        libvirt.hang("");
        await(() -> xen.diary().contains("resume 3") && phase().equals("watched"));
    }

    @Test
    void namesArePutBack() {
        keep();
        xen.rename(new Domid(3), "web", "shop");
        xen.rename(new Domid(4), "web-guard", "shop-guard");
        await(() -> target.info().name().equals("web") && guard.info().name().equals("web-guard"));
        await(() -> alert().contains("\"shop-guard\""));
        assertEquals("watched", phase());
    }

    @Test
    void aNameThatIsTakenIsToldOnceAndTriedFurther() {
        keep();
        xen.fail("rename to web 3", 3);
        xen.rename(new Domid(3), "web", "shop");
        await(() -> target.info().name().equals("web"));
        await(() -> alert().contains("its name is \"web\" again"));
    }

    @Test
    void aPauseIsToldAndLeftAlone() {
        keep();
        target.paused(true);
        await(() -> alert().contains("somebody has paused the target"));
        assertTrue(target.info().paused());
        target.paused(false);
        await(() -> alert().contains("somebody has unpaused the target, which somebody had paused"));
    }

    @Test
    void memoryIsTold() {
        xen.xenstore().write("/local/domain/3/memory/target", "1024");
        keep();
        await(() -> looks() > 2);
        xen.xenstore().write("/local/domain/3/memory/target", "512");
        await(() -> alert().contains("memory of the target to 512 KiB"));
    }

    @Test
    void aPausedGuardIsNamedWhenItIsLost() {
        plans.restartGuards = false;
        keep();
        guard.paused(true);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        await(() -> xen.diary().contains("release 4"));
    }

    @Test
    void aDestroyedGuardEndsAPreCopyAtOnce() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        xen.destroy(new Domid(4), SHORT);
        await(() -> !book.lost.isEmpty());
        assertEquals("Somebody has destroyed the guard.", book.lost.get(0));
    }

    @Test
    void aSaveInAPreCopyEndsBoth() throws Exception {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        try (FakeProcess helper =
                FakeProcess.start(bin, "libxl-save-helper", "--save-domain", "5", "-1", "3", "1", "0", "0")) {
            await(() -> !helper.isAlive());
        }
        await(() -> !book.lost.isEmpty());
        assertTrue(book.lost.get(0).startsWith("Somebody saves or migrates the target"), () -> book.lost.get(0));
        assertEquals(List.of(), xen.diary(), "our own save keeps the record of dirty pages");
    }

    @Test
    void aDestroyedTargetEndsItsPair() {
        keep();
        xen.destroy(new Domid(3), SHORT);
        await(() -> book.all().isEmpty());
        assertTrue(xen.diary().contains("destroy 4"));
    }
}
