/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Builds the text of a reply, field by field. */
public final class Reply {

    /** Longest string as written, escapes included: three of them and all that is short make no reply too long. */
    private static final int STRING_LIMIT = 400;

    private final StringBuilder text = new StringBuilder(512);

    private Reply(RequestId id, String operation, boolean ok) {
        text.append("{\"v\":1");
        with("mid", id.mid()).with("seq", id.seq()).with("op", operation);
        text.append(",\"ok\":").append(ok);
    }

    /** Begins the reply to a request that was done. */
    public static Reply done(Request request) {
        return new Reply(request.id(), request.operation().wireName(), true);
    }

    /** Begins the reply to a request that was not done; {@code operation} may be empty. */
    public static Reply failed(RequestId id, String operation, Failure failure) {
        Reply reply = new Reply(id, operation, false);
        reply.text.append(",\"error\":{\"code\":\"").append(failure.code()).append('"');
        reply.with("message", failure.message());
        if (failure.pid() >= 0) {
            reply.with("pid", failure.pid()).with("comm", failure.comm());
        }
        reply.text.append('}');
        return reply;
    }

    /** Adds a number. */
    public Reply with(String name, long value) {
        text.append(",\"").append(name).append("\":").append(value);
        return this;
    }

    /** Adds a string; what is not printable ASCII becomes {@code ?}, and what is too long is cut. */
    public Reply with(String name, String value) {
        text.append(",\"").append(name).append("\":\"");
        int end = text.length() + STRING_LIMIT;
        for (int i = 0; i < value.length() && text.length() < end; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        text.append('"');
        return this;
    }

    /** Adds a list of plain words, which need no escapes. */
    public Reply with(String name, List<String> words) {
        text.append(",\"").append(name).append("\":[");
        text.append(words.stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(",")));
        text.append(']');
        return this;
    }

    /** Returns the text to be written. */
    public byte[] bytes() {
        byte[] bytes = (text + "}").getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > Request.TEXT_LIMIT_BYTES) {
            throw new IllegalStateException("a reply of " + bytes.length + " bytes");
        }
        return bytes;
    }
}
