/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.util.Arrays;
import java.util.List;

/**
 * What a proven look has to answer.
 *
 * @param nonce 32 hex digits that did not exist before
 * @param gfns frames to be hashed, at most 64
 * @param plantedGfn frame that holds the planted value, -1 for none
 * @param plantedOffset offset of the 16 planted bytes in that frame, 0 to 4,080
 */
public record Challenge(String nonce, List<Long> gfns, long plantedGfn, int plantedOffset) {

    /** Most frames of one challenge. */
    public static final int GFN_LIMIT = 64;

    /** Bytes of a nonce and of a planted value. */
    public static final int VALUE_BYTES = 16;

    /** Frame numbers stay below 2^40: the physical addresses of x86 have at most 52 bits. */
    private static final long GFN_END = 1L << 40;

    private static final int PLANTED_OFFSET_LIMIT = 4096 - VALUE_BYTES;

    /** Keeps a copy of the list. */
    public Challenge {
        gfns = List.copyOf(gfns);
    }

    static Challenge of(JsonObject object) throws ProtocolException {
        long plantedGfn = object.integer("plantedGfn", -1, GFN_END - 1);
        long[] gfns = object.integers("gfns", GFN_LIMIT, 0, GFN_END - 1);
        return new Challenge(
                nonce(object),
                Arrays.stream(gfns).boxed().toList(),
                plantedGfn,
                plantedGfn < 0 ? 0 : (int) object.integer("plantedOffset", 0, PLANTED_OFFSET_LIMIT));
    }

    /** Returns the member {@code nonce}: 32 hex digits. */
    static String nonce(JsonObject object) throws ProtocolException {
        String hex = object.string("nonce", 2 * VALUE_BYTES);
        if (!hex.matches("[0-9a-fA-F]{" + 2 * VALUE_BYTES + "}")) {
            throw new ProtocolException("nonce: " + 2 * VALUE_BYTES + " hex digits are needed");
        }
        return hex;
    }
}
