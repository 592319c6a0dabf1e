/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.relay.RelaySetup;

/** The other host's daemon, as one connection to it. Any thread; no method blocks. */
public interface Peer {

    /** Returns the other host's name as configured here. */
    String name();

    /** Returns the id that the other host's journal has. */
    String journalId();

    /** Returns the id of the boot in which the other host is. */
    String bootId();

    /** Returns the version of Xen that the other host runs. */
    String xenVersion();

    /** Sends a message; a connection that cannot is lost, which its owner hears. */
    void send(ControlMessage message);

    /** Returns how far the peer's clock is ahead of ours, and how wrong that may be, both in nanoseconds; empty before the first answer. */
    Optional<Clocks> clocks();

    /** Returns a data connection to the peer, once it is there and both ends have proven who they are. */
    CompletableFuture<Channel> connectData(int port, RelaySetup setup);

    /** Closes the connection. */
    void close();

    /**
     * Two clocks compared.
     *
     * @param offsetNs peer's clock minus ours
     * @param errorNs half of the smallest round trip seen; the true offset is within this of {@code offsetNs}
     */
    record Clocks(long offsetNs, long errorNs) {}
}
