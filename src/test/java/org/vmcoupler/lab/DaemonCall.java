/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One request to a host's daemon over its Unix socket, with the progress that it tells. Closing it ends the conversation, not the migration.
 * Owned by one thread.
 */
final class DaemonCall implements AutoCloseable {

    static final String SOCKET = "/run/vmcoupler/vmcoupler.sock";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END = "";
    private static final String LIMIT_S = "3600";

    private final String what;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** Sends the request; {@code json} is an object without its version. */
    DaemonCall(Host host, String json) {
        what = host + ": " + json;
        String line = "{\"v\":1," + json.trim().substring(1);
        // ignoreeof: the daemon takes the end of our side for a caller who left.
        String shell =
                "printf '%s\\n' '" + line + "' | socat -t " + LIMIT_S + " STDIO,ignoreeof UNIX-CONNECT:" + SOCKET;
        try {
            process = new ProcessBuilder(host.commandFor(shell))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "lab-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Waits for the last word.
     *
     * @throws AssertionError it did not come in time, or the connection ended without it
     */
    Reply reply(Duration limit) {
        return reply(limit, progress -> {});
    }

    /** Waits for the last word as {@link #reply(Duration)} does and hands on the progress that is told before. */
    Reply reply(Duration limit, Consumer<JsonNode> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode line = next(end);
            if (!isProgress(line)) {
                return Reply.of(line);
            }
            progress.accept(line.path("progress"));
        }
    }

    /**
     * Waits for progress of this kind and returns it.
     *
     * @throws AssertionError it did not come in time, or the request ended before
     */
    JsonNode progress(Predicate<JsonNode> wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode line = next(end);
            if (!isProgress(line)) {
                throw new AssertionError(what + " ended before it was where the test wants it: " + line);
            }
            if (wanted.test(line.path("progress"))) {
                return line.path("progress");
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    private static boolean isProgress(JsonNode line) {
        return line.path("reply").asText().equals("progress");
    }

    private JsonNode next(long endNs) {
        try {
            String line = lines.poll(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("no answer in time to " + what);
            }
            if (line.equals(END)) {
                lines.add(END);
                throw new AssertionError("the daemon ended the conversation without an answer to " + what);
            }
            return JSON.readTree(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON in the answer to " + what, e);
        }
    }

    private void read() {
        try (BufferedReader in = process.inputReader()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            // The process was ended by close().
        } finally {
            lines.add(END);
        }
    }
}
