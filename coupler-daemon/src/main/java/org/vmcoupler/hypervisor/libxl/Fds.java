/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;

/** File descriptors for libxl: made, checked and kept from its children. Stateless; any thread. */
final class Fds {

    private static final Path TABLE = Path.of("/proc/self/fd");
    private static final LibC C = Libraries.C;

    /** Room that lets libxc write whole records of 1,024 pages without a context switch for each few pages. */
    private static final int STREAM_BUFFER_BYTES = 4 << 20;

    /** Which way a stream flows, seen from libxl. */
    enum Direction {
        /** libxl writes: a save. */
        WRITE,
        /** libxl reads: a restore. */
        READ
    }

    private Fds() {}

    /**
     * Makes a connected pair, both ends close-on-exec: libxl clears that in the save helper alone. The relay's end does not block, as an event
     * loop needs it; libxl's end does.
     */
    static StreamEnds stream() {
        int[] fds = new int[2];
        int rc = C.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0, fds);
        if (rc != 0) {
            throw errno("socketpair");
        }
        try {
            return prepared(fds);
        } catch (HypervisorException e) {
            close(fds[0]);
            close(fds[1]);
            throw e;
        }
    }

    private static StreamEnds prepared(int[] fds) {
        for (int fd : fds) {
            IntByReference size = new IntByReference(STREAM_BUFFER_BYTES);
            // FORCE passes the limit of net.core.wmem_max and needs root; without it the limit applies
            if (C.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_SNDBUFFORCE, size, Integer.BYTES) != 0
                    && C.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_SNDBUF, size, Integer.BYTES) != 0) {
                throw errno("setsockopt");
            }
        }
        int flags = C.fcntl(fds[1], LibC.F_GETFL, 0);
        if (flags < 0 || C.fcntl(fds[1], LibC.F_SETFL, flags | LibC.O_NONBLOCK) != 0) {
            throw errno("fcntl");
        }
        return new StreamEnds(fds[0], fds[1], inode(target(fds[0])));
    }

    /**
     * Checks that libxl may get {@code fd} as a stream.
     *
     * @throws HypervisorException it is 0 to 2, not open, no socket or pipe, or open for the other direction only. libxl itself boots a fresh
     *     guest, and returns success, if the stream of a restore is a negative number. Source: Xen libxl_create.c, do_domain_create
     */
    static void checkStream(int fd, Direction direction) {
        if (fd <= 2) {
            throw new HypervisorException("fd " + fd + " is no stream: it must be above 2");
        }
        int flags = C.fcntl(fd, LibC.F_GETFL, 0);
        if (flags < 0) {
            throw new HypervisorException("fd " + fd + " is not open");
        }
        String target = target(fd);
        if (!target.startsWith("socket:[") && !target.startsWith("pipe:[")) {
            throw new HypervisorException("fd " + fd + " is neither a socket nor a pipe but " + target);
        }
        int wrong = direction == Direction.READ ? LibC.O_WRONLY : LibC.O_RDONLY;
        if ((flags & LibC.O_ACCMODE) == wrong) {
            throw new HypervisorException("fd " + fd + " cannot be used to " + direction);
        }
    }

    /** Checks that fd 0 is open: the save helper gets a copy of it and dies at once otherwise. Source: Xen libxl_internal.h, dss->recv_fd. */
    static void checkStandardInput() {
        if (C.fcntl(0, LibC.F_GETFD, 0) < 0) {
            throw new HypervisorException("standard input is closed; start the daemon with it on /dev/null");
        }
    }

    /**
     * Sets close-on-exec on all fds above 2. libxl's children (qemu, hotplug scripts, save helpers) inherit whatever lacks it, and the JVM's own
     * sockets do; so this is called before each operation that may fork. An fd made in between by another thread is missed until the next.
     */
    static void keepFromChildren() {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(TABLE)) {
            for (Path entry : open) {
                int fd = Integer.parseInt(entry.getFileName().toString());
                int flags = fd > 2 ? C.fcntl(fd, LibC.F_GETFD, 0) : LibC.FD_CLOEXEC;
                if (flags >= 0 && (flags & LibC.FD_CLOEXEC) == 0) {
                    C.fcntl(fd, LibC.F_SETFD, flags | LibC.FD_CLOEXEC);
                }
            }
        } catch (IOException e) {
            throw new HypervisorException("cannot list the open files of this process", e);
        }
    }

    /** Closes an fd; errors are of no consequence as nothing is buffered in a socket's or pipe's fd. */
    static void close(int fd) {
        C.close(fd);
    }

    private static String target(int fd) {
        try {
            return Files.readSymbolicLink(TABLE.resolve(Integer.toString(fd))).toString();
        } catch (IOException e) {
            throw new HypervisorException("fd " + fd + " is not open", e);
        }
    }

    private static long inode(String target) {
        return Long.parseLong(target.replaceAll("[^0-9]", ""));
    }

    private static LibxlException errno(String operation) {
        int errno = Native.getLastError();
        return LibxlException.ofErrno(operation, errno, null, C.strerror(errno));
    }
}
