/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/** Mirror of what is used of libc on x86-64 Linux. Failing calls set errno, which {@code Native.getLastError()} returns. */
interface LibC extends Library {

    // bits/fcntl-linux.h, bits/socket.h, asm-generic/socket.h
    int F_GETFD = 1;
    int F_SETFD = 2;
    int F_GETFL = 3;
    int F_SETFL = 4;
    int FD_CLOEXEC = 1;
    int O_ACCMODE = 3;
    int O_RDONLY = 0;
    int O_WRONLY = 1;
    int O_NONBLOCK = 0x800;
    int O_CLOEXEC = 0x80000;
    int AF_UNIX = 1;
    int SOCK_STREAM = 1;
    int SOCK_CLOEXEC = 0x80000;
    int SOL_SOCKET = 1;
    int SO_SNDBUF = 7;
    int SO_SNDBUFFORCE = 32;
    int PROT_READ = 1;
    int PROT_WRITE = 2;

    int fcntl(int fd, int command, int argument);

    int close(int fd);

    int socketpair(int domain, int type, int protocol, int[] fds);

    int setsockopt(int fd, int level, int name, IntByReference value, int length);

    int pipe2(int[] fds, int flags);

    Pointer fdopen(int fd, String mode);

    int fclose(Pointer file);

    void free(Pointer memory);

    int setenv(String name, String value, int overwrite);

    String strerror(int errno);
}
