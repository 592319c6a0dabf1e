/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.hypervisor.DomainState;

/** Watches a pair of which a domain may suspend itself at any time, until one has, the target has ended, or the pair is another's. */
final class LateSuspend {

    private static final Logger LOG = LoggerFactory.getLogger(LateSuspend.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final HostParts host;
    private final PairHere pair;
    private final Loop<SourceEvent> loop;
    private final BooleanSupplier free;

    /** Makes it; {@code free}: the pair is not this attempt's any more. */
    LateSuspend(HostParts host, PairHere pair, Loop<SourceEvent> loop, BooleanSupplier free) {
        this.host = host;
        this.pair = pair;
        this.loop = loop;
        this.free = free;
    }

    /** Posts {@link SourceEvent.SuspendCame} or {@link SourceEvent.SuspendOver} once, or nothing once the pair is free. Returns at once. */
    void watch() {
        loop.later(INTERVAL, () -> {
            if (!free.getAsBoolean()) {
                loop.work(this::look, e -> {
                    LOG.warn("the pair cannot be looked at: {}", e.getMessage());
                    watch();
                });
            }
        });
    }

    private void look() {
        boolean suspended = Stream.of(Member.values())
                .anyMatch(member -> pair.isHere(host.hypervisor(), member)
                        && host.hypervisor()
                                .domain(pair.domid(member))
                                .filter(info -> info.suspended() && !info.givenAway())
                                .isPresent());
        boolean alive = pair.isHere(host.hypervisor(), Member.TARGET)
                && host.hypervisor()
                        .domain(pair.target())
                        .filter(info -> info.state() == DomainState.ALIVE)
                        .isPresent();
        if (suspended) {
            loop.post(new SourceEvent.SuspendCame());
        } else if (!alive) {
            loop.post(new SourceEvent.SuspendOver());
        } else {
            watch();
        }
    }
}
