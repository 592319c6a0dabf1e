/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

/** The reply of each operation from its checked fields. */
final class GuardReplies {

    private GuardReplies() {}

    /** Returns the reply that belongs to {@code request}; the type parameter ties the two, so that the cast is right by construction. */
    @SuppressWarnings("unchecked")
    static <R extends GuardReply> R of(GuardRequest<R> request, ReplyFields fields) {
        return (R) reply(request, fields);
    }

    private static GuardReply reply(GuardRequest<?> request, ReplyFields fields) {
        if (request instanceof GuardRequest.Status) {
            return status(fields);
        }
        if (request instanceof GuardRequest.Remap remap) {
            return look(fields, remap.challenge());
        }
        if (request instanceof GuardRequest.Watch watch) {
            return look(fields, watch.challenge());
        }
        if (request instanceof GuardRequest.Prepare prepare) {
            return prepared(fields, prepare.nonce());
        }
        return quiesced(
                fields,
                request instanceof GuardRequest.Quiesce q && q.challenge().isPresent());
    }

    private static GuardReply quiesced(ReplyFields fields, boolean challenged) {
        return new GuardReply.Quiesced(
                fields.standing(),
                challenged ? fields.hex("proof", 64, false) : "",
                challenged ? fields.hex("planted", 32, false) : "",
                fields.counter(),
                fields.hex("watched", 64, false),
                fields.number("unmapMs", 0, Integer.MAX_VALUE));
    }

    private static GuardReply status(ReplyFields fields) {
        return new GuardReply.Status(
                fields.standing(),
                (int) fields.number("windows", 0, Integer.MAX_VALUE),
                fields.coverage(),
                fields.counter(),
                fields.number("looks", 0, Long.MAX_VALUE),
                fields.number("largestStep", 0, Long.MAX_VALUE),
                fields.number("viewAgeMs", -1, Long.MAX_VALUE),
                fields.words("labSwitches"));
    }

    private static GuardReply look(ReplyFields fields, Challenge challenge) {
        return new GuardReply.Look(
                fields.standing(),
                fields.hex("proof", 64, false),
                fields.hex("planted", 32, challenge.plantedGfn() < 0),
                fields.counter(),
                fields.coverage(),
                fields.number("largestStep", 0, Long.MAX_VALUE),
                fields.hex("vmcoreinfo", 64, true),
                fields.hex("watched", 64, false));
    }

    private static GuardReply prepared(ReplyFields fields, String nonce) {
        String said = fields.hex("nonce", 32, false);
        if (!said.equals(nonce)) {
            throw fields.bad("nonce is not the request's");
        }
        return new GuardReply.Prepared(
                fields.standing(),
                said,
                (int) fields.number("windows", 0, Integer.MAX_VALUE),
                fields.number("counter", -1, Long.MAX_VALUE));
    }
}
