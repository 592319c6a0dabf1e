/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.LocalServer;
import org.vmcoupler.local.LocalSocket;
import org.vmcoupler.local.OnTimeout;
import org.vmcoupler.local.ScriptedService;

/** The command against a server on a real socket. */
class MainTest {

    private final ScriptedService service = new ScriptedService();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path path;
    private LocalServer server;

    @BeforeEach
    void listen(@TempDir Path folder) {
        path = folder.resolve("v.sock");
        server = LocalServer.start(new LocalSocket(path, Optional.empty()), service);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "couple web web-guard --json | 0 | {\"target\":\"web\",\"guard\":\"web-guard\",\"targetUuid\":\"u1\"",
                "couple web web-guard | 0 | web-guard watches web (watched).",
                "couple nope g | 10 | ''",
                "couple nope g --json | 10 | {\"error\":{\"code\":\"UNKNOWN_DOMAIN\",\"number\":10,\"message\":",
                "uncouple web | 27 | ''",
                "uncouple web --yes | 0 | web-guard is destroyed",
                "pairs --json | 0 | {\"pairs\":[{\"target\":\"web\"",
                "pairs | 0 | web ",
                "status --json | 0 | {\"version\":\"1\",\"host\":\"host1\"",
                "status m1 | 0 | '  m1: web to host2'",
                "cancel web --json | 0 | {\"migrationId\":\"m1\",\"target\":\"web\"}",
                "report m1 --json | 0 | {\"migrationId\":\"m1\",\"outcome\":\"rolled-back\"",
                "report --last | 0 | It went wrong.",
                "report m2 | 26 | ''",
                "report | 2 | ''",
                "report m1 --last --json | 2 | {\"error\":{\"code\":\"USAGE\",\"number\":2",
                "couple web | 2 | ''",
                "couple web a/b | 2 | ''",
                "migrate web host2 --json | 0 | {\"migrationId\":\"m1\",\"outcome\":\"completed\"",
                "migrate web to-not-converged | 30 | It went wrong.",
                "migrate web to-cancelled | 31 | It went wrong.",
                "migrate web to-rolled-back --json | 32 | {\"migrationId\":\"m1\",\"outcome\":\"rolled-back\"",
                "migrate web to-in-doubt | 33 | It went wrong.",
                "migrate web to-guard-lost | 34 | It went wrong.",
                "migrate web broken --json | 1 | {\"error\":{\"code\":\"INTERNAL\"",
                "migrate web host2 --downtime 0 | 2 | ''",
                "migrate web host2 --on-timeout never | 2 | ''"
            })
    void everyCommandEndsWithItsCodeAndItsLastLine(String line, int code, String last) {
        assertEquals(code, run(line.split(" ")), err.toString());
        String found = out.toString().lines().reduce((a, b) -> b).orElse("");
        assertTrue(found.startsWith(last), found);
        assertEquals(code == 0, !err.toString().contains("vmcoupler: "), err.toString());
        assertTrue(!err.toString().contains("secret detail"));
    }

    @Test
    void migrateSendsItsOptionsAndTellsProgressOnStderr() {
        assertEquals(
                0,
                run(
                        "migrate",
                        "web",
                        "host2",
                        "--downtime",
                        "500",
                        "--max-rounds",
                        "9",
                        "--timeout",
                        "60",
                        "--bandwidth",
                        "40",
                        "--on-timeout",
                        "stop",
                        "--verify-memory",
                        "--json"));
        assertEquals(
                new LocalRequest.Migrate(
                        "web",
                        "host2",
                        Optional.of(500L),
                        Optional.of(9),
                        Optional.of(60L),
                        Optional.of(40L),
                        OnTimeout.STOP,
                        true),
                service.seen.remove());
        assertTrue(err.toString().contains("target web: round 2, 100 pages, 0.0 MiB on the wire, 50 dirty, 1.0 MiB/s"));
        assertEquals(1, out.toString().lines().count());
    }

    @Test
    void bandwidthSaysWhatMayBeSentNow() {
        assertEquals(0, run("bandwidth", "web", "50"));
        assertEquals(new LocalRequest.Bandwidth("web", 50), service.seen.remove());
        assertEquals("Migration m1 of web may send 50 MiB/s.", out.toString().trim());
        assertEquals(0, run("bandwidth", "web", "0"));
        assertTrue(out.toString().contains("may send as much as the path carries."), out.toString());
        assertEquals(2, run("bandwidth", "web", "-1"));
        assertEquals(2, run("migrate", "web", "host2", "--bandwidth", "1048577"));
    }

    @Test
    void missingDaemonSaysWhatToDo() {
        server.close();
        assertEquals(41, run("pairs", "--json"));
        assertTrue(err.toString().contains("systemctl start vmcoupler"), err.toString());
        assertTrue(out.toString().contains("\"code\":\"NO_DAEMON\""));
    }

    @Test
    void daemonCommandRunsTheDaemonWithItsConfiguration() {
        assertEquals(
                7,
                Main.run(
                        new String[] {"daemon", "--config", "/x.toml"},
                        sink(out),
                        sink(err),
                        config -> config.equals(Path.of("/x.toml")) ? 7 : 8));
    }

    @Test
    void helpOfEveryCommandHasAnExample() {
        for (String command : Main.commands(config -> 0).getSubcommands().keySet()) {
            assertEquals(0, run(command, "--help"));
            assertTrue(out.toString().contains("  vmcoupler " + command), command);
        }
        assertEquals(0, run("--version"));
        assertEquals(2, run());
    }

    @Test
    void exitCodesAreDocumented() throws IOException {
        Path doc = Path.of("../docs/cli.md");
        Matcher rows = Pattern.compile("(?m)^\\| (\\d+) \\| `([A-Z_]+)` \\|").matcher(Files.readString(doc));
        Stream<String> documented = rows.results().map(row -> row.group(1) + " " + row.group(2));
        assertEquals(
                Arrays.stream(ErrorCode.values())
                        .map(code -> code.number() + " " + code)
                        .collect(Collectors.toList()),
                documented.collect(Collectors.toList()));
    }

    private int run(String... arguments) {
        String[] all = Stream.concat(Stream.of("--socket", path.toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        return Main.run(all, sink(out), sink(err), config -> 0);
    }

    private static PrintWriter sink(StringWriter text) {
        return new PrintWriter(text, true);
    }
}
