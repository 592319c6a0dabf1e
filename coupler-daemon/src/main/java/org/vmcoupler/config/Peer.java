/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One of {@code [[peers]]}: a host that pairs may move to and come from.
 *
 * @param name what the peer calls itself
 * @param address IP address or host name; connections of other addresses are refused
 * @param controlPort TCP port of its control connections, 1 to 65,535
 */
public record Peer(String name, String address, int controlPort) {

    static List<Peer> all(Section root) {
        List<Peer> peers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section in : root.tables("peers")) {
            Peer peer = new Peer(
                    in.requiredName("name"), in.host("address", ""), in.port("control_port", PeerPort.CONTROL_PORT));
            if (peer.address.isEmpty()) {
                throw in.wrong("address", "\"\"", "an IP address or host name");
            }
            if (!names.add(peer.name)) {
                throw in.wrong("name", "\"" + peer.name + "\"", "a name that no other peer has");
            }
            in.refuseRest();
            peers.add(peer);
        }
        return peers;
    }
}
