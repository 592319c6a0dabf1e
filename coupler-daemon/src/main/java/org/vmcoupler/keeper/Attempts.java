/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.life.LifeEffect;
import org.vmcoupler.life.LifeEvent;

/** Tries what may fail, and says how it went. One thread. */
final class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final PairWork work;
    private final PairBook book;

    Attempts(PairWork work, PairBook book) {
        this.work = work;
        this.book = book;
    }

    /** Tries it once. Blocks until it is done or has failed, which is an event too, whatever the reason. */
    LifeEvent run(LifeEffect.Attempt attempt) {
        try {
            if (attempt instanceof LifeEffect.Regain regain) {
                work.regain(regain.guard());
                book.regained(work.pair().facts().targetUuid());
                return new LifeEvent.Regained();
            }
            if (attempt instanceof LifeEffect.MakeTarget) {
                work.makeTarget();
                return new LifeEvent.Made();
            }
            work.endPair();
            return new LifeEvent.PairEnded();
        } catch (JournalDeadException e) {
            throw e;
        } catch (Refusal | HypervisorException e) {
            LOG.debug("pair of {}: {} failed", work.pair().name(Member.TARGET), attempt, e);
            return failed(attempt, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // whatever it is, the pair must not stand still for ever
            LOG.error("pair of {}: {} failed", work.pair().name(Member.TARGET), attempt, e);
            return failed(attempt, e.toString());
        }
    }

    private static LifeEvent failed(LifeEffect.Attempt attempt, String reason) {
        if (attempt instanceof LifeEffect.Regain) {
            return new LifeEvent.NotRegained(reason);
        }
        return attempt instanceof LifeEffect.MakeTarget
                ? new LifeEvent.NotMade(reason)
                : new LifeEvent.NotEnded(reason, attempt.tries());
    }
}
