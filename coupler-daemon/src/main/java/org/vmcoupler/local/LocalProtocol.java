/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * The lines of the local protocol, version 1; described in docs/cli.md. A member that the reader does not know is ignored; a change that an old
 * reader would misunderstand raises the version, and both sides refuse another one.
 */
final class LocalProtocol {

    /** The version that both sides speak. */
    static final int VERSION = 1;

    /** Longest request line, bytes without its newline. */
    static final int MAX_REQUEST_BYTES = 64 * 1024;

    /** Longest reply line that a client takes, bytes. */
    static final int MAX_REPLY_BYTES = 1024 * 1024;

    private LocalProtocol() {}

    /** Returns the line of a request. */
    static String write(LocalRequest request) {
        Map<String, Object> line = head("request", name(request.getClass()));
        line.putAll(RecordTree.of((Record) request));
        return Json.write(line);
    }

    /**
     * Returns the request on a line.
     *
     * @throws Refusal with {@code PROTOCOL}: garbage, another version, an unknown request, or a member missing, wrong or out of bounds
     */
    static LocalRequest readRequest(String line) {
        try {
            Map<String, Object> tree = version(Json.read(line));
            Object wanted = tree.get("request");
            for (Class<?> type : LocalRequest.class.getPermittedSubclasses()) {
                if (name(type).equals(wanted)) {
                    return (LocalRequest) RecordTree.read(type.asSubclass(Record.class), tree);
                }
            }
            throw new IllegalArgumentException("unknown request");
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.PROTOCOL, "The request cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** Returns the line that tells a migration's progress. */
    static String progress(MigrationProgress progress) {
        return reply("progress", RecordTree.of(progress));
    }

    /** Returns the last line of a request that was met. */
    static String result(Record result) {
        return reply("result", RecordTree.of(result));
    }

    /** Returns the last line of a request that was not met. */
    static String error(ErrorCode code, String message) {
        return reply("error", errorTree(code.name(), code.number(), message));
    }

    /** Returns an error as both the protocol and the command line's machine-readable output have it. */
    static Map<String, Object> errorTree(String code, int number, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("number", number);
        error.put("message", message);
        return error;
    }

    /** Returns {@code tree} if it is of our version. */
    static Map<String, Object> version(Map<String, Object> tree) {
        Object version = tree.get("v");
        if (version instanceof Long number && number == VERSION) {
            return tree;
        }
        throw new IllegalArgumentException("local protocol version " + VERSION
                + " is spoken here; command and daemon must be of the same package");
    }

    private static String reply(String kind, Map<String, Object> body) {
        Map<String, Object> line = head("reply", kind);
        line.put(kind, body);
        return Json.write(line);
    }

    private static Map<String, Object> head(String kind, String name) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("v", VERSION);
        line.put(kind, name);
        return line;
    }

    static String name(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
