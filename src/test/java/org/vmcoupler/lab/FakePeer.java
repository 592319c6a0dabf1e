/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Somebody who listens at a peer's port in place of a daemon, says one Hello and nothing more.
 *
 * @param name of the peer in the configuration
 */
record FakePeer(Host host, String name) implements AutoCloseable {

    /** The port of that peer in the lab's configuration. */
    private static final int PORT = 7801;

    private static final int MAGIC = 0x564D4343;
    private static final short HELLO = 1;
    private static final int CRC_AT = 12;
    private static final int HEADER = 16;

    /** Listens on {@code host}; bytes as docs/control-protocol.md has them, made without the daemon's code. */
    static FakePeer saying(Host host, String name, int protocol, String xenVersion) {
        String id = "00000000-0000-4000-8000-000000000001";
        byte[] body = ("{\"protocol\":" + protocol + ",\"software\":\"0.0.1\",\"host\":\"" + name
                        + "\",\"xenVersion\":\"" + xenVersion + "\",\"bootId\":\"" + id + "\",\"journalId\":\"" + id
                        + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer hello = ByteBuffer.allocate(HEADER + body.length)
                .putInt(MAGIC)
                .putShort((short) protocol)
                .putShort(HELLO)
                .putInt(body.length);
        CRC32C crc = new CRC32C();
        crc.update(hello.array(), 0, CRC_AT);
        crc.update(body, 0, body.length);
        hello.putInt((int) crc.getValue()).put(body);
        StringBuilder octal = new StringBuilder();
        for (byte b : hello.array()) {
            octal.append('\\').append('0').append(Integer.toOctalString(b & 0xff));
        }
        assert HexFormat.of().formatHex(hello.array()).length() == 2 * (HEADER + body.length);
        host.exec("printf '%b' '" + octal + "' >/root/hello; systemd-run -q --unit=fake-peer socat -t 60 TCP-LISTEN:"
                + PORT + ",reuseaddr,fork 'SYSTEM:cat /root/hello && cat >/dev/null'");
        host.await("the fake peer listens", "ss -ltn | grep -q :" + PORT, java.time.Duration.ofSeconds(30));
        return new FakePeer(host, name);
    }

    @Override
    public void close() {
        host.run("systemctl stop fake-peer; systemctl reset-failed fake-peer; rm -f /root/hello");
    }
}
