/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.xenstore.Packet.WireType;

/** A xenstored that keeps its nodes in a map and misbehaves on request. Its transactions do not isolate. */
final class FakeXenstored implements AutoCloseable {

    final Map<String, String> nodes = new ConcurrentSkipListMap<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger conflicts = new AtomicInteger();
    volatile boolean silent;
    volatile byte @Nullable [] rawAnswer;

    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final List<SocketChannel> watchers = new CopyOnWriteArrayList<>();

    FakeXenstored(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        acceptor = start(this::accept);
    }

    /** Sets a node as another client would: all watches fire. */
    void set(String path, String value) throws IOException {
        nodes.put(path, value);
        for (SocketChannel watcher : watchers) {
            send(watcher, new Packet(WireType.WATCH_EVENT, 0, 0, Packet.strings(List.of(path, "token"))));
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed by the test
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            while (true) {
                ByteBuffer whole = ByteBuffer.allocate(Packet.HEADER_BYTES + Packet.PAYLOAD_LIMIT_BYTES);
                readFully(client, whole.limit(Packet.HEADER_BYTES));
                readFully(client, whole.limit(Packet.HEADER_BYTES + Packet.bodyBytes(whole)));
                Packet request = Packet.decode(whole);
                String[] words = request.text().split("\0", -1);
                log.add((request.type() + " " + String.join(" ", words)).trim());
                byte[] raw = rawAnswer;
                if (raw != null) {
                    client.write(ByteBuffer.wrap(raw));
                } else if (!silent) {
                    answer(client, request, words);
                }
            }
        } catch (IOException e) {
            // the client left
        }
    }

    private void answer(SocketChannel client, Packet request, String[] words) throws IOException {
        String path = words[0];
        String body = "OK\0";
        @Nullable String error = null;
        switch (request.type()) {
            case READ -> {
                body = nodes.getOrDefault(path, "");
                error = nodes.containsKey(path) ? null : "ENOENT";
            }
            case DIRECTORY -> {
                List<String> children = new ArrayList<>();
                nodes.keySet().stream()
                        .filter(node -> node.startsWith(path + "/"))
                        .forEach(node -> children.add(node.substring(path.length() + 1)));
                error = children.isEmpty() ? "ENOENT" : null;
                body = String.join("\0", children) + "\0";
            }
            case WRITE -> nodes.put(path, words[1]);
            case RM -> error = nodes.keySet().removeIf(node -> node.startsWith(path)) ? null : "ENOENT";
            case TRANSACTION_START -> body = "7\0";
            case TRANSACTION_END -> error = words[0].equals("T") && conflicts.getAndDecrement() > 0 ? "EAGAIN" : null;
            case WATCH -> watchers.add(client);
            default -> {}
        }
        WireType type = error == null ? request.type() : WireType.ERROR;
        byte[] payload = (error == null ? body : error + "\0").getBytes(StandardCharsets.UTF_8);
        send(client, new Packet(type, request.requestId(), request.transaction(), payload));
        if (request.type() == WireType.WATCH) {
            send(client, new Packet(WireType.WATCH_EVENT, 0, 0, Packet.strings(List.of(path, words[1]))));
        }
    }

    private static void send(SocketChannel client, Packet packet) throws IOException {
        client.write(packet.encode());
    }

    private static void readFully(SocketChannel client, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (client.read(into) < 0) {
                throw new IOException("end");
            }
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "fake-xenstored");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns once nobody listens any more: a thread in accept keeps the socket, and takes a connection, until it has woken. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
