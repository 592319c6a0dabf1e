/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.migration.PairHere;

/** A keeper's claim to its pair, which it has while it changes anything. One thread. */
final class Claim {

    private final Claims claims;
    private final PairBook book;
    private final PairWork work;
    private final UUID id;
    private boolean taken;

    Claim(Claims claims, PairBook book, PairWork work) {
        this.claims = claims;
        this.book = book;
        this.work = work;
        this.id = work.pair().facts().targetUuid();
    }

    /**
     * Claims the pair, unless it is claimed already; false if somebody else has it. A migration may have begun, and even ended, between the look at
     * whose hands the pair is in and the claim.
     */
    boolean take() {
        if (!taken && claims.take(id)) {
            taken = true;
            Optional<PairHere> recorded = book.pair(id);
            if (book.hands(id) != Hands.KEEPER || !recorded.equals(Optional.of(work.pair()))) {
                giveBack();
            }
        }
        return taken;
    }

    /** Gives it back, if it is taken. */
    void giveBack() {
        if (taken) {
            taken = false;
            claims.giveBack(id);
        }
    }
}
