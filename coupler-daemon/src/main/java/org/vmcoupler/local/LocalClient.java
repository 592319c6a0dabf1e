/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/** Asks the local daemon. Uses the JDK alone; one connection per request. */
public final class LocalClient {

    /** How long the daemon may take for an answer to anything but {@code migrate}. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path path;
    private final Duration patience;

    /** Makes a client of the daemon that listens at {@code path}; does not connect yet. */
    public LocalClient(Path path) {
        this(path, PATIENCE);
    }

    LocalClient(Path path, Duration patience) {
        this.path = path;
        this.patience = patience;
    }

    /**
     * Returns the daemon's result. Blocks until it is there: without limit for what is long, else up to 60 s. Progress is told on the
     * calling thread.
     *
     * @param type {@link PairView} for couple, uncouple, start, stop and restart, {@link PairList}, {@link HostStatus}, {@link CancelAccepted}, {@link MigrationProgress}
     *     for bandwidth, or {@link org.vmcoupler.report.MigrationReport} for migrate and report
     * @throws Refusal the daemon's own refusal; or {@code NO_DAEMON}, {@code NO_PERMISSION}, {@code PROTOCOL}. After {@code NO_DAEMON} in
     *     the middle of a request its outcome is not known
     */
    public <R extends Record> R ask(LocalRequest request, Class<R> type, Consumer<MigrationProgress> progress) {
        try (SocketChannel channel = connect()) {
            ByteBuffer line = ByteBuffer.wrap((LocalProtocol.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            Optional<Duration> limit = request.isLong() ? Optional.empty() : Optional.of(patience);
            try (ReplyLines replies = new ReplyLines(channel, limit)) {
                return result(replies, type, progress);
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.PROTOCOL, "The daemon's answer cannot be read: " + e.getMessage() + ".", e);
        } catch (SocketTimeoutException e) {
            throw new Refusal(
                    ErrorCode.NO_DAEMON,
                    "The daemon gave no answer within " + patience.toSeconds()
                            + " s; it may still work on the request. Its log says more (journalctl -u vmcoupler).",
                    e);
        } catch (IOException e) {
            throw new Refusal(
                    ErrorCode.NO_DAEMON,
                    "The connection to the daemon ended before its answer; \"vmcoupler status\" tells what became of the request.",
                    e);
        }
    }

    private static <R extends Record> R result(ReplyLines replies, Class<R> type, Consumer<MigrationProgress> progress)
            throws IOException {
        while (true) {
            Map<String, Object> reply = LocalProtocol.version(Json.read(replies.next()));
            Map<String, Object> body = body(reply);
            if ("result".equals(reply.get("reply"))) {
                return RecordTree.read(type, body);
            }
            progress.accept(RecordTree.read(MigrationProgress.class, body));
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (IOException e) {
            channel.close();
            boolean denied = String.valueOf(e.getMessage()).contains("Permission denied");
            if (denied || (Files.exists(path) && !Files.isWritable(path))) {
                throw new Refusal(
                        ErrorCode.NO_PERMISSION,
                        "You may not talk to the daemon on " + path
                                + "; run this as root or as a member of the group \"" + LocalSocket.DEFAULT_GROUP
                                + "\".",
                        e);
            }
            throw new Refusal(
                    ErrorCode.NO_DAEMON,
                    "No daemon answers on " + path + "; start it with \"systemctl start vmcoupler\".",
                    e);
        }
    }

    private static Map<String, Object> body(Map<String, Object> reply) {
        Object kind = reply.get("reply");
        Object body = Arrays.asList("progress", "result", "error").contains(kind) ? reply.get(kind) : null;
        if (!(body instanceof Map<?, ?> raw)) {
            throw new IllegalArgumentException("unknown reply");
        }
        @SuppressWarnings("unchecked") // Json makes no other maps
        Map<String, Object> map = (Map<String, Object>) raw;
        if ("error".equals(kind)) {
            throw refusal(map);
        }
        return map;
    }

    private static Refusal refusal(Map<String, Object> error) {
        String message = String.valueOf(error.get("message"));
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.name().equals(error.get("code")))
                .findFirst()
                .map(code -> new Refusal(code, message))
                .orElseGet(() -> new Refusal(ErrorCode.INTERNAL, message));
    }
}
