/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.migration.PairHere;

/** What is recorded of the pairs of this host, and who has them. A pair's id is its target's UUID. Any thread; writing blocks for the disk. */
public interface PairBook {

    /** Returns all pairs of this boot. */
    List<PairHere> all();

    /** Returns a pair as it is recorded now. */
    default Optional<PairHere> pair(UUID id) {
        return all().stream().filter(p -> p.facts().targetUuid().equals(id)).findFirst();
    }

    /** Records a pair, in place of what was recorded of it before. Durable on return. */
    void record(PairFacts facts);

    /** Records that a pair is coupled no more. Durable on return. */
    void remove(UUID id);

    /** Keeps what a pair's guard was made from, over the end of the guard and of the daemon. */
    void rememberGuard(UUID id, DomainConfig guard);

    /** Returns what {@link #rememberGuard} kept. */
    Optional<DomainConfig> rememberedGuard(UUID id);

    /** Forgets that of a pair that is gone from here. */
    void forgetGuard(UUID id);

    /** Tells who may touch a pair's domains now. */
    Hands hands(UUID id);

    /** Tells the migration that has a pair whose target has not been stopped that the guard is lost; it then keeps the pair here. */
    void guardLostBeforeStop(UUID id, String reason);

    /**
     * Records that a pair's guard has proven a look and its target was released, after whatever ended the watching: an attempt to move the pair whose
     * roll-back had lost the guard has nothing left to roll back. Does nothing if there is none. Durable on return.
     */
    void regained(UUID id);

    /** Tells the migration that has a pair in its pre-copy that somebody else has made an end of it; it then keeps the pair here. */
    void disturbed(UUID id, String reason);
}
