/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who works on which pair: at most one at a time. Any thread; does not block. */
public final class Claims {

    private final Set<UUID> claimed = ConcurrentHashMap.newKeySet();

    /** Claims a pair; false if somebody has it. */
    public boolean take(UUID pair) {
        return claimed.add(pair);
    }

    /** Gives a pair back. */
    public void giveBack(UUID pair) {
        claimed.remove(pair);
    }
}
