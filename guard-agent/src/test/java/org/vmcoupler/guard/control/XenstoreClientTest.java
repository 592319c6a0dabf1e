/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class XenstoreClientTest {

    @Test
    void goldenBytes() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        byte[] reply = HexFormat.of().parseHex("0b000000010000000000000003000000" + "4f4b00");
        new XenstoreClient(new ByteArrayInputStream(reply), sent).write("a/b", new byte[] {'x', 'y'});
        assertEquals(
                "0b000000010000000000000006000000" + "612f6200" + "7879",
                HexFormat.of().formatHex(sent.toByteArray()));
    }

    @Test
    void readsWritesAndMissesNodes() throws Exception {
        FakeXenstore store = new FakeXenstore();
        XenstoreClient client = store.client();
        assertEquals(Optional.empty(), client.read("vmcoupler/request"));
        client.write("data/x", new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, client.read("data/x").orElseThrow());
    }

    @Test
    void triesAgainWhatASuspendBroke() throws Exception {
        FakeXenstore store = new FakeXenstore();
        store.fail("EAGAIN", "EINTR", "EAGAIN");
        store.client().write("data/x", new byte[] {3});
        assertArrayEquals(new byte[] {3}, store.nodes.get("data/x"));
        store.fail("EACCES");
        XenstoreException refused =
                assertThrows(XenstoreException.class, () -> store.client().read("vmcoupler/request"));
        assertEquals("EACCES", refused.error());
    }

    @Test
    void eventsBetweenRequestAndReplyAreNotLost() throws Exception {
        FakeXenstore store = new FakeXenstore();
        store.client().watch("vmcoupler/request");
        store.client().awaitEvent();
        store.fire();
        store.fire();
        assertEquals(Optional.empty(), store.client().read("nothing"));
        store.client().awaitEvent();
    }

    @Test
    void anOverlongMessageEndsTheConnection() throws Exception {
        byte[] header = HexFormat.of().parseHex("0200000001000000" + "00000000" + "01100000");
        XenstoreClient client = new XenstoreClient(new ByteArrayInputStream(header), new ByteArrayOutputStream());
        IOException error = assertThrows(IOException.class, () -> client.read("x"));
        assertEquals("xenstore message of 4097 bytes", error.getMessage());
        byte[] negative = HexFormat.of().parseHex("0200000001000000" + "00000000" + "ffffffff");
        XenstoreClient other = new XenstoreClient(new ByteArrayInputStream(negative), new ByteArrayOutputStream());
        assertThrows(IOException.class, () -> other.read("x"));
    }
}
