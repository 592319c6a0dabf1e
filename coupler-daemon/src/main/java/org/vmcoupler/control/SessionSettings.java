/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What all sessions of a daemon share.
 *
 * @param hello what this host says of itself
 * @param clock wall clock, for the offset between the hosts
 * @param executor runs the listeners; must run one task after the other, in order
 * @param helloDeadline a peer that has not said Hello by then is dropped
 * @param pingInterval time between two pings
 * @param silence after this time without any message the peer counts as lost
 */
public record SessionSettings(
        ControlMessage.Hello hello,
        InstantSource clock,
        Executor executor,
        Duration helloDeadline,
        Duration pingInterval,
        Duration silence) {

    /** Returns the usual times: Hello within 5 s, a ping each second. */
    public static SessionSettings of(
            ControlMessage.Hello hello, InstantSource clock, Executor executor, Duration silence) {
        return new SessionSettings(hello, clock, executor, Duration.ofSeconds(5), Duration.ofSeconds(1), silence);
    }
}
