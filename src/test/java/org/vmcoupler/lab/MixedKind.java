/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** The kinds of pair that the long run of moves mixes. The first is the one that leaves most in a host from its first use. */
enum MixedKind {
    /** The target has the full device model. */
    HVM,

    /** The target has more than one vCPU. */
    TWO_VCPUS,

    /** The target has given memory back. */
    BALLOONED,

    /** The target writes all the time, and a process of the guard never waits. */
    BUSY,

    /** Neither has much to do. */
    IDLE;

    /** Discards what there is and makes such a pair on alpha. */
    Pair pair(Lab lab) {
        return switch (this) {
            case HVM -> TargetKind.HVM.pair(lab);
            case TWO_VCPUS -> TargetKind.TWO_VCPUS.pair(lab);
            case BALLOONED -> {
                Pair pair = TargetKind.BALLOONED.pair(lab);
                pair.giveMemoryBack();
                pair.awaitGoesOn(pair.watch());
                yield pair;
            }
            case BUSY -> {
                Pair pair = PairFixture.withBusyGuard(lab);
                BusyCase.BELOW_THE_LINK.begin(pair);
                yield pair;
            }
            case IDLE -> PairFixture.fresh(lab, "");
        };
    }
}
