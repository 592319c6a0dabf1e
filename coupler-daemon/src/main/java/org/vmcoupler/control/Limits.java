/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import java.util.regex.Pattern;

/** Bounds of what a peer may say. Every check throws {@link IllegalArgumentException} with the field's name. */
final class Limits {

    static final int TEXT_CHARS = 2_000;
    static final int NAME_CHARS = 80;
    static final int CONFIG_CHARS = 65_536;
    static final long MAX_FRAMES = 1L << 30;

    /** Below the highest number of docs/guard-protocol.md, so that the destination can still ask a million times. */
    static final long MAX_GUARD_SEQUENCE = (1L << 53) - 1_000_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

    private Limits() {}

    static void notNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(field + " is negative: " + value);
        }
    }

    static void range(String field, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(field + " is not in " + from + ".." + to + ": " + value);
        }
    }

    static void text(String field, String value, int limitChars) {
        if (value.length() > limitChars) {
            throw new IllegalArgumentException(field + " has " + value.length() + " characters, limit " + limitChars);
        }
    }

    static void name(String field, String value) {
        text(field, value, NAME_CHARS);
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " is not a plain name of letters, digits and . _ + -");
        }
    }

    static void hex(String field, String value, int digits) {
        if (value.length() != digits || !HEX.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " is not " + digits + " lower-case hex digits");
        }
    }
}
