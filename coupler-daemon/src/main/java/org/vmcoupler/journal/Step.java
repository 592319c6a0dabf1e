/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.vmcoupler.control.Decision;

/** One record applied to a state; the last line against records that contradict each other. Used once, by one thread. */
final class Step {

    private final Map<UUID, Attempt> open;
    private final Map<UUID, Decision> settled;
    private final Map<UUID, JournalRecord.Pair> pairs;

    Step(JournalState before) {
        open = new LinkedHashMap<>(before.open());
        settled = new LinkedHashMap<>(before.settled());
        pairs = new LinkedHashMap<>(before.pairs());
    }

    JournalState apply(JournalRecord entry) {
        Runnable change =
                switch (JournalKind.of(entry)) {
                    case BEGIN -> () -> begin((JournalRecord.Begin) entry);
                    case DOMAIN -> () -> domain((JournalRecord.Domain) entry);
                    case STOPPING -> () -> stopping((JournalRecord.Stopping) entry);
                    case HELPER -> () -> helper((JournalRecord.Helper) entry);
                    case HELD -> () -> held((JournalRecord.Held) entry);
                    case KEEP -> () -> keep((JournalRecord.Keep) entry);
                    case YIELD -> () -> yieldUp((JournalRecord.Yield) entry);
                    case TAKE -> () -> take((JournalRecord.Take) entry);
                    case REFUSE -> () -> refuse((JournalRecord.Refuse) entry);
                    case RUNNING -> () -> running((JournalRecord.Running) entry);
                    case CLOSED -> () -> closed((JournalRecord.Closed) entry);
                    case PAIR -> () -> pair((JournalRecord.Pair) entry);
                    case UNPAIR -> () -> unpair((JournalRecord.Unpair) entry);
                    case SETTLED ->
                        () -> ((JournalRecord.Settled) entry)
                                .verdicts()
                                .forEach(v -> settle(v.migrationId(), v.decision()));
                };
        change.run();
        return new JournalState(open, settled, pairs);
    }

    private void begin(JournalRecord.Begin entry) {
        UUID id = entry.migrationId();
        require(!open.containsKey(id) && !settled.containsKey(id), entry, "the attempt is already known");
        if (entry.role() == Role.SOURCE) {
            takeOver(entry);
        }
        open.put(id, new Attempt(entry));
    }

    /**
     * One decider per pair: an attempt begins at the source only when all before it have kept the pair, and from then on it alone may touch the
     * domains, whatever those still have to tell their peers.
     */
    private void takeOver(JournalRecord.Begin entry) {
        UUID target = entry.pair().targetUuid();
        require(
                sourcesOf(target).allMatch(attempt -> attempt.decision() == Decision.KEEP),
                entry,
                "another attempt of this pair has not kept it");
        disown(target);
    }

    private void disown(UUID target) {
        sourcesOf(target)
                .filter(attempt -> attempt.decision() == Decision.KEEP)
                .toList()
                .forEach(attempt -> open.put(attempt.begin().migrationId(), attempt.released()));
    }

    private Stream<Attempt> sourcesOf(UUID target) {
        return open.values().stream()
                .filter(attempt -> attempt.begin().role() == Role.SOURCE
                        && attempt.pair().targetUuid().equals(target));
    }

    private void stopping(JournalRecord.Stopping entry) {
        Attempt attempt = attempt(entry, Role.SOURCE);
        require(attempt.decision() == Decision.NONE, entry, "the attempt has " + attempt.decision());
        open.put(entry.migrationId(), attempt.stops());
    }

    private void domain(JournalRecord.Domain entry) {
        Attempt attempt = attempt(entry);
        require(
                attempt.pair().uuid(entry.which()).equals(entry.uuid()),
                entry,
                "the UUID is another one than at BEGIN");
        open.put(entry.migrationId(), attempt.with(entry));
    }

    private void helper(JournalRecord.Helper entry) {
        open.put(entry.migrationId(), attempt(entry).with(entry));
    }

    private void held(JournalRecord.Held entry) {
        Attempt attempt = attempt(entry, Role.DESTINATION);
        require(attempt.decision() == Decision.NONE, entry, "the attempt has " + attempt.decision());
        require(attempt.held().isEmpty(), entry, "it was written before");
        require(exists(attempt.pair()), entry, "the domains are not known");
        open.put(entry.migrationId(), attempt.with(entry));
    }

    private void keep(JournalRecord.Keep entry) {
        Attempt attempt = attempt(entry, Role.SOURCE);
        boolean free = attempt.decision() == Decision.NONE;
        boolean refused = attempt.decision() == Decision.YIELD && entry.peerRefused();
        require(free || refused, entry, "the attempt has " + attempt.decision());
        open.put(entry.migrationId(), attempt.decided(Decision.KEEP, entry.reason()));
    }

    private void yieldUp(JournalRecord.Yield entry) {
        Attempt attempt = attempt(entry, Role.SOURCE);
        require(attempt.decision() == Decision.NONE, entry, "the attempt has " + attempt.decision());
        open.put(entry.migrationId(), attempt.decided(Decision.YIELD, entry.reason()));
    }

    private void take(JournalRecord.Take entry) {
        Attempt attempt = attempt(entry, Role.DESTINATION);
        require(attempt.decision() == Decision.NONE, entry, "the attempt has " + attempt.decision());
        open.put(entry.migrationId(), attempt.decided(Decision.TAKE, ""));
        if (exists(attempt.pair())) {
            JournalRecord.Pair here = attempt.arrival();
            pairs.values().removeIf(p -> p.pair().targetUuid().equals(here.pairId()));
            pairs.put(here.pairId(), here);
        }
    }

    private static boolean exists(PairFacts pair) {
        return pair.targetDomid() >= 0 && pair.guardDomid() >= 0;
    }

    private void refuse(JournalRecord.Refuse entry) {
        UUID id = entry.migrationId();
        if (!open.containsKey(id)) {
            require(!settled.containsKey(id), entry, "the attempt is closed");
            settle(id, Decision.REFUSE);
            return;
        }
        Attempt attempt = attempt(entry, Role.DESTINATION);
        require(attempt.decision() == Decision.NONE, entry, "the attempt has " + attempt.decision());
        open.put(id, attempt.decided(Decision.REFUSE, entry.reason()));
    }

    private void running(JournalRecord.Running entry) {
        Attempt attempt = attempt(entry);
        Decision needed = attempt.begin().role() == Role.SOURCE ? Decision.KEEP : Decision.TAKE;
        require(attempt.decision() == needed, entry, "the attempt has " + attempt.decision());
        open.put(entry.migrationId(), attempt.released());
    }

    private void closed(JournalRecord.Closed entry) {
        Attempt attempt = attempt(entry);
        require(attempt.decision() != Decision.NONE, entry, "the attempt has no decision");
        open.remove(entry.migrationId());
        settle(entry.migrationId(), attempt.decision());
    }

    private void pair(JournalRecord.Pair entry) {
        boolean doubled = pairs.values().stream()
                .anyMatch(p -> !p.pairId().equals(entry.pairId())
                        && p.pair().targetUuid().equals(entry.pair().targetUuid()));
        require(!doubled, entry, "the target is in another pair");
        pairs.put(entry.pairId(), entry);
    }

    private void unpair(JournalRecord.Unpair entry) {
        JournalRecord.Pair gone = pairs.remove(entry.pairId());
        require(gone != null, entry, "there is no such pair");
        disown(gone.pair().targetUuid());
    }

    private void settle(UUID id, Decision decision) {
        settled.put(id, decision);
        Iterator<UUID> oldest = settled.keySet().iterator();
        while (settled.size() > JournalState.SETTLED) {
            oldest.next();
            oldest.remove();
        }
    }

    private Attempt attempt(JournalRecord.OfAttempt entry, Role role) {
        Attempt attempt = attempt(entry);
        require(
                attempt.begin().role() == role,
                entry,
                "this host is the " + attempt.begin().role());
        return attempt;
    }

    private Attempt attempt(JournalRecord.OfAttempt entry) {
        Attempt attempt = open.get(entry.migrationId());
        if (attempt == null) {
            throw contradiction(entry, "there is no open attempt of this id");
        }
        return attempt;
    }

    private static void require(boolean condition, JournalRecord entry, String why) {
        if (!condition) {
            throw contradiction(entry, why);
        }
    }

    private static ContradictionException contradiction(JournalRecord entry, String why) {
        return new ContradictionException(JournalKind.of(entry) + " cannot be written, " + why + ": " + entry, null);
    }
}
