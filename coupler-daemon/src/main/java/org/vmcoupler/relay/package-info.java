/**
 * Moves one save stream between two hosts: from the save helper's socket over a data connection to the restore helper's socket, checked and
 * re-emitted at both ends, with back-pressure and bounded memory. Each stream lives on one event loop, that of its data connection; the public
 * methods may be called from any thread and do not block. Depends on {@code stream} and Netty, and knows nothing of control, coupling or
 * hypervisor.
 *
 * <p>Netty's epoll transport makes the sockets that listen or connect without close-on-exec (accepted ones have it). Whoever forks sets the flag on
 * all descriptors first, as {@code hypervisor.libxl} does before each operation that may fork.
 */
@NullMarked
package org.vmcoupler.relay;

import org.jspecify.annotations.NullMarked;
