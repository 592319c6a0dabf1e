/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.util.Optional;

/** A request of the daemon, checked. */
public sealed interface Request {

    /** Largest text of a request or reply in bytes. Source: a guest's xenstore node holds less than 2,048, xenstored's quota. */
    int TEXT_LIMIT_BYTES = 1900;

    /** Which request it is. */
    RequestId id();

    /** What it asks for. */
    Operation operation();

    /** Asks for the figures. */
    record Status(RequestId id) implements Request {
        @Override
        public Operation operation() {
            return Operation.STATUS;
        }
    }

    /**
     * Asks to map the target.
     *
     * @param domid 1 to 32,751: never dom0, never a special domain. Source: Xen public/xen.h, DOMID_FIRST_RESERVED
     * @param pages size of the target in frames, at most 2^28 (1 TiB)
     * @param anew whether it is another target than before, and may look different
     */
    record Remap(RequestId id, int domid, long pages, boolean anew, Challenge challenge) implements Request {
        @Override
        public Operation operation() {
            return Operation.REMAP;
        }
    }

    /**
     * Asks for a fresh look.
     *
     * @param pages size of the target in frames as it is now, as in {@link Remap}
     * @param parked whether checks that wait for the last look go on to wait
     */
    record Watch(RequestId id, long pages, boolean parked, Challenge challenge) implements Request {
        @Override
        public Operation operation() {
            return Operation.WATCH;
        }
    }

    /** Asks to get ready for the last look; {@code nonce} is 32 hex digits, to be echoed. */
    record Prepare(RequestId id, String nonce) implements Request {
        @Override
        public Operation operation() {
            return Operation.PREPARE;
        }
    }

    /** Asks for the last look and for unmapping; {@code challenge} is empty if the target has ended and is only let go of. */
    record Quiesce(RequestId id, Optional<Challenge> challenge) implements Request {
        @Override
        public Operation operation() {
            return Operation.QUIESCE;
        }
    }
}
