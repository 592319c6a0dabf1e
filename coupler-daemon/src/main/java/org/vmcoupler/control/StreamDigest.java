/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/**
 * What went through one stream, for comparison of both ends.
 *
 * @param bytes length of the whole libxl stream, 0 or more
 * @param digest fingerprint of it, keyed with the token of its data connection, 32 hex digits (docs/relay.md)
 */
public record StreamDigest(long bytes, String digest) {

    /** Checks shape and range. */
    public StreamDigest {
        Limits.notNegative("bytes", bytes);
        Limits.hex("digest", digest, 32);
    }
}
