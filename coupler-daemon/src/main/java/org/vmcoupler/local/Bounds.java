/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

/** Bounds on what a local client may send. */
final class Bounds {

    /** Longest name or id, characters. */
    static final int NAME_CHARS = 128;

    private Bounds() {}

    /** Checks a name of a domain, host or migration. */
    static void name(String field, String value) {
        if (value.isEmpty() || value.length() > NAME_CHARS) {
            throw new IllegalArgumentException(field + " must have 1 to " + NAME_CHARS + " characters");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c == '/' || Character.isISOControl(c))) {
            throw new IllegalArgumentException(field + " must not hold a space, a control character or a slash");
        }
    }

    /** Checks that {@code low <= value <= high}. */
    static void range(String field, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(field + " must be " + low + " to " + high + ", not " + value);
        }
    }
}
