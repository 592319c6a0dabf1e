/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of target that a pair is made with, each an edit of the lab's target, which is PVH with one vCPU and 128 MiB. */
enum TargetKind {
    /** With the full device model; its qemu takes a bzImage only. */
    HVM("s/\"pvh\"/\"hvm\"/;s/vmlinux/vmlinuz/;$a vga = \"none\"\\nvnc = 0"),

    /** More than one vCPU. */
    TWO_VCPUS("s/^vcpus.*/vcpus = 2/"),

    /** Four times the memory of its guard. */
    ONE_GIB("s/^memory.*/memory = 1024/"),

    /** Boots with less memory than it may have: Xen populates it on demand until the guest has given the rest back. */
    BALLOONED("s/^memory.*/memory = 128\\nmaxmem = 192/"),

    /** Its kernel acknowledges each request to suspend and then gives it up. */
    REFUSES_SUSPEND("/^cmdline/s|\"$| refuse-suspend\"|");

    private final String edit;

    TargetKind(String edit) {
        this.edit = edit;
    }

    /** Discards what there is and makes a pair with a target of this kind on alpha. */
    Pair pair(Lab lab) {
        return PairFixture.of(lab, edit);
    }

    /** Discards what there is and makes a pair on alpha with a target of all these kinds at once. */
    static Pair pair(Lab lab, TargetKind... kinds) {
        return PairFixture.of(lab, Stream.of(kinds).map(kind -> kind.edit).collect(Collectors.joining(";")));
    }

    /** Tells whether all memory is compared in its moves, if there are any. */
    boolean comparesMemory() {
        return this != REFUSES_SUSPEND;
    }
}
