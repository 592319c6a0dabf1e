/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A xenstored for one connection, answering on a thread of its own: nodes, one watch, and errors to be given first. */
public final class FakeXenstore {

    /** The nodes. */
    public final Map<String, byte[]> nodes = new ConcurrentHashMap<>();

    /** How often each node was read and written by the client. */
    public final Map<String, Integer> reads = new ConcurrentHashMap<>();

    /** As {@link #reads}. */
    public final Map<String, Integer> writes = new ConcurrentHashMap<>();

    private final Deque<String> errors = new ArrayDeque<>();
    private final OutputStream toClient;
    private final XenstoreClient client;
    private volatile String watched = "";

    /** Starts the server. */
    public FakeXenstore() throws IOException {
        PipedInputStream clientIn = new PipedInputStream(1 << 16);
        toClient = new PipedOutputStream(clientIn);
        PipedOutputStream clientOut = new PipedOutputStream();
        InputStream fromClient = new PipedInputStream(clientOut, 1 << 16);
        client = new XenstoreClient(clientIn, clientOut);
        Thread server = new Thread(() -> serve(new DataInputStream(fromClient)), "xenstored");
        server.setDaemon(true);
        server.start();
    }

    /** The client's end. */
    public XenstoreClient client() {
        return client;
    }

    /** Answers the next requests with these errors. */
    public synchronized void fail(String... names) {
        errors.addAll(java.util.List.of(names));
    }

    /** Writes as dom0 does: the watch fires. */
    public void put(String path, String value) throws IOException {
        nodes.put(path, value.getBytes(StandardCharsets.ISO_8859_1));
        fire();
    }

    /** Fires the watch, as after a move. */
    public void fire() throws IOException {
        send(new XenstoreMessage(
                XenstoreMessage.WATCH_EVENT, 0, (watched + "\0vmcoupler\0").getBytes(StandardCharsets.US_ASCII)));
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) throws IOException {
        synchronized (toClient) {
            toClient.write(bytes);
            toClient.flush();
        }
    }

    private void send(XenstoreMessage message) throws IOException {
        sendRaw(message.bytes());
    }

    private void serve(DataInputStream in) {
        try {
            while (true) {
                XenstoreMessage request = XenstoreMessage.readFrom(in);
                answer(request);
            }
        } catch (IOException e) {
            return; // the client is gone
        }
    }

    private synchronized void answer(XenstoreMessage request) throws IOException {
        String error = errors.poll();
        if (error != null) {
            send(reply(request, XenstoreMessage.ERROR, (error + "\0").getBytes(StandardCharsets.US_ASCII)));
            return;
        }
        int zero = 0;
        while (request.payload()[zero] != 0) {
            zero++;
        }
        String path = new String(request.payload(), 0, zero, StandardCharsets.US_ASCII);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(request.payload(), zero + 1, request.payload().length - zero - 1);
        byte[] ok = "OK\0".getBytes(StandardCharsets.US_ASCII);
        switch (request.type()) {
            case XenstoreMessage.READ -> {
                byte[] value = nodes.get(path);
                reads.merge(path, 1, Integer::sum);
                if (value == null) {
                    errors.addFirst("ENOENT");
                    answer(request);
                } else {
                    send(reply(request, XenstoreMessage.READ, value));
                }
            }
            case XenstoreMessage.WRITE -> {
                nodes.put(path, rest.toByteArray());
                writes.merge(path, 1, Integer::sum);
                send(reply(request, XenstoreMessage.WRITE, ok));
            }
            case XenstoreMessage.WATCH -> {
                watched = path;
                fire(); // before the reply, as the kernel may
                send(reply(request, XenstoreMessage.WATCH, ok));
            }
            default -> throw new IOException("type " + request.type());
        }
    }

    private static XenstoreMessage reply(XenstoreMessage request, int type, byte[] payload) {
        return new XenstoreMessage(type, request.requestId(), payload);
    }
}
