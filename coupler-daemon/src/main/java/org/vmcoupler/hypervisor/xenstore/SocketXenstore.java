/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.Xenstore;
import org.vmcoupler.hypervisor.xenstore.Packet.WireType;

/** The host's xenstore through xenstored's socket. Calls share one connection; each {@link #await} has its own. Thread-safe. */
public final class SocketXenstore implements Xenstore, AutoCloseable {

    /** Where xenstored listens. Source: Xen tools/libs/store/xs.c, xs_daemon_socket; Debian's configure, XEN_RUN_STORED. */
    private static final List<Path> SOCKETS =
            List.of(Path.of("/run/xenstored/socket"), Path.of("/var/run/xenstored/socket"));

    private static final Duration CALL_DEADLINE = Duration.ofSeconds(5);

    private final Path socket;
    private final Duration callDeadline;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection shared;

    SocketXenstore(Path socket, Duration callDeadline) {
        this.socket = socket;
        this.callDeadline = callDeadline;
    }

    /**
     * Returns this host's xenstore; connects at the first call.
     *
     * @throws HypervisorException xenstored's socket is not there
     */
    public static SocketXenstore ofHost() {
        for (Path path : SOCKETS) {
            if (Files.exists(path)) {
                return new SocketXenstore(path, CALL_DEADLINE);
            }
        }
        throw new HypervisorException("xenstored does not run here: there is no " + SOCKETS.get(0));
    }

    @Override
    public Optional<String> read(String path) {
        return call("read of " + path, (connection, end) -> read(connection, 0, path, end));
    }

    @Override
    public List<String> list(String path) {
        return call("list of " + path, (connection, end) -> {
            try {
                String names = connection
                        .exchange(WireType.DIRECTORY, 0, List.of(path), end)
                        .text();
                return names.isEmpty()
                        ? List.of()
                        : List.of(names.split("\0", -1)).subList(0, countZeros(names));
            } catch (XenstoreException e) {
                return orIfAbsent(e, List.of());
            }
        });
    }

    @Override
    public void write(String path, String value) {
        writeAll(Map.of(path, value), Optional.empty());
    }

    @Override
    public void writeAll(Map<String, String> nodes, Optional<Domid> reader) {
        transact("write of " + nodes.keySet(), (connection, transaction, end) -> {
            for (Map.Entry<String, String> node : nodes.entrySet()) {
                write(connection, transaction, node.getKey(), node.getValue(), end);
                // a node made under a guest's directory would inherit the guest as its owner
                List<String> permissions = new ArrayList<>(List.of(node.getKey(), "n0"));
                reader.ifPresent(domid -> permissions.add("r" + domid));
                connection.exchange(WireType.SET_PERMS, transaction, permissions, end);
            }
            return true;
        });
    }

    @Override
    public void remove(String path) {
        call("removal of " + path, (connection, end) -> {
            try {
                connection.exchange(WireType.RM, 0, List.of(path), end);
                return true;
            } catch (XenstoreException e) {
                return orIfAbsent(e, true);
            }
        });
    }

    @Override
    public boolean replace(String path, String from, String to) {
        return transact("replacement of " + path, (connection, transaction, end) -> {
            if (!read(connection, transaction, path, end).equals(Optional.of(from))) {
                return false;
            }
            write(connection, transaction, path, to, end);
            return true;
        });
    }

    @Override
    public Optional<String> await(String path, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        try (Connection connection = new Connection(socket, callEnd())) {
            // the watch fires once by itself, so a node that is there already is seen by the first read
            connection.exchange(WireType.WATCH, 0, List.of(path, "await"), callEnd());
            while (connection.awaitEvent(end)) {
                Optional<String> value = read(connection, 0, path, callEnd());
                if (value.isPresent()) {
                    return value;
                }
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new XenstoreException("wait for " + path, e);
        }
    }

    /** Returns a watch of {@code path}, or of a special one such as {@code @releaseDomain}; it connects when it is first awaited. */
    public SocketWatch watch(String path) {
        return new SocketWatch(socket, path, callDeadline);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            drop();
        } finally {
            lock.unlock();
        }
    }

    private static Optional<String> read(Connection connection, int transaction, String path, long end)
            throws IOException {
        try {
            return Optional.of(connection
                    .exchange(WireType.READ, transaction, List.of(path), end)
                    .text());
        } catch (XenstoreException e) {
            return orIfAbsent(e, Optional.empty());
        }
    }

    private static void write(Connection connection, int transaction, String path, String value, long end)
            throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(Packet.strings(List.of(path)));
        payload.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        connection.exchange(WireType.WRITE, transaction, payload.toByteArray(), end);
    }

    /** Runs {@code steps} until they were committed without a conflict; false from the steps rolls back. */
    private boolean transact(String operation, Steps steps) {
        return call(operation, (connection, end) -> {
            // half the time is for retries, so that the last try can still say that there was a conflict
            long retryEnd = end - callDeadline.toNanos() / 2;
            while (true) {
                String id = connection
                        .exchange(WireType.TRANSACTION_START, 0, List.of(""), end)
                        .text();
                int transaction = Integer.parseUnsignedInt(id.replace("\0", ""));
                boolean commit = false;
                try {
                    commit = steps.run(connection, transaction, end);
                    connection.exchange(WireType.TRANSACTION_END, transaction, List.of(commit ? "T" : "F"), end);
                    return commit;
                } catch (XenstoreException e) {
                    if (!commit) {
                        connection.exchange(WireType.TRANSACTION_END, transaction, List.of("F"), end);
                    }
                    if (!e.is("EAGAIN") || System.nanoTime() - retryEnd >= 0) {
                        throw e;
                    }
                }
            }
        });
    }

    private <T> T call(String operation, Request<T> request) {
        long end = callEnd();
        boolean locked = false;
        try {
            locked = lock.tryLock(callDeadline.toNanos(), TimeUnit.NANOSECONDS);
            if (!locked) {
                throw new IOException("no answer from xenstored to an earlier call");
            }
            if (shared == null) {
                shared = new Connection(socket, end);
            }
            return request.run(shared, end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new XenstoreException(operation, e);
        } catch (IOException | IllegalArgumentException e) {
            // a late answer must not be taken for the answer to the next request, and no transaction may stay open
            if (locked) {
                drop();
            }
            throw new XenstoreException(operation, e);
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }

    private void drop() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }

    private long callEnd() {
        return System.nanoTime() + callDeadline.toNanos();
    }

    private static <T> T orIfAbsent(XenstoreException e, T value) {
        if (e.is("ENOENT")) {
            return value;
        }
        throw e;
    }

    private static int countZeros(String names) {
        return (int) names.chars().filter(c -> c == 0).count();
    }

    /** What one call asks of a connection. */
    private interface Request<T> {
        T run(Connection connection, long end) throws IOException;
    }

    /** What is done inside a transaction. */
    private interface Steps {
        boolean run(Connection connection, int transaction, long end) throws IOException;
    }
}
