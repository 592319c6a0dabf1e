/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.util.Set;
import org.vmcoupler.hypervisor.Domid;

/** One line of the shim. All but {@link Done} are questions that wait for exactly one answer. */
public sealed interface ShimMessage {

    /** Returns the answers that this message may get; none if it is no question. */
    Set<ShimAnswer> answers();

    /** Tells whether a helper of this role may say it. */
    default boolean saidBy(ShimRole role) {
        return true;
    }

    /**
     * Says who the helper is; the first line.
     *
     * @param abi version of the protocol, 1
     * @param domid the domain that is saved, or the new domain that is restored
     * @param pid the helper's process, 1 to 4,194,304
     * @param token 32 lower-case hex digits; left out of {@link #toString()}
     */
    record Hello(int abi, ShimRole role, Domid domid, long pid, String token) implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of(ShimAnswer.OK, ShimAnswer.ABORT);
        }

        @Override
        public String toString() {
            return "Hello[abi=" + abi + ", role=" + role + ", domid=" + domid + ", pid=" + pid + "]";
        }
    }

    /**
     * Asks whether pre-copy goes on.
     *
     * @param iteration round, from 0
     * @param writtenPages as libxc counts them, holes included
     * @param dirtyPages pages of the coming round, or -1 directly after a round, when they are not known yet
     * @param hardwareLogDirty Xen tracks dirty pages; false: the shim does by hashing
     * @param deferredPages page tables with foreign entries, which do not block convergence but are sent in the final round
     */
    record Policy(int iteration, long writtenPages, long dirtyPages, boolean hardwareLogDirty, long deferredPages)
            implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of(ShimAnswer.CONTINUE, ShimAnswer.STOP, ShimAnswer.ABORT);
        }

        @Override
        public boolean saidBy(ShimRole role) {
            return role == ShimRole.SAVE;
        }
    }

    /** Asks to let the domain suspend. */
    record Suspend() implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of(ShimAnswer.SUSPEND, ShimAnswer.ABORT);
        }

        @Override
        public boolean saidBy(ShimRole role) {
            return role == ShimRole.SAVE;
        }
    }

    /**
     * Tells how the suspend ended.
     *
     * @param suspended libxl's suspend succeeded
     * @param paused the tripwire's pause after it succeeded
     */
    record Suspended(boolean suspended, boolean paused) implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of(ShimAnswer.OK, ShimAnswer.ABORT);
        }

        @Override
        public boolean saidBy(ShimRole role) {
            return role == ShimRole.SAVE;
        }
    }

    /**
     * Tells, before libxc reads the first byte of the stream, whether the new domain could be paused once more.
     *
     * @param paused the pause succeeded
     */
    record Paused(boolean paused) implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of(ShimAnswer.OK, ShimAnswer.ABORT);
        }

        @Override
        public boolean saidBy(ShimRole role) {
            return role == ShimRole.RESTORE;
        }
    }

    /**
     * Tells how the save or restore ended; the last line, no question.
     *
     * @param rc what libxc's function returned; 0 is success
     * @param errno the cause if {@code rc} is not 0, else 0
     */
    record Done(int rc, int errno) implements ShimMessage {
        @Override
        public Set<ShimAnswer> answers() {
            return Set.of();
        }
    }
}
