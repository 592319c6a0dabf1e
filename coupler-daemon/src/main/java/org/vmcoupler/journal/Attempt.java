/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.ArrayList;
import java.util.List;
import org.vmcoupler.control.Decision;

/**
 * One attempt as its records tell it.
 *
 * @param decision KEEP, YIELD, TAKE, REFUSE or NONE
 * @param stopping the source has begun to ask its domains to suspend
 * @param running the destination has released the target; or the source, which keeps the pair, has nothing left to roll back: the pair runs on, a
 *     newer attempt has it, or it is uncoupled
 * @param pair with the domids known so far; those of another boot than {@code begin.bootId()} name nothing
 * @param helpers processes started for it, oldest first; most are long gone
 */
public record Attempt(
        JournalRecord.Begin begin,
        Decision decision,
        String reason,
        boolean stopping,
        boolean running,
        PairFacts pair,
        List<JournalRecord.Helper> helpers) {

    /** Copies the list. */
    public Attempt {
        helpers = List.copyOf(helpers);
    }

    Attempt(JournalRecord.Begin begin) {
        this(begin, Decision.NONE, "", false, false, begin.pair(), List.of());
    }

    Attempt decided(Decision next, String why) {
        return new Attempt(begin, next, why, stopping, running, pair, helpers);
    }

    Attempt stops() {
        return new Attempt(begin, decision, reason, true, running, pair, helpers);
    }

    Attempt released() {
        return new Attempt(begin, decision, reason, stopping, true, pair, helpers);
    }

    Attempt with(JournalRecord.Domain domain) {
        return new Attempt(
                begin, decision, reason, stopping, running, pair.with(domain.which(), domain.domid()), helpers);
    }

    Attempt with(JournalRecord.Helper helper) {
        List<JournalRecord.Helper> all = new ArrayList<>(helpers);
        all.add(helper);
        return new Attempt(begin, decision, reason, stopping, running, pair, all);
    }
}
