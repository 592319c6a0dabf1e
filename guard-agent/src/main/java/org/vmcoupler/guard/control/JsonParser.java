/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON that the protocol uses: objects, arrays, strings of printable ASCII without escapes but {@code \\"} and {@code \\\\}, whole
 * numbers of 64 bits, true and false. All else is refused, as are duplicate names and more than {@link #DEPTH_LIMIT} levels.
 *
 * <p>Source: RFC 8259, narrowed.
 */
final class JsonParser {

    private static final int DEPTH_LIMIT = 3;

    private final byte[] text;
    private int at;

    private JsonParser(byte[] text) {
        this.text = text;
    }

    /** Returns the one object that the bytes hold. */
    static JsonObject parse(byte[] text) throws ProtocolException {
        JsonParser parser = new JsonParser(text);
        parser.skipSpace();
        JsonObject object = parser.object(1);
        parser.skipSpace();
        if (parser.at != text.length) {
            throw new ProtocolException("text behind the object");
        }
        return object;
    }

    private Object value(int depth) throws ProtocolException {
        int c = peek();
        if ((c == '{' || c == '[') && depth > DEPTH_LIMIT) {
            throw new ProtocolException("nested too deep");
        }
        if (c == '{') {
            return object(depth);
        }
        if (c == '[') {
            return array(depth);
        }
        if (c == '"') {
            return string();
        }
        if (c == 't') {
            return word("true", Boolean.TRUE);
        }
        if (c == 'f') {
            return word("false", Boolean.FALSE);
        }
        return number();
    }

    private JsonObject object(int depth) throws ProtocolException {
        expect('{');
        Map<String, Object> members = new LinkedHashMap<>();
        if (!closes('}')) {
            do {
                skipSpace();
                String name = string();
                skipSpace();
                expect(':');
                skipSpace();
                if (members.put(name, value(depth + 1)) != null) {
                    throw new ProtocolException("a name occurs twice");
                }
            } while (continues('}'));
        }
        return new JsonObject(members);
    }

    private List<Object> array(int depth) throws ProtocolException {
        expect('[');
        List<Object> values = new ArrayList<>();
        if (!closes(']')) {
            do {
                skipSpace();
                values.add(value(depth + 1));
            } while (continues(']'));
        }
        return values;
    }

    private boolean closes(char end) throws ProtocolException {
        skipSpace();
        if (peek() == end) {
            at++;
            return true;
        }
        return false;
    }

    private boolean continues(char end) throws ProtocolException {
        if (closes(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() throws ProtocolException {
        expect('"');
        StringBuilder result = new StringBuilder();
        for (int c = take(); c != '"'; c = take()) {
            if (c == '\\') {
                c = take();
                if (c != '"' && c != '\\') {
                    throw new ProtocolException("an escape that is not allowed");
                }
            } else if (c < ' ' || c > '~') {
                throw new ProtocolException("a byte that is not printable ASCII");
            }
            result.append((char) c);
        }
        return result.toString();
    }

    private Long number() throws ProtocolException {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        int digits = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        boolean leadingZero = at - digits > 1 && text[digits] == '0';
        if (at == digits || leadingZero || at - digits > 19) {
            throw new ProtocolException("not a value");
        }
        try {
            return Long.valueOf(new String(text, start, at - start, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new ProtocolException("a number of more than 64 bits");
        }
    }

    private Boolean word(String word, Boolean value) throws ProtocolException {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private void skipSpace() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
            at++;
        }
    }

    private int peek() throws ProtocolException {
        if (at >= text.length) {
            throw new ProtocolException("the text ends early");
        }
        return text[at];
    }

    private int take() throws ProtocolException {
        int c = peek();
        at++;
        return c;
    }

    private void expect(char wanted) throws ProtocolException {
        if (take() != wanted) {
            throw new ProtocolException("not JSON of the allowed kind");
        }
    }
}
