/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Map;
import java.util.UUID;
import org.vmcoupler.control.Decision;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;

/**
 * Where a pair may be, as the open attempts to move it tell. An attempt that is closed tells nothing: a pair that has moved away is not known here any
 * more. Any thread; does not block.
 */
final class Whereabouts {

    private final Journal journal;

    Whereabouts(Journal journal) {
        this.journal = journal;
    }

    /**
     * Sees to it that no attempt is open by which another host may have the pair, or may get or bring it.
     *
     * @throws Refusal there is one, which is named
     */
    void check(String target, UUID id) {
        journal.state().open().forEach((migration, attempt) -> {
            PairFacts pair = attempt.pair();
            if (pair.targetUuid().equals(id) || pair.targetName().equals(target)) {
                check(target, migration, attempt);
            }
        });
    }

    private static void check(String target, UUID migration, Attempt attempt) {
        String peer = attempt.begin().peer();
        boolean source = attempt.begin().role() == Role.SOURCE;
        if (attempt.decision() == Decision.YIELD) {
            throw new Refusal(
                    ErrorCode.IN_DOUBT,
                    "Migration " + migration + " has given the pair of target \"" + target + "\" up to host \"" + peer
                            + "\", where it may run: it is not started here before " + peer
                            + " has refused it, or all has ended. See `vmcoupler status`, and `vmcoupler pairs` at "
                            + peer
                            + "; nothing was changed.");
        }
        if (attempt.decision() == Decision.NONE) {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "Migration " + migration + " of target \"" + target + "\" "
                            + (source ? "to host \"" + peer + "\"" : "from host \"" + peer + "\" to this one")
                            + " is not decided yet; nothing was changed.");
        }
    }

    /** Tells whether a domain is, or may be, one that a migration is bringing here. */
    boolean arrives(UUID domain) {
        return journal.state().open().entrySet().stream()
                .map(Map.Entry::getValue)
                .filter(attempt -> attempt.begin().role() == Role.DESTINATION)
                .anyMatch(attempt -> attempt.pair().targetUuid().equals(domain)
                        || attempt.pair().guardUuid().equals(domain));
    }
}
