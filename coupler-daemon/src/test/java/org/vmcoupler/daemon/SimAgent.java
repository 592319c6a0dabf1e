/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.time.Poll;

/** The agent of a guard in memory: while its guard runs it answers each request to look, as docs/guard-protocol.md says. */
final class SimAgent implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<String> asked = new CopyOnWriteArrayList<>();
    private final SimHypervisor xen;
    private final SimDomain target;
    private final SimDomain guard;
    private final String home;
    private volatile boolean ended;
    private long done;

    SimAgent(SimHypervisor xen, SimDomain target, SimDomain guard) {
        this.xen = xen;
        this.target = target;
        this.guard = guard;
        this.home = "/local/domain/" + guard.domid();
        Thread thread =
                new Thread(() -> Poll.until(this::lookOnce, Duration.ofMinutes(1), Duration.ofMillis(1)), "sim-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean lookOnce() {
        if (guard.runs()) {
            xen.xenstore().read(home + "/vmcoupler/request").ifPresent(this::answer);
        }
        return ended;
    }

    private void answer(String text) {
        try {
            JsonNode request = JSON.readTree(text);
            long sequence = request.path("seq").asLong();
            if (sequence > done) {
                done = sequence;
                asked.add(request.path("op").asText());
                xen.xenstore()
                        .write(home + "/data/vmcoupler/reply", look(request).toString());
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private ObjectNode look(JsonNode request) throws Exception {
        JsonNode challenge = request.path("challenge");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(HexFormat.of().parseHex(challenge.path("nonce").asText()));
        for (JsonNode gfn : challenge.path("gfns")) {
            digest.update(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(gfn.asLong())
                    .array());
            digest.update(target.read(gfn.asLong()).orElseThrow());
        }
        int offset = challenge.path("plantedOffset").asInt();
        byte[] page = target.read(challenge.path("plantedGfn").asLong()).orElseThrow();
        byte[] planted = Arrays.copyOfRange(page, offset, offset + 16);
        digest.update(planted);
        ObjectNode reply = JSON.createObjectNode().put("v", 1).put("ok", true);
        for (String echoed : List.of("mid", "seq", "op")) {
            reply.set(echoed, request.path(echoed));
        }
        return reply.put("state", "watching")
                .put("domid", target.domid().value())
                .put("agent", "sim")
                .put("proof", HexFormat.of().formatHex(digest.digest()))
                .put("planted", HexFormat.of().formatHex(planted))
                .put("counterGfn", -1)
                .put("counter", -1)
                .put("mappedPages", 1)
                .put("holes", 0)
                .put("largestStep", 0)
                .put("vmcoreinfo", "")
                .put("watched", "0".repeat(64));
    }

    @Override
    public void close() {
        ended = true;
    }
}
