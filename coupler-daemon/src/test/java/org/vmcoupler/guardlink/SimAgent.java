/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.time.Poll;

/**
 * An agent as docs/guard-protocol.md has it, on a host in memory. What it remembers of requests that it has done moves with it to the next host,
 * as a real agent's memory does; {@link #forget} is its restart.
 */
public final class SimAgent implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SimHypervisor host;
    private Domid self;
    private String lastMid = "";
    private long lastSequence = -1;
    private int watched = -1;
    private String state = "idle";
    private List<String> labSwitches = List.of();
    private volatile boolean ended;

    /** Starts it in a domain. */
    public SimAgent(SimHypervisor host, Domid self) {
        this.host = host;
        this.self = self;
        Thread thread = new Thread(this::run, "agent");
        thread.setDaemon(true);
        thread.start();
    }

    /** Goes on in another domain with all that it remembers. */
    public synchronized void move(SimHypervisor newHost, Domid newSelf) {
        host = newHost;
        self = newSelf;
    }

    /** Begins anew: it has done nothing and maps nothing. */
    public synchronized void forget() {
        lastMid = "";
        lastSequence = -1;
        state = "idle";
    }

    /** Says from now on that these switches are on. */
    public synchronized void labSwitches(List<String> names) {
        labSwitches = List.copyOf(names);
    }

    /** Returns the number of the request that it did last, -1 for none. */
    public synchronized long lastSequence() {
        return lastSequence;
    }

    @Override
    public void close() {
        ended = true;
    }

    private void run() {
        Poll.until(
                () -> {
                    answer();
                    return ended;
                },
                Duration.ofMinutes(5),
                Duration.ofMillis(1));
    }

    private synchronized void answer() {
        Optional<String> text = host.xenstore().read("/local/domain/" + self + "/vmcoupler/request");
        if (text.isEmpty()) {
            return;
        }
        try {
            JsonNode request = JSON.readTree(text.get());
            String mid = request.path("mid").asText();
            long sequence = request.path("seq").asLong();
            if (mid.equals(lastMid) && sequence <= lastSequence) {
                return;
            }
            lastMid = mid;
            lastSequence = sequence;
            String reply = reply(request).toString();
            host.xenstore().write("/local/domain/" + self + "/data/vmcoupler/reply", reply);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode reply(JsonNode request) {
        ObjectNode reply = JSON.createObjectNode().put("v", 1);
        for (String echoed : new String[] {"mid", "seq", "op"}) {
            reply.set(echoed, request.path(echoed));
        }
        String operation = request.path("op").asText();
        if (state.equals("idle") && !List.of("remap", "status").contains(operation)) {
            reply.put("ok", false).putObject("error").put("code", "WRONG_STATE").put("message", "idle");
        } else {
            reply.put("ok", true);
            perform(operation, request, reply);
        }
        reply.put("counterGfn", -1).put("counter", -1).put("mappedPages", 1).put("holes", 0);
        reply.put("largestStep", 0).put("vmcoreinfo", "").put("looks", 1).put("windows", 1);
        reply.put("watched", "0".repeat(64)).put("unmapMs", 0).put("viewAgeMs", 5);
        labSwitches.forEach(reply.putArray("labSwitches")::add);
        return reply.put("state", state).put("domid", watched).put("agent", "sim");
    }

    private void perform(String operation, JsonNode request, ObjectNode reply) {
        if (operation.equals("remap")) {
            watched = request.path("domid").asInt();
        }
        if (operation.equals("remap") || operation.equals("watch")) {
            state = "watching";
            look(request.path("challenge"), reply);
        } else if (operation.equals("quiesce")) {
            state = "quiesced";
            if (request.path("challenge").isObject()) {
                look(request.path("challenge"), reply);
            }
        }
    }

    private void look(JsonNode challenge, ObjectNode reply) {
        SimDomain target = host.existing(new Domid(watched));
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(challenge.path("nonce").asText()));
        for (JsonNode gfn : challenge.path("gfns")) {
            digest.update(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(gfn.asLong())
                    .array());
            digest.update(target.read(gfn.asLong()).orElseThrow());
        }
        int at = challenge.path("plantedOffset").asInt();
        byte[] page = target.read(challenge.path("plantedGfn").asLong()).orElseThrow();
        byte[] planted = Arrays.copyOfRange(page, at, at + Challenge.SECRET_BYTES);
        digest.update(planted);
        reply.put("proof", HexFormat.of().formatHex(digest.digest()));
        reply.put("planted", HexFormat.of().formatHex(planted));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
