/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;

class FdsTest {

    private static final LibC C = Libraries.C;

    @Test
    void aStreamIsConnectedCloseOnExecAndKnownByItsInode() throws IOException {
        StreamEnds ends = Fds.stream();
        try {
            assertTrue(ends.libxlFd() > 2 && ends.relayFd() > 2);
            for (int fd : new int[] {ends.libxlFd(), ends.relayFd()}) {
                assertEquals(LibC.FD_CLOEXEC, C.fcntl(fd, LibC.F_GETFD, 0));
                Fds.checkStream(fd, Fds.Direction.READ);
                Fds.checkStream(fd, Fds.Direction.WRITE);
            }
            assertEquals(0, C.fcntl(ends.libxlFd(), LibC.F_GETFL, 0) & LibC.O_NONBLOCK);
            assertEquals(LibC.O_NONBLOCK, C.fcntl(ends.relayFd(), LibC.F_GETFL, 0) & LibC.O_NONBLOCK);
            assertEquals(
                    "socket:[" + ends.libxlInode() + "]",
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + ends.libxlFd()))
                            .toString());
        } finally {
            Fds.close(ends.libxlFd());
            Fds.close(ends.relayFd());
        }
    }

    @Test
    void refusesWhatIsNoStream() throws IOException {
        refused(-1, "above 2");
        refused(0, "above 2");
        refused(2, "above 2");
        refused(99_999, "not open");
        int[] pipe = new int[2];
        assertEquals(0, C.pipe2(pipe, LibC.O_CLOEXEC));
        Fds.close(pipe[1]);
        refused(pipe[1], "not open");
        Fds.close(pipe[0]);
        try (FileInputStream file = new FileInputStream("/dev/null")) {
            int fd = lastOpened("/dev/null");
            refused(fd, "neither a socket nor a pipe but /dev/null");
            assertEquals(-1, file.read());
        }
    }

    @Test
    void refusesAPipeOfTheWrongDirection() {
        int[] pipe = new int[2];
        assertEquals(0, C.pipe2(pipe, LibC.O_CLOEXEC));
        try {
            Fds.checkStream(pipe[0], Fds.Direction.READ);
            Fds.checkStream(pipe[1], Fds.Direction.WRITE);
            assertThrows(HypervisorException.class, () -> Fds.checkStream(pipe[1], Fds.Direction.READ));
            assertThrows(HypervisorException.class, () -> Fds.checkStream(pipe[0], Fds.Direction.WRITE));
        } finally {
            Fds.close(pipe[0]);
            Fds.close(pipe[1]);
        }
    }

    @Test
    void keepsFdsFromChildren() {
        int[] pipe = new int[2];
        assertEquals(0, C.pipe2(pipe, 0));
        assertEquals(0, C.fcntl(pipe[0], LibC.F_GETFD, 0));
        Fds.keepFromChildren();
        assertEquals(LibC.FD_CLOEXEC, C.fcntl(pipe[0], LibC.F_GETFD, 0));
        assertEquals(LibC.FD_CLOEXEC, C.fcntl(pipe[1], LibC.F_GETFD, 0));
        Fds.close(pipe[0]);
        Fds.close(pipe[1]);
    }

    private static void refused(int fd, String words) {
        HypervisorException e = assertThrows(HypervisorException.class, () -> Fds.checkStream(fd, Fds.Direction.READ));
        assertTrue(e.toString().contains(words), e.toString());
    }

    private static int lastOpened(String target) throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(entry -> isLink(entry, target))
                    .mapToInt(entry -> Integer.parseInt(entry.getFileName().toString()))
                    .max()
                    .orElseThrow();
        }
    }

    private static boolean isLink(Path entry, String target) {
        try {
            return Files.readSymbolicLink(entry).toString().equals(target);
        } catch (IOException e) {
            return false;
        }
    }
}
