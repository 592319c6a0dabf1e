/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEffect;
import org.vmcoupler.coupling.destination.DestinationState;
import org.vmcoupler.coupling.destination.Held;
import org.vmcoupler.coupling.destination.Lost;
import org.vmcoupler.coupling.destination.Refusing;
import org.vmcoupler.coupling.destination.Running;
import org.vmcoupler.coupling.destination.Taken;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.migration.DestinationMigration;
import org.vmcoupler.migration.DestinationSetting;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;

/**
 * What a daemon does at its start with the attempts of which it is the destination. What Xen cannot be asked about ends the start: nothing is
 * destroyed in doubt.
 */
final class DestinationRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationRecovery.class);

    private final HostParts host;
    private final Reception reception;

    DestinationRecovery(HostParts host, Reception reception) {
        this.host = host;
        this.reception = reception;
    }

    /** Takes up one open attempt; what blocks goes on behind. */
    void takeUp(UUID id, Attempt attempt, boolean sameBoot) {
        if (attempt.decision() == Decision.TAKE) {
            taken(id, attempt, sameBoot);
        } else if (attempt.decision() == Decision.NONE
                && attempt.held().isPresent()
                && isHere(attempt, sameBoot, Member.TARGET)
                && isHere(attempt, sameBoot, Member.GUARD)) {
            hold(id, attempt);
        } else {
            refuse(id, attempt, sameBoot);
        }
    }

    /** The copies here may be the last good ones: nobody but the source decides, by Yield or Keep. */
    private void hold(UUID id, Attempt attempt) {
        PairHere pair = PairHere.of(attempt.pair());
        hold(pair.target());
        hold(pair.guard());
        LOG.warn(
                "migration {}: both domains are complete here and stay paused until {} yields or keeps the pair",
                id,
                attempt.begin().peer());
        start(id, attempt, attempt.pair(), new Held());
    }

    /** Pauses what is not paused: pauses count, and a release gives up after many. */
    private void hold(Domid domid) {
        host.hypervisor().domain(domid).filter(info -> !info.paused()).ifPresent(info -> host.hypervisor()
                .pause(domid));
    }

    private void refuse(UUID id, Attempt attempt, boolean sameBoot) {
        String why = attempt.held().isPresent()
                ? "The destination has lost its copies before it had taken the pair."
                : "The destination's daemon was restarted before it had received the pair.";
        if (attempt.decision() == Decision.NONE) {
            host.journal().append(new JournalRecord.Refuse(id, why));
        }
        start(
                id,
                attempt,
                known(attempt, sameBoot),
                new Refusing(ErrorCode.ROLLED_BACK, why),
                new DestinationEffect.Destroy());
    }

    private void taken(UUID id, Attempt attempt, boolean sameBoot) {
        ControlMessage.Running running = new ControlMessage.Running(id, 0, 0, -1, 0);
        boolean here = isHere(attempt, sameBoot, Member.TARGET);
        if (attempt.running() && (here || hasLeft(attempt))) {
            start(id, attempt, known(attempt, sameBoot), new Running(running), new DestinationEffect.Settle());
        } else if (here) {
            // It may run already, if only the record of it was lost: it stands until the look is proven.
            hold(PairHere.of(attempt.pair()).target());
            start(id, attempt, attempt.pair(), new Taken(false), new DestinationEffect.Prove());
        } else {
            String story = story(id, attempt, sameBoot);
            LOG.error("{}", story);
            start(id, attempt, known(attempt, sameBoot), new Lost(running, story));
        }
    }

    /** Numbers of another boot name nothing. */
    private static PairFacts known(Attempt attempt, boolean sameBoot) {
        return sameBoot
                ? attempt.pair()
                : attempt.pair().with(Member.TARGET, -1).with(Member.GUARD, -1);
    }

    /** Tells whether the pair was uncoupled here or has moved on since it ran here: then nobody misses it, and older copies are stale for good. */
    private boolean hasLeft(Attempt attempt) {
        JournalRecord.Pair recorded =
                host.journal().state().pairs().get(attempt.pair().targetUuid());
        return !attempt.arrival().equals(recorded);
    }

    private static String story(UUID id, Attempt attempt, boolean sameBoot) {
        String source = attempt.begin().peer();
        return "Migration " + id + ": this host has taken target \""
                + attempt.pair().targetName() + "\" from " + source + " and has lost it since: "
                + (sameBoot ? "the domain was destroyed." : "the host was booted.")
                + " What " + source + " may still have is older than what ran here and stays paused there:"
                + " the daemons neither resume nor destroy it, an operator has to decide.";
    }

    private boolean isHere(Attempt attempt, boolean sameBoot, Member member) {
        return sameBoot
                && attempt.pair().targetDomid() >= 0
                && attempt.pair().guardDomid() >= 0
                && PairHere.of(attempt.pair()).isHere(host.hypervisor(), member);
    }

    private void start(
            UUID id, Attempt attempt, PairFacts pair, DestinationState first, DestinationEffect... firstEffects) {
        DestinationSetting.Origin origin = new DestinationSetting.Origin(
                attempt.begin().peer(),
                attempt.held().map(JournalRecord.Held::sourceBootId).orElse(""));
        Optional<ControlMessage.Stopped> held = attempt.held().map(JournalRecord.Held::stopped);
        DestinationMigration migration = new DestinationMigration(reception.setting(id, pair, origin, held), first);
        reception.adopt(id, migration);
        migration.resume(firstEffects);
    }
}
