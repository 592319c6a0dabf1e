/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Requests to JSON and JSON to replies. */
final class GuardWire {

    /** Bytes that a node may hold on both sides. */
    static final int LIMIT_BYTES = 1_900;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxNumberLength(24)
                    .maxStringLength(LIMIT_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private final String what;

    /** Reads replies to {@code what}, which every failure's message begins with. */
    GuardWire(String what) {
        this.what = what;
    }

    /** Returns the sequence number of a request as we wrote it, or 0 if the text is none. */
    static long sequenceOf(String request) {
        long said = object(request).map(node -> node.path("seq").asLong(0)).orElse(0L);
        return said < 0 || said > GuardLink.SEQUENCE_MAX ? 0 : said;
    }

    /** Returns the request's JSON. */
    static String write(String mid, long sequence, GuardRequest<?> request) {
        ObjectNode node = JSON.createObjectNode()
                .put("v", 1)
                .put("mid", mid)
                .put("seq", sequence)
                .put("op", request.operation());
        if (request instanceof GuardRequest.Remap remap) {
            node.put("domid", remap.target().value()).put("pages", remap.frames());
            if (remap.anew()) {
                node.put("anew", true);
            }
            node.set("challenge", challenge(remap.challenge()));
        } else if (request instanceof GuardRequest.Watch watch) {
            node.put("pages", watch.frames());
            if (watch.parked()) {
                node.put("parked", true);
            }
            node.set("challenge", challenge(watch.challenge()));
        } else if (request instanceof GuardRequest.Quiesce quiesce) {
            quiesce.challenge().ifPresent(challenge -> node.set("challenge", challenge(challenge)));
        } else if (request instanceof GuardRequest.Prepare prepare) {
            node.put("nonce", prepare.nonce());
        }
        String text = node.toString();
        if (text.length() > LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "request of " + text.length() + " bytes, limit " + LIMIT_BYTES + "; use fewer frames");
        }
        return text;
    }

    private static ObjectNode challenge(Challenge challenge) {
        ObjectNode node = JSON.createObjectNode().put("nonce", challenge.nonce());
        challenge.gfns().forEach(node.putArray("gfns")::add);
        return node.put("plantedGfn", challenge.plantedGfn()).put("plantedOffset", challenge.plantedOffset());
    }

    /**
     * Returns the reply in {@code text}, or empty if it is no reply to this very request.
     *
     * @throws GuardFailure it is one, but says that the request failed or breaks the protocol
     */
    <R extends GuardReply> Optional<R> read(String text, GuardLink.Asked<R> asked) {
        Optional<JsonNode> node = object(text).filter(found -> isReplyTo(found, asked));
        if (node.isEmpty()) {
            return Optional.empty();
        }
        ReplyFields fields = new ReplyFields(what, node.get());
        if (!fields.flag("ok")) {
            throw fields.failure();
        }
        return Optional.of(GuardReplies.of(asked.request(), fields));
    }

    private static boolean isReplyTo(JsonNode node, GuardLink.Asked<?> asked) {
        return node.path("v").isInt()
                && node.path("v").intValue() == 1
                && node.path("seq").isIntegralNumber()
                && node.path("seq").canConvertToLong()
                && node.path("seq").longValue() == asked.sequence()
                && asked.mid().equals(node.path("mid").textValue())
                && asked.request().operation().equals(node.path("op").textValue());
    }

    private static Optional<JsonNode> object(String text) {
        // A character that is no ASCII may stand for several bytes; none is allowed anyway.
        if (text.length() > LIMIT_BYTES || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }
}
