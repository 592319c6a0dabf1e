/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of this machine that has ended. */
record ProcessRun(List<String> command, int exitCode, String out, String err) {

    /**
     * Runs {@code command} to its end.
     *
     * @throws AssertionError it did not end within {@code limit}; it was killed
     */
    static ProcessRun of(List<String> command, Duration limit) {
        try {
            Path out = Files.createTempFile("lab", ".out");
            Path err = Files.createTempFile("lab", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(new java.io.File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                boolean ended = waitFor(process, limit);
                ProcessRun run =
                        new ProcessRun(command, ended ? process.exitValue() : -1, Files.readString(out), tail(err));
                if (!ended) {
                    throw new AssertionError("not done within " + limit.toSeconds() + " s: " + run);
                }
                return run;
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what it printed, without blanks at the end. */
    String orFail() {
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode + " of " + this);
        }
        return out.stripTrailing();
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\nstdout: " + out + "\nstderr: " + err;
    }

    private static boolean waitFor(Process process, Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }

    private static String tail(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - 8_000));
    }
}
