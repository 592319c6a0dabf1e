/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads, writes and watches xenstore nodes. Paths are relative to the own domain, so they stay right after a move, when the kernel registers
 * all watches anew and each fires again. One thread; calls block until xenstored has answered.
 *
 * <p>Source: Linux drivers/xen/xenbus/xenbus_dev_frontend.c; xs_resume in xenbus_xs.c.
 */
public final class XenstoreClient implements Closeable {

    private static final List<Path> DEVICES = List.of(Path.of("/dev/xen/xenbus"), Path.of("/proc/xen/xenbus"));

    /** A request in flight while the guard is suspended may come back with one of these; it was not done. */
    private static final List<String> TRY_AGAIN = List.of("EAGAIN", "EINTR", "EBUSY");

    private static final int TRIES = 100;

    private final DataInputStream in;
    private final OutputStream out;
    private int lastRequestId;
    private boolean fired;

    /** Speaks on these streams, which it owns; {@code out} must pass on each write in one piece. */
    public XenstoreClient(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** Opens the kernel's xenstore device. */
    public static XenstoreClient open() throws IOException {
        for (Path device : DEVICES) {
            if (Files.exists(device)) {
                // One descriptor for both directions: the kernel ties requests, replies and watches to it.
                RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw");
                return new XenstoreClient(new FileInputStream(file.getFD()), new FileOutputStream(file.getFD()));
            }
        }
        throw new IOException("no xenstore device: neither " + DEVICES.get(0) + " nor " + DEVICES.get(1) + " exists");
    }

    /** Returns a node's value, or empty if there is no such node. */
    public Optional<byte[]> read(String path) throws IOException {
        try {
            return Optional.of(ask(XenstoreMessage.READ, "read", terminated(path), new byte[0]));
        } catch (XenstoreException e) {
            if (e.error().equals("ENOENT")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Writes a node, which is made if it is not there. */
    public void write(String path, byte[] value) throws IOException {
        ask(XenstoreMessage.WRITE, "write", terminated(path), value);
    }

    /** Watches a node and what is below it; an event fires at once, and one after each move. */
    public void watch(String path) throws IOException {
        ask(XenstoreMessage.WATCH, "watch", terminated(path), terminated("vmcoupler"));
    }

    /** Returns once a watch has fired since the last return; several events may be reported as one. */
    public void awaitEvent() throws IOException {
        while (!fired) {
            take();
        }
        fired = false;
    }

    private byte[] ask(int type, String name, byte[] path, byte[] rest) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(path.length + rest.length);
        payload.writeBytes(path);
        payload.writeBytes(rest);
        String error = "";
        for (int i = 0; i < TRIES; i++) {
            int requestId = ++lastRequestId;
            out.write(new XenstoreMessage(type, requestId, payload.toByteArray()).bytes());
            out.flush();
            XenstoreMessage reply = take();
            while (reply.type() == XenstoreMessage.WATCH_EVENT || reply.requestId() != requestId) {
                reply = take();
            }
            if (reply.type() == type) {
                return reply.payload();
            }
            if (reply.type() != XenstoreMessage.ERROR) {
                throw new IOException("xenstore " + name + ": reply of type " + reply.type());
            }
            error = new String(reply.payload(), StandardCharsets.US_ASCII).replace("\0", "");
            if (!TRY_AGAIN.contains(error)) {
                throw new XenstoreException(name, error);
            }
        }
        throw new XenstoreException(name, error);
    }

    private XenstoreMessage take() throws IOException {
        XenstoreMessage message = XenstoreMessage.readFrom(in);
        fired |= message.type() == XenstoreMessage.WATCH_EVENT;
        return message;
    }

    private static byte[] terminated(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        out.close();
        in.close();
    }
}
