/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.journal.PairFacts;

/**
 * A pair whose domains both exist on this host.
 *
 * @param facts names and UUIDs
 * @param target the target's number here
 * @param guard the guard's number here
 */
public record PairHere(PairFacts facts, Domid target, Domid guard) {

    /** Makes it out of facts that have both domids. */
    public static PairHere of(PairFacts facts) {
        return new PairHere(facts, new Domid(facts.targetDomid()), new Domid(facts.guardDomid()));
    }

    /** Returns the number of one of them. */
    public Domid domid(Member member) {
        return member == Member.TARGET ? target : guard;
    }

    /** Returns the name of one of them. */
    public String name(Member member) {
        return member == Member.TARGET ? facts.targetName() : facts.guardName();
    }
}
