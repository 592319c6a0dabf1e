/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.time.Poll;

/** Which processes save a domain. */
class ForeignSavesTest {

    private static final String DOMID = "32001";
    private static final Duration WAIT = Duration.ofSeconds(20);

    private static Optional<ForeignSaves.Save> parse(String line) {
        return ForeignSaves.parse(new HelperProcess(7, 1), List.of((line + " ").split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/lib/xen-4.17/bin/libxl-save-helper --save-domain 12 -1 3 1 4 0, true",
        "/bin/sh /opt/libxl-save-helper --save-domain 12 -1 3 1 4 0, true",
        "xl save 3 /root/file, false",
        "/usr/sbin/xl -v sa 3 /root/file, false",
        "xl migrate -s ssh 3 beta, false",
        "xl migr 3 beta, false",
        "xl remus 3 beta, false"
    })
    void thoseThatDo(String line, boolean helper) {
        ForeignSaves.Save save = parse(line).orElseThrow();
        assertEquals(helper, save.helper());
        assertTrue(save.words().contains("3"));
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/lib/xen-4.17/bin/libxl-save-helper --restore-domain 12 -1 3 1 4 0",
        "/usr/lib/xen-4.17/bin/libxl-save-helper --save-domain 12 -1",
        "xl create 3",
        "xl",
        "xl -v",
        "xl s 3",
        "xl migrate-receive",
        "grep xl save 3",
        "vi /root/xl save 3"
    })
    void thoseThatDoNot(String line) {
        assertEquals(Optional.empty(), parse(line).filter(save -> save.words().contains("3")));
    }

    @Test
    void nobodySavesADomainHere() {
        ForeignSaves saves = new ForeignSaves();
        saves.scan();
        saves.scan();
        saves.scan();
        saves.scanAll();
        assertEquals(List.of(), saves.of(32_000, "a domain of no host"));
        assertEquals(List.of(), saves.helpers(32_000));
    }

    /** Starts a child that a scan takes for somebody else's save helper, and that becomes another program when it is told to. */
    private static Process start(Path folder) throws IOException {
        Path script = folder.resolve("libxl-save-helper");
        Files.writeString(script, "#!/bin/sh\nread word\nexec sleep 60\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new ProcessBuilder(script.toString(), "--save-domain", "5", "-1", DOMID, "0", "0", "0").start();
    }

    private static ForeignSaves.Save seen(Process child) {
        ForeignSaves saves = new ForeignSaves(1);
        return Poll.value(
                        () -> {
                            saves.scanAll();
                            return saves.helpers(Integer.parseInt(DOMID)).stream()
                                    .filter(save -> save.process().pid() == child.pid())
                                    .findFirst();
                        },
                        WAIT,
                        Duration.ofMillis(5))
                .orElseThrow();
    }

    @Test
    void aHelperIsEndedButNotAnotherProcessOfItsNumber(@TempDir Path folder) throws Exception {
        Process child = start(folder);
        ForeignSaves.Save save = seen(child);
        HelperProcess earlier = new HelperProcess(child.pid(), save.process().startTicks() - 1);
        ForeignSaves.end(new ForeignSaves.Save(earlier, true, save.words()));
        assertFalse(child.waitFor(100, TimeUnit.MILLISECONDS), "that one has ended before");
        ForeignSaves.end(save);
        assertTrue(child.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aHelperThatIsAnotherProgramByNowIsLeftAlone(@TempDir Path folder) throws Exception {
        Process child = start(folder);
        try {
            ForeignSaves.Save save = seen(child);
            child.getOutputStream().close();
            Path program = Path.of("/proc/" + child.pid() + "/comm");
            assertTrue(Poll.until(() -> read(program).equals("sleep"), WAIT, Duration.ofMillis(5)));
            ForeignSaves.end(save);
            assertFalse(child.waitFor(100, TimeUnit.MILLISECONDS));
        } finally {
            child.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
