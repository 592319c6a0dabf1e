/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

/**
 * {@code [peer_port]}: where peers connect to.
 *
 * @param listen address to listen on
 * @param controlPort TCP port of the control connections, 1 to 65,535
 * @param dataPort TCP port of the streams, another one
 * @param insecurePlain open the ports though they are neither encrypted nor authenticated; false: no port is open and no peer is called
 */
public record PeerPort(String listen, int controlPort, int dataPort, boolean insecurePlain) {

    /** Default of {@link #controlPort}, here and at a peer. */
    static final int CONTROL_PORT = 7_654;

    private static final int DATA_PORT = 7_655;

    static PeerPort of(Section in) {
        PeerPort out = new PeerPort(
                in.host("listen", "0.0.0.0"),
                in.port("control_port", CONTROL_PORT),
                in.port("data_port", DATA_PORT),
                in.flag("insecure_plain", false));
        if (out.controlPort == out.dataPort) {
            throw in.wrong("data_port", String.valueOf(out.dataPort), "another port than control_port");
        }
        in.refuseRest();
        return out;
    }
}
