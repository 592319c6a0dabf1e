/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;

/** An agent that sees its target's memory. It answers a request as soon as it is written, if its domain runs then, and never later. */
public final class SimGuard {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECRET_BYTES = 16;

    private final InMemoryXenstore xenstore;
    private final SimDomain self;
    private final SimDomain target;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean watching = true;
    private volatile boolean parked;
    private final AtomicInteger silentFor = new AtomicInteger();

    /** Puts an agent into {@code self}, which watches {@code target}. */
    public SimGuard(SimHypervisor host, SimDomain self, SimDomain target) {
        this.xenstore = host.xenstore();
        this.self = self;
        this.target = target;
        xenstore.watch(this::look);
    }

    /** Returns the operations that it was asked for while its domain ran, in order; of a look behind {@code prepare}, "watch parked". */
    public List<String> asked() {
        return asked;
    }

    /** Takes its mappings away, as a quiesce does: only a remap makes it watch again. */
    public void unmap() {
        watching = false;
    }

    /** Parks its checks, as {@code prepare} does. */
    public void park() {
        parked = true;
    }

    /** Lets it leave the next requests unanswered. */
    public void silentFor(int requests) {
        silentFor.set(requests);
    }

    private void look() {
        xenstore.read(home(self.domid()) + "/vmcoupler/request").ifPresent(this::request);
    }

    private void request(String text) {
        String reply = home(self.domid()) + "/data/vmcoupler/reply";
        if (!self.runs() || xenstore.read(reply).isPresent()) {
            return;
        }
        try {
            JsonNode request = JSON.readTree(text);
            asked.add(request.path("op").textValue() + (request.path("parked").booleanValue() ? " parked" : ""));
            if (silentFor.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return;
            }
            xenstore.write(reply, answer(request).toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private ObjectNode answer(JsonNode request) {
        String operation = request.path("op").textValue();
        ObjectNode reply = JSON.createObjectNode()
                .put("v", 1)
                .put("mid", request.path("mid").textValue())
                .put("seq", request.path("seq").longValue())
                .put("op", operation);
        watching = (watching || operation.equals("remap")) && !operation.equals("quiesce");
        parked = operation.equals("prepare")
                || (parked
                        && (operation.equals("status") || request.path("parked").booleanValue()));
        if (operation.equals("watch") && !watching) {
            reply.put("ok", false).putObject("error").put("code", "WRONG_STATE").put("message", "quiesced");
            return reply;
        }
        reply.put("ok", true)
                .put("state", parked ? "prepared" : watching ? "watching" : "quiesced")
                .put("domid", target.domid().value())
                .put("agent", "sim")
                .put("windows", 1)
                .put("mappedPages", 1)
                .put("holes", 0)
                .put("counterGfn", -1)
                .put("counter", -1)
                .put("looks", 1)
                .put("largestStep", 0)
                .put("viewAgeMs", 0)
                .put("unmapMs", 1)
                .put("vmcoreinfo", "")
                .put("watched", "0".repeat(64))
                .putArray("labSwitches");
        JsonNode challenge = request.path("challenge");
        if (challenge.isObject()) {
            prove(challenge, reply);
        }
        return reply;
    }

    private void prove(JsonNode challenge, ObjectNode reply) {
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(challenge.path("nonce").textValue()));
        challenge.path("gfns").forEach(gfn -> {
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(gfn.longValue())
                    .array());
            digest.update(target.read(gfn.longValue()).orElse(new byte[Frame.BYTES]));
        });
        int offset = challenge.path("plantedOffset").intValue();
        byte[] page = target.read(challenge.path("plantedGfn").longValue()).orElseThrow();
        byte[] planted = Arrays.copyOfRange(page, offset, offset + SECRET_BYTES);
        digest.update(planted);
        reply.put("proof", HexFormat.of().formatHex(digest.digest()));
        reply.put("planted", HexFormat.of().formatHex(planted));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String home(Domid domid) {
        return "/local/domain/" + domid;
    }
}
