/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.migration.Peer;

/** Connects to other daemons. */
@FunctionalInterface
interface PeerDoor {

    /**
     * Connects, says hello and compares the clocks. Blocks for seconds at most.
     *
     * @param name of the host as configured
     * @param messages gets what the peer says, in order, on a thread that must not block
     * @param lost gets the reason once the connection has ended, by whatever cause
     * @throws org.vmcoupler.fault.Refusal not listed, not reachable, another protocol
     */
    Peer connect(String name, BiConsumer<Peer, ControlMessage> messages, Consumer<String> lost);
}
