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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.OnEnd;
import org.vmcoupler.life.OnGuardLoss;

class ConfigTest {

    private static final Path SAMPLE = Path.of("src/main/dist/vmcoupler.toml");

    private static final Config DEFAULTS = new Config(
            new DaemonConfig("", Path.of("/var/lib/vmcoupler"), Path.of("/run/vmcoupler"), "vmcoupler"),
            new PeerPort("0.0.0.0", 7654, 7655, false),
            List.of(),
            new MigrationConfig(
                    Duration.ofMillis(300),
                    30,
                    Duration.ofMinutes(10),
                    OnTimeout.CANCEL,
                    0,
                    Duration.ofSeconds(5),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(5)),
            new LifeConfig(
                    new LifePolicy(
                            OnEnd.STOP,
                            OnEnd.RESTART,
                            OnEnd.RESTART,
                            OnEnd.RESTART,
                            OnGuardLoss.PAUSE,
                            Duration.ofSeconds(5)),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Path.of("/etc/vmcoupler/pairs")),
            new Resources(List.of(), List.of(), List.of(), List.of()),
            new LibvirtConfig(LibvirtConfig.Use.AUTO, "xen:///system", Duration.ofSeconds(5), Duration.ofSeconds(30)),
            new LabConfig(
                    false, false, Path.of("/usr/lib/vmcoupler/memhash"), Duration.ofMinutes(5), false, false, false));

    @Test
    void anEmptyFileGivesTheDefaults() {
        assertEquals(DEFAULTS, Config.parse("", "f"));
    }

    @Test
    void theSampleGivesTheDefaultsAndItsCommentsNameThemTruly() throws IOException {
        assertEquals(DEFAULTS, Config.load(SAMPLE));
        String active = Files.readString(SAMPLE)
                .replaceAll(
                        "(?m)^# (state_dir|run_dir|pairs_dir|socket_group|listen|control_port|data_port|insecure_plain) =",
                        "$1 =")
                .replaceAll("(?m)^# ([a-z_]+ = (\"[0-9a-z ]+\"|[0-9]+|true|false)  )", "$1")
                .replace("\nname = \"alpha\"", "\n");
        // The peers block stays a comment, its control_port with it.
        active = active.replaceAll("(?s)# \\[\\[peers]].*?\\[migration]", "[migration]");
        assertEquals(DEFAULTS, Config.parse(active, "f"));
        assertTrue(active.contains("\nquiesce_deadline = "), active);
    }

    @Test
    void everyPropertyReachesItsPlace() {
        Config config = Config.parse("""
                [daemon]
                name = "alpha"
                state_dir = "/srv/state"
                run_dir = "/srv/run"
                socket_group = "ops"
                [peer_port]
                listen = "10.0.0.1"
                control_port = 1001
                data_port = 1002
                insecure_plain = true
                [[peers]]
                name = "beta"
                address = "10.0.0.2"
                [[peers]]
                name = "gamma"
                address = "fd00::3"
                control_port = 1003
                [migration]
                downtime = "1 s"
                max_rounds = 5
                timeout = "2 h"
                on_timeout = "stop"
                bandwidth_mib_per_s = 40
                prepare_deadline = "1s"
                quiesce_deadline = "2 s"
                look_deadline = "3 s"
                suspend_deadline = "4 s"
                go_deadline = "8 s"
                roll_back_deadline = "5 s"
                peer_silence = "6 s"
                [life]
                look_interval = "2 s"
                max_unproven = "9 s"
                on_guard_loss = "continue"
                on_poweroff = "keep"
                on_reboot = "stop"
                on_crash = "keep"
                on_watchdog = "stop"
                guard_start_deadline = "3 s"
                stop_deadline = "4 s"
                pairs_dir = "/srv/pairs"
                [resources]
                bridges = ["br0"]
                disks = ["/dev/a"]
                kernels = ["/boot/k"]
                ramdisks = ["/boot/r"]
                [libvirt]
                enabled = true
                uri = "test:///default"
                deadline = "2 s"
                definition_deadline = "3 s"
                [lab]
                enabled = true
                verify_memory_allowed = true
                memory_hash_program = "/bin/hash"
                memory_hash_deadline = "7 s"
                record_looks = true
                run_on = true
                release_before_ready = true
                """, "f");
        assertEquals(
                new Config(
                        new DaemonConfig("alpha", Path.of("/srv/state"), Path.of("/srv/run"), "ops"),
                        new PeerPort("10.0.0.1", 1001, 1002, true),
                        List.of(new Peer("beta", "10.0.0.2", 7654), new Peer("gamma", "fd00::3", 1003)),
                        new MigrationConfig(
                                Duration.ofSeconds(1),
                                5,
                                Duration.ofHours(2),
                                OnTimeout.STOP,
                                40,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6)),
                        new LifeConfig(
                                new LifePolicy(
                                        OnEnd.KEEP,
                                        OnEnd.STOP,
                                        OnEnd.KEEP,
                                        OnEnd.STOP,
                                        OnGuardLoss.CONTINUE,
                                        Duration.ofSeconds(9)),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Path.of("/srv/pairs")),
                        new Resources(
                                List.of("br0"),
                                List.of(Path.of("/dev/a")),
                                List.of(Path.of("/boot/k")),
                                List.of(Path.of("/boot/r"))),
                        new LibvirtConfig(
                                LibvirtConfig.Use.TRUE,
                                "test:///default",
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3)),
                        new LabConfig(true, true, Path.of("/bin/hash"), Duration.ofSeconds(7), true, true, true)),
                config);
        assertEquals("fd00::3", config.peer("gamma").orElseThrow().address());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[daemon];colour = 1 | f, line 2: there is no property daemon.colour",
                "[demon];name = \"a\" | f, line 1: there is no property demon",
                "[daemon];state_dir = \"lib\" | f, line 2: daemon.state_dir is \"lib\", allowed is an absolute path",
                "[daemon];run_dir = \"/run/../etc\" | allowed is an absolute path without ..",
                "[daemon];name = \"a b\" | daemon.name is \"a b\", allowed is a name",
                "daemon = 1 | daemon is 1, allowed is a table [daemon]",
                "[peer_port];control_port = 0 | f, line 2: peer_port.control_port is 0, allowed is a whole number from 1 to 65535.",
                "[peer_port];control_port = \"7654\" | allowed is a whole number",
                "[peer_port];data_port = 7654 | allowed is another port than control_port",
                "[peer_port];insecure_plain = \"true\" | allowed is true or false",
                "[migration];downtime = 300 | migration.downtime is 300, allowed is a whole number and ms",
                "[migration];downtime = \"2 min\" | from 1 ms to 1 min",
                "[migration];max_rounds = 1.5 | migration.max_rounds is 1.5",
                "[migration];on_timeout = \"wait\" | allowed is \"cancel\" or \"stop\"",
                "[life];look_interval = \"3 s\" | f, line 2: life.look_interval is 3 s, allowed is at most half of max_unproven, which is 5 s",
                "[life];on_guard_loss = \"stop\" | allowed is \"pause\" or \"continue\" or \"shutdown\"",
                "[resources];disks = [\"sda\"] | allowed is absolute paths",
                "[resources];bridges = \"br0\" | allowed is a list",
                "[libvirt];enabled = \"yes\" | f, line 2: libvirt.enabled is \"yes\", allowed is true, false or \"auto\"",
                "[libvirt];uri = \"xen\" | allowed is a connection URI",
                "[libvirt];deadline = \"0 s\" | from 100 ms to 1 min",
                "[libvirt];definition_deadline = \"2 min\" | from 100 ms to 1 min",
                "[lab];record_looks = true | f, line 2: lab.record_looks is true, allowed is false unless lab.enabled = true",
                "[lab];run_on = true | f, line 2: lab.run_on is true, allowed is false unless lab.enabled = true",
                "[lab];release_before_ready = true | f, line 2: lab.release_before_ready is true, allowed is false unless lab.enabled",
                "[lab];verify_memory_allowed = true | allowed is false unless lab.enabled",
                "[[peers]];address = \"a\" | peers.name is missing",
                "[[peers]];name = \"a\" | peers.address is",
                "[[peers]];name = \"a\";address = \"b\";[[peers]];name = \"a\";address = \"c\" | f, line 5: peers.name is \"a\"",
                "peers = 1 | a list of tables",
                "[daemon | f, line 1 is not TOML",
                "[daemon];name = \"a\";name = \"b\" | is not TOML"
            })
    void whatIsWrongStopsTheStartWithASentence(String text, String sentence) {
        Refusal refusal = assertThrows(Refusal.class, () -> Config.parse(text.replace(';', '\n'), "f"));
        assertEquals(ErrorCode.BAD_CONFIG, refusal.code());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(sentence), message);
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) {
        Refusal refusal = assertThrows(Refusal.class, () -> Config.load(folder.resolve("none.toml")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("none.toml"));
    }
}
