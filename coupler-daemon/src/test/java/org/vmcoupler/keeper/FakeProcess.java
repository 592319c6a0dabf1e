/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process of this machine that bears the name of one of Xen's programs, is no child of the test, and waits to be ended. */
final class FakeProcess implements AutoCloseable {

    private final ProcessHandle process;

    private FakeProcess(ProcessHandle process) {
        this.process = process;
    }

    /** Starts one. */
    static FakeProcess start(Path folder, String name, String... arguments) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\nsleep 60\n:\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        String line = Stream.concat(Stream.of(script.toString()), List.of(arguments).stream())
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Process shell = new ProcessBuilder("sh", "-c", line + " </dev/null >/dev/null 2>&1 & echo $!").start();
        String pid = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        return new FakeProcess(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
