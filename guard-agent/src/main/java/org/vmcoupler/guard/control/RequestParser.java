/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.util.Optional;

/** Turns the text of a request into a {@link Request}. */
public final class RequestParser {

    private static final int DOMID_MOST = 0x7FEF;
    private static final long PAGES_MOST = 1L << 28;
    private static final int ID_LENGTH_LIMIT = 64;

    private RequestParser() {}

    /** Returns the id alone, for the reply to a request that is otherwise not understood. */
    public static RequestId id(byte[] text) throws ProtocolException {
        return id(object(text));
    }

    /** Returns the request. */
    public static Request parse(byte[] text) throws ProtocolException {
        JsonObject object = object(text);
        object.integer("v", 1, 1);
        RequestId id = id(object);
        return switch (Operation.of(object.string("op", 16))) {
            case STATUS -> new Request.Status(id);
            case REMAP ->
                new Request.Remap(
                        id,
                        (int) object.integer("domid", 1, DOMID_MOST),
                        pages(object),
                        object.flag("anew"),
                        Challenge.of(object.object("challenge")));
            case WATCH ->
                new Request.Watch(id, pages(object), object.flag("parked"), Challenge.of(object.object("challenge")));
            case PREPARE -> new Request.Prepare(id, Challenge.nonce(object));
            case QUIESCE ->
                new Request.Quiesce(
                        id,
                        object.has("challenge")
                                ? Optional.of(Challenge.of(object.object("challenge")))
                                : Optional.empty());
        };
    }

    private static long pages(JsonObject object) throws ProtocolException {
        return object.integer("pages", 1, PAGES_MOST);
    }

    private static JsonObject object(byte[] text) throws ProtocolException {
        if (text.length > Request.TEXT_LIMIT_BYTES) {
            throw new ProtocolException("longer than " + Request.TEXT_LIMIT_BYTES + " bytes");
        }
        return JsonParser.parse(text);
    }

    private static RequestId id(JsonObject object) throws ProtocolException {
        String mid = object.string("mid", ID_LENGTH_LIMIT);
        if (!mid.matches("[A-Za-z0-9._:-]+")) {
            throw new ProtocolException("mid: letters, digits and ._:- are needed");
        }
        return new RequestId(mid, object.integer("seq", 0, Long.MAX_VALUE));
    }
}
