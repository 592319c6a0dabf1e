/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.life.LifePolicy;

/** Lets the guard of one pair prove looks, and knows when it is too late for another one. One thread looks; what it knows any thread may ask. */
final class Looker {

    private static final Logger LOG = LoggerFactory.getLogger(Looker.class);

    /** Even at the end of its time a guard gets this long to answer: else the time that the last one took would count against it. */
    private static final Duration LEAST_DEADLINE = Duration.ofMillis(100);

    /** A tenth of the policy's time is kept for pausing the target, so that it does not run beyond it. */
    private static final int PART_FOR_THE_PAUSE = 10;

    private final PairWork work;
    private final Duration interval;
    private final LookClock clock = new LookClock(System.nanoTime());
    private final Alarm alarm = new Alarm();

    Looker(PairWork work, KeeperTimes times) {
        this.work = work;
        this.interval = times.interval();
    }

    LookClock clock() {
        return clock;
    }

    /** Returns the alarm that goes off when it is too late for another look. */
    Alarm alarm() {
        return alarm;
    }

    /**
     * Lets the guard prove a look. Blocks at most for what the policy leaves.
     *
     * @param excused tells, after a failure, that somebody else has the pair by now, whose business it is
     * @return what is wrong, if no other look can be proven before the policy's time is over
     */
    Optional<String> look(LifePolicy policy, BooleanSupplier excused) {
        long drawn = System.nanoTime();
        Duration left = clock.left(limit(policy), drawn);
        try {
            work.look(left.compareTo(LEAST_DEADLINE) > 0 ? left : LEAST_DEADLINE);
            clock.proven(drawn, System.nanoTime());
            return Optional.empty();
        } catch (Refusal | HypervisorException e) {
            if (excused.getAsBoolean()) {
                return Optional.empty();
            }
            LOG.warn("pair of {}: no look is proven: {}", work.pair().name(Member.TARGET), e.getMessage());
            Duration rest = clock.left(limit(policy), System.nanoTime()).minus(interval);
            return rest.isZero() || rest.isNegative() ? Optional.of(String.valueOf(e.getMessage())) : Optional.empty();
        }
    }

    /** Tells whether the time of the policy is over but for what a pause needs. */
    boolean isLate(LifePolicy policy) {
        return clock.left(limit(policy), System.nanoTime()).isNegative();
    }

    /** Tells whether half of the time of the policy is over: then a look is worth what it disturbs. */
    boolean isDue(LifePolicy policy) {
        Duration limit = limit(policy);
        return clock.left(limit, System.nanoTime()).compareTo(limit.dividedBy(2)) < 0;
    }

    private static Duration limit(LifePolicy policy) {
        return policy.maxUnproven().minus(policy.maxUnproven().dividedBy(PART_FOR_THE_PAUSE));
    }
}
