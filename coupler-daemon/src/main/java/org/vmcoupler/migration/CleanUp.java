/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.time.BackOff;

/** Destroys the source's copies after the destination's RUNNING, and tries again until they are gone. May be run again at any time. */
final class CleanUp {

    private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);
    private static final BackOff PAUSES = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final HostParts host;
    private final PairHere pair;
    private final Loop<SourceEvent> loop;
    private final Runnable beforeDestroy;

    /**
     * Makes it.
     *
     * @param beforeDestroy looks at the target once more, directly before it is destroyed
     */
    CleanUp(HostParts host, PairHere pair, Loop<SourceEvent> loop, Runnable beforeDestroy) {
        this.host = host;
        this.pair = pair;
        this.loop = loop;
        this.beforeDestroy = beforeDestroy;
    }

    /** Posts {@link SourceEvent.CleanedUp} once nothing is left. Returns at once. */
    void begin() {
        attempt(PAUSES);
    }

    private void attempt(BackOff wait) {
        loop.work(this::once, e -> {
            LOG.warn("the copies here cannot be destroyed yet; the pair runs at the destination: {}", e.getMessage());
            loop.later(wait.pause(), () -> attempt(wait.next()));
        });
    }

    private void once() {
        // The guard first: its mappings would keep the target as a zombie.
        for (Member member : List.of(Member.GUARD, Member.TARGET)) {
            if (pair.isHere(host.hypervisor(), member)) {
                if (member == Member.TARGET) {
                    beforeDestroy.run();
                }
                host.hypervisor().destroy(pair.domid(member), host.deadlines().destroy());
            }
        }
        uncouple();
        loop.post(new SourceEvent.CleanedUp());
    }

    /** The same pair may have come back meanwhile, under other numbers or in another boot. */
    private void uncouple() {
        UUID id = pair.facts().targetUuid();
        JournalRecord.Pair recorded = host.journal().state().pairs().get(id);
        if (recorded != null
                && pair.isMeantBy(recorded, host.hypervisor().host().bootId())) {
            host.journal().append(new JournalRecord.Unpair(id));
        }
    }
}
