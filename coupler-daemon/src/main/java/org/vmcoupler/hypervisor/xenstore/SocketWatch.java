/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.xenstore.Packet.WireType;

/** A watch of one xenstore path on a connection of its own, which is made anew after a failure. One thread at a time. */
public final class SocketWatch implements AutoCloseable {

    private final Path socket;
    private final String path;
    private final Duration callDeadline;
    private @Nullable Connection connection;

    SocketWatch(Path socket, String path, Duration callDeadline) {
        this.socket = socket;
        this.path = path;
        this.callDeadline = callDeadline;
    }

    /**
     * Waits until something happened at the path, at most {@code longest}, and tells whether it did. The first call of each connection returns at
     * once, as every watch fires when it is set: what happened before is then to be looked for.
     *
     * @throws XenstoreException xenstored does not answer; the next call connects anew
     */
    public boolean await(Duration longest) {
        try {
            Connection open = connection;
            if (open == null) {
                long end = System.nanoTime() + callDeadline.toNanos();
                open = new Connection(socket, end);
                connection = open;
                open.exchange(WireType.WATCH, 0, List.of(path, "watch"), end);
            }
            return open.awaitEvent(System.nanoTime() + longest.toNanos());
        } catch (IOException | IllegalArgumentException | XenstoreException e) {
            close();
            throw new XenstoreException("watch of " + path, e);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
