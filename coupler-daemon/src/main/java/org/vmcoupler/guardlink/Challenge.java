/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a guard has to look at to prove that it sees its target now.
 *
 * @param nonce 32 lower-case hex digits
 * @param gfns at most 64 frames of the target whose contents go into the proof, in this order; empty while the target runs
 * @param plantedGfn the frame that holds the planted value, -1 for none
 * @param plantedOffset byte offset of the 16-byte value in that frame, 0 to 4,080
 */
public record Challenge(String nonce, List<Long> gfns, long plantedGfn, int plantedOffset) {

    /** Most frames in a challenge: its JSON stays below a xenstore node's limit. */
    public static final int GFNS_MAX = 64;

    /** Bytes of the planted value and of the nonce. */
    public static final int SECRET_BYTES = 16;

    static final Pattern HEX_32 = Pattern.compile("[0-9a-f]{32}");

    /** Checks the bounds and copies the list. */
    public Challenge {
        gfns = List.copyOf(gfns);
        if (!HEX_32.matcher(nonce).matches() || gfns.size() > GFNS_MAX) {
            throw new IllegalArgumentException(
                    "no challenge: nonce of " + nonce.length() + " characters, " + gfns.size() + " frames");
        }
        if (plantedGfn < -1
                || plantedOffset < 0
                || plantedOffset > 4096 - SECRET_BYTES
                || gfns.stream().anyMatch(gfn -> gfn < 0)) {
            throw new IllegalArgumentException("a frame or offset of the challenge is out of range");
        }
    }
}
