/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.OnEnd;
import org.vmcoupler.life.OnGuardLoss;

/** What is written down about one pair. */
class PairFileTest {

    private static final LifePolicy GENERAL = new LifePolicy(
            OnEnd.STOP, OnEnd.RESTART, OnEnd.KEEP, OnEnd.STOP, OnGuardLoss.CONTINUE, Duration.ofSeconds(7));

    private final Path folder;
    private final LifeConfig life;

    PairFileTest(@TempDir Path folder) {
        this.folder = folder;
        this.life =
                new LifeConfig(GENERAL, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), folder);
    }

    private Optional<PairFile> load(String text) throws IOException {
        Files.writeString(folder.resolve("web.toml"), text);
        return PairFile.load(life, "web");
    }

    @Test
    void aPairWithoutAFileIsNoFault() {
        assertEquals(Optional.empty(), PairFile.load(life, "web"));
        assertEquals(Optional.empty(), PairFile.load(life, "../web"));
    }

    @Test
    void whatTheFileDoesNotSayIsAsForAllPairs() throws IOException {
        PairFile file = load("target = \"/etc/xen/web.cfg\"\non_crash = \"restart\"\nstart_after_boot = true\n")
                .orElseThrow();
        assertEquals(Optional.of(Path.of("/etc/xen/web.cfg")), file.target());
        assertEquals(Optional.empty(), file.guard());
        assertTrue(file.startAfterBoot());
        assertEquals(
                new LifePolicy(
                        OnEnd.STOP,
                        OnEnd.RESTART,
                        OnEnd.RESTART,
                        OnEnd.STOP,
                        OnGuardLoss.CONTINUE,
                        Duration.ofSeconds(7)),
                file.policy());
    }

    @Test
    void aLongestTimeInWhichNoTwoLooksCanBeginIsRefusedAndBothAreNamed() throws IOException {
        assertEquals(
                Duration.ofSeconds(2),
                load("max_unproven = \"2 s\"\n").orElseThrow().policy().maxUnproven());
        Refusal refusal = assertThrows(Refusal.class, () -> load("on_crash = \"stop\"\nmax_unproven = \"1500 ms\"\n"));
        assertEquals(ErrorCode.BAD_CONFIG, refusal.code());
        assertEquals(
                folder.resolve("web.toml")
                        + ", line 2: max_unproven is 1500 ms, allowed is at least twice the look_interval of [life] in vmcoupler.toml, which is 1 s.",
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target = \"web.cfg\" | allowed is an absolute path",
                "max_unproven = \"10 ms\" | from 1 s to 1 h",
                "colour = 1 | there is no property colour",
                "[ | is not TOML"
            })
    void whatIsWrongIsNamed(String text, String sentence) {
        Refusal refusal = assertThrows(Refusal.class, () -> load(text));
        assertEquals(ErrorCode.BAD_CONFIG, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains(sentence), refusal::toString);
    }
}
