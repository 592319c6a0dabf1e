/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/**
 * The two ends of a socketpair through which one migration stream flows.
 *
 * @param libxlFd the end for {@link Hypervisor#save} or {@link Hypervisor#restore}, which closes it; blocking, close-on-exec
 * @param relayFd the end for the relay, which closes it; non-blocking, close-on-exec
 * @param libxlInode inode of libxl's end, by which the save helper finds its token (docs/shim-protocol.md)
 */
public record StreamEnds(int libxlFd, int relayFd, long libxlInode) {}
