/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;
import java.util.Optional;
import org.vmcoupler.life.LifeEffect;
import org.vmcoupler.time.BackOff;

/** The attempt that is to be made next, and when: the first try at once, each further one after a longer pause. One thread. */
final class Pending {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Duration firstPause;
    private Optional<LifeEffect.Attempt> attempt = Optional.empty();
    private long due;

    Pending(Duration firstPause) {
        this.firstPause = firstPause;
    }

    /** Takes an attempt in place of the one before. */
    void set(LifeEffect.Attempt next) {
        attempt = Optional.of(next);
        due = System.nanoTime() + pause(next.tries()).toNanos();
    }

    /** Tells whether there is an attempt whose time has come. */
    boolean isDue(long now) {
        return attempt.isPresent() && now - due >= 0;
    }

    /** Takes the attempt out, of which there must be one. */
    LifeEffect.Attempt take() {
        LifeEffect.Attempt out = attempt.orElseThrow();
        attempt = Optional.empty();
        return out;
    }

    private Duration pause(int tries) {
        if (tries == 0) {
            return Duration.ZERO;
        }
        BackOff wait = new BackOff(firstPause, LONGEST_PAUSE);
        for (int i = 1; i < tries && wait.pause().compareTo(LONGEST_PAUSE) < 0; i++) {
            wait = wait.next();
        }
        return wait.pause();
    }
}
