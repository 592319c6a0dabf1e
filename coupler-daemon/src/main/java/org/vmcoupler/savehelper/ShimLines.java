/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.vmcoupler.hypervisor.Domid;

/** Lines of the shim to messages. Strict: exactly the protocol's keys in its order, canonical decimal numbers, every number in range. */
final class ShimLines {

    /** Longest line in bytes, its end included. */
    static final int LIMIT_BYTES = 512;

    private static final int PID_MAX = 4_194_304;
    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{32}");

    private final Map<String, String> fields;

    private ShimLines(Map<String, String> fields) {
        this.fields = fields;
    }

    /**
     * Returns the message in {@code line}.
     *
     * @throws IllegalArgumentException it is none; the message names what is wrong
     */
    static ShimMessage parse(String line) {
        String[] words = line.split(" ", -1);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String word : List.of(words).subList(1, words.length)) {
            int equals = word.indexOf('=');
            if (equals < 1 || fields.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("no key=value, or a key twice");
            }
        }
        ShimLines read = new ShimLines(fields);
        return switch (words[0]) {
            case "HELLO" -> read.hello();
            case "POLICY" -> read.policy();
            case "SUSPEND" -> read.suspend();
            case "SUSPENDED" -> read.suspended();
            case "PAUSED" -> read.paused();
            case "DONE" -> read.done();
            default -> throw new IllegalArgumentException("unknown message");
        };
    }

    private ShimMessage hello() {
        keys("abi", "role", "domid", "pid", "token");
        if (!TOKEN.matcher(word("token")).matches()) {
            throw new IllegalArgumentException("token is not 32 hex digits");
        }
        return new ShimMessage.Hello(
                (int) number("abi", 1, 1),
                oneOf("role", "save", "restore") ? ShimRole.SAVE : ShimRole.RESTORE,
                new Domid((int) number("domid", 1, 32_751)),
                number("pid", 1, PID_MAX),
                word("token"));
    }

    private ShimMessage policy() {
        keys("iteration", "written", "dirty", "logdirty", "deferred");
        return new ShimMessage.Policy(
                (int) number("iteration", 0, Integer.MAX_VALUE),
                number("written", 0, Long.MAX_VALUE),
                number("dirty", -1, Long.MAX_VALUE),
                oneOf("logdirty", "hardware", "software"),
                number("deferred", 0, Long.MAX_VALUE));
    }

    private ShimMessage suspend() {
        keys();
        return new ShimMessage.Suspend();
    }

    private ShimMessage suspended() {
        keys("result", "paused");
        return new ShimMessage.Suspended(oneOf("result", "1", "0"), oneOf("paused", "1", "0"));
    }

    private ShimMessage paused() {
        keys("result");
        return new ShimMessage.Paused(oneOf("result", "1", "0"));
    }

    private ShimMessage done() {
        keys("rc", "errno");
        return new ShimMessage.Done(
                (int) number("rc", Integer.MIN_VALUE, Integer.MAX_VALUE), (int) number("errno", 0, 4095));
    }

    private void keys(String... expected) {
        if (!List.copyOf(fields.keySet()).equals(List.of(expected))) {
            throw new IllegalArgumentException("its keys are not " + String.join(", ", expected));
        }
    }

    private String word(String key) {
        return fields.getOrDefault(key, "");
    }

    private boolean oneOf(String key, String yes, String no) {
        if (!word(key).equals(yes) && !word(key).equals(no)) {
            throw new IllegalArgumentException(key + " is neither " + yes + " nor " + no);
        }
        return word(key).equals(yes);
    }

    private long number(String key, long from, long to) {
        if (!NUMBER.matcher(word(key)).matches()) {
            throw new IllegalArgumentException(key + " is no decimal number");
        }
        try {
            long value = Long.parseLong(word(key));
            if (value >= from && value <= to) {
                return value;
            }
        } catch (NumberFormatException tooLarge) {
            // Falls through: out of range like any other.
        }
        throw new IllegalArgumentException(key + " is not in " + from + ".." + to);
    }
}
