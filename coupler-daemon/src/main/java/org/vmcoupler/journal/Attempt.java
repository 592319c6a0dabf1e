/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.control.Decision;

/**
 * One attempt as its records tell it.
 *
 * @param decision KEEP, YIELD, TAKE, REFUSE or NONE
 * @param stopping the source has begun to ask its domains to suspend
 * @param held both domains were complete at the destination
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
        Optional<JournalRecord.Held> held,
        boolean running,
        PairFacts pair,
        List<JournalRecord.Helper> helpers) {

    /** Copies the list. */
    public Attempt {
        helpers = List.copyOf(helpers);
    }

    Attempt(JournalRecord.Begin begin) {
        this(begin, Decision.NONE, "", false, Optional.empty(), false, begin.pair(), List.of());
    }

    /** Returns the pair's record as a TAKE of this attempt makes it. */
    public JournalRecord.Pair arrival() {
        return new JournalRecord.Pair(pair.targetUuid(), pair, begin.bootId());
    }

    Attempt decided(Decision next, String why) {
        return new Attempt(begin, next, why, stopping, held, running, pair, helpers);
    }

    Attempt stops() {
        return new Attempt(begin, decision, reason, true, held, running, pair, helpers);
    }

    Attempt with(JournalRecord.Held complete) {
        return new Attempt(begin, decision, reason, stopping, Optional.of(complete), running, pair, helpers);
    }

    Attempt released() {
        return new Attempt(begin, decision, reason, stopping, held, true, pair, helpers);
    }

    Attempt with(JournalRecord.Domain domain) {
        PairFacts known = pair.with(domain.which(), domain.domid());
        return new Attempt(begin, decision, reason, stopping, held, running, known, helpers);
    }

    Attempt with(JournalRecord.Helper helper) {
        List<JournalRecord.Helper> all = new ArrayList<>(helpers);
        all.add(helper);
        return new Attempt(begin, decision, reason, stopping, held, running, pair, all);
    }
}
