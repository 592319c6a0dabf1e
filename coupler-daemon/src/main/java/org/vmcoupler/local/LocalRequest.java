/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.Optional;

/**
 * What a user may ask of the local daemon. Each record checks itself: a name has 1 to 128 characters, none of them a space, a control character
 * or a slash; an IllegalArgumentException says what is wrong.
 */
public sealed interface LocalRequest {

    /** Tells whether the daemon may need minutes for it, as guests start or end. */
    default boolean isLong() {
        return this instanceof Migrate
                || this instanceof Uncouple
                || this instanceof Start
                || this instanceof Stop
                || this instanceof Restart;
    }

    /** Couples two running domains of this host, by name. */
    record Couple(String target, String guard) implements LocalRequest {
        /** Checks the names. */
        public Couple {
            Bounds.name("target", target);
            Bounds.name("guard", guard);
        }
    }

    /**
     * Ends a pair: its guard is destroyed, its target runs on unwatched.
     *
     * @param yes whether the user has confirmed this; without it the daemon refuses
     */
    record Uncouple(String target, boolean yes) implements LocalRequest {
        /** Checks the name. */
        public Uncouple {
            Bounds.name("target", target);
        }
    }

    /**
     * Starts the pair that is written down under its target's name: both domains are made, and the target is released when its guard watches.
     *
     * @param notElsewhere the user says that it runs on no other host; without it the daemon refuses a pair that has moved away from here
     */
    record Start(String target, Optional<Boolean> notElsewhere) implements LocalRequest {
        /** Checks the name. */
        public Start {
            Bounds.name("target", target);
        }
    }

    /** Ends a pair in peace: its target is asked to power off, then both are destroyed. */
    record Stop(String target) implements LocalRequest {
        /** Checks the name. */
        public Stop {
            Bounds.name("target", target);
        }
    }

    /** Ends the target as {@link Stop} does, by a reboot, and makes a new one in its place. */
    record Restart(String target) implements LocalRequest {
        /** Checks the name. */
        public Restart {
            Bounds.name("target", target);
        }
    }

    /** Lists the pairs of this host. */
    record Pairs() implements LocalRequest {}

    /**
     * Moves a pair to another host.
     *
     * @param host a peer's name in the daemon's configuration
     * @param downtimeMs longest predicted transfer time of the last round of both domains, 1 to 600,000 ms; empty: as configured
     * @param maxRounds pre-copy rounds after which {@code onTimeout} decides, 1 to 1,000; empty: as configured
     * @param timeoutS seconds of pre-copy after which {@code onTimeout} decides, 1 to 86,400; empty: as configured
     * @param bandwidthMibPerS what both streams may send together, 0 (no limit) to {@link Bandwidth#MOST} MiB per second; empty: as configured
     * @param verifyMemory whether all memory of both domains is compared; makes the downtime long
     */
    record Migrate(
            String target,
            String host,
            Optional<Long> downtimeMs,
            Optional<Integer> maxRounds,
            Optional<Long> timeoutS,
            Optional<Long> bandwidthMibPerS,
            OnTimeout onTimeout,
            boolean verifyMemory)
            implements LocalRequest {
        /** Checks the names and the ranges. */
        public Migrate {
            Bounds.name("target", target);
            Bounds.name("host", host);
            downtimeMs.ifPresent(value -> Bounds.range("downtimeMs", value, 1, 600_000));
            maxRounds.ifPresent(value -> Bounds.range("maxRounds", value, 1, 1_000));
            timeoutS.ifPresent(value -> Bounds.range("timeoutS", value, 1, 86_400));
            bandwidthMibPerS.ifPresent(Bandwidth::check);
        }
    }

    /**
     * Changes what the migration of this target that is under way may send.
     *
     * @param mibPerS both streams together, 0 (no limit) to {@link #MOST} MiB per second
     */
    record Bandwidth(String target, long mibPerS) implements LocalRequest {

        /** Largest limit, in MiB per second: 1 TiB. */
        public static final long MOST = 1L << 20;

        /** Checks name and range. */
        public Bandwidth {
            Bounds.name("target", target);
            check(mibPerS);
        }

        private static void check(long mibPerS) {
            Bounds.range("the bandwidth in MiB/s", mibPerS, 0, MOST);
        }
    }

    /** Asks for the state of the daemon and of all migrations under way, or of the one with this id. */
    record Status(Optional<String> migrationId) implements LocalRequest {
        /** Checks the id. */
        public Status {
            migrationId.ifPresent(id -> Bounds.name("migrationId", id));
        }
    }

    /** Cancels the migration of this target that is under way. */
    record Cancel(String target) implements LocalRequest {
        /** Checks the name. */
        public Cancel {
            Bounds.name("target", target);
        }
    }

    /** Asks for the report of the migration with this id, or of the one that ended last. */
    record Report(Optional<String> migrationId) implements LocalRequest {
        /** Checks the id. */
        public Report {
            migrationId.ifPresent(id -> Bounds.name("migrationId", id));
        }
    }
}
