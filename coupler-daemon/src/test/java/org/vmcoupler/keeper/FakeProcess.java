/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.time.Poll;

/** A process of this machine that bears the name of one of Xen's programs, is no child of the test, and waits to be ended. */
public final class FakeProcess implements AutoCloseable {

    private final ProcessHandle process;

    private FakeProcess(ProcessHandle process) {
        this.process = process;
    }

    /** Starts one. */
    public static FakeProcess start(Path folder, String name, String... arguments) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\nsleep 60\n:\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        String line = Stream.concat(Stream.of(script.toString()), List.of(arguments).stream())
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Process shell = new ProcessBuilder("sh", "-c", line + " </dev/null >/dev/null 2>&1 & echo $!").start();
        String pid = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        FakeProcess out = new FakeProcess(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
        // until then it is a shell's child, which nobody takes for anything
        assertTrue(Poll.until(() -> bears(pid, script), Duration.ofSeconds(10), Duration.ofMillis(1)));
        return out;
    }

    private static boolean bears(String pid, Path script) {
        try {
            List<String> line =
                    List.of(Files.readString(Path.of("/proc", pid, "cmdline")).split("\0"));
            return line.size() > 1 && line.get(1).equals(script.toString());
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isAlive() {
        // one that nobody has reaped yet has ended
        return HelperProcess.of(process.pid()).filter(HelperProcess::isAlive).isPresent();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
