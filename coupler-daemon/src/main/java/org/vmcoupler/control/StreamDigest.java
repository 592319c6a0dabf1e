/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/**
 * What went through one stream, for comparison of both ends.
 *
 * @param bytes length of the whole libxl stream, 0 or more
 * @param sha256 digest of it, 64 hex digits
 */
public record StreamDigest(long bytes, String sha256) {

    /** Checks shape and range. */
    public StreamDigest {
        Limits.notNegative("bytes", bytes);
        Limits.hex("sha256", sha256, 64);
    }
}
