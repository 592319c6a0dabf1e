/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One end of a socketpair that came as a descriptor number: checked, then owned until it becomes a channel or is closed.
 */
final class AdoptedSocket {
    private static final int O_NONBLOCK = 0_4000;
    private static final int O_CLOEXEC = 0_2000000;

    private final FileDescriptor descriptor;

    private AdoptedSocket(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes over descriptor {@code fd}.
     *
     * @throws IOException it is not open, not a socket, would block the event loop, or would leak into child processes (a leaked end keeps the
     *     stream open after its owner died); closed if it was open
     */
    static AdoptedSocket of(int fd) throws IOException {
        Path self = Path.of("/proc/self");
        String what;
        int flags;
        try {
            what = Files.readSymbolicLink(self.resolve("fd/" + fd)).toString();
            flags = flags(Files.readString(self.resolve("fdinfo/" + fd)));
        } catch (NoSuchFileException e) {
            throw new IOException("descriptor " + fd + " is not open", e);
        }
        AdoptedSocket socket = new AdoptedSocket(new FileDescriptor(fd));
        if (!what.startsWith("socket:") || (flags & O_NONBLOCK) == 0 || (flags & O_CLOEXEC) == 0) {
            socket.close();
            throw new IOException("descriptor " + fd + " (" + what + ", flags 0" + Integer.toOctalString(flags)
                    + ") must be a socket with O_NONBLOCK and O_CLOEXEC");
        }
        return socket;
    }

    /** Makes a channel, which owns the descriptor from now on. */
    EpollDomainSocketChannel channel() {
        return new EpollDomainSocketChannel(descriptor.intValue());
    }

    /** Closes the descriptor; only while it has not become a channel. */
    void close() throws IOException {
        descriptor.close();
    }

    /** Reads the octal line {@code flags:}. Source: proc(5), /proc/pid/fdinfo. */
    static int flags(String fdinfo) throws IOException {
        for (String line : fdinfo.split("\n", -1)) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring(6).strip(), 8);
            }
        }
        throw new IOException("no flags in fdinfo");
    }
}
