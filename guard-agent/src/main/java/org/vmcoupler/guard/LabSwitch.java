/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

/**
 * Breaks the agent on purpose, so that the lab can show that the rest of the system notices or copes. Never on in a real guard. Set by a system
 * property {@code vmcoupler.lab.NAME} or by a word of the guard's kernel command line, {@code vmcoupler.lab.NAME=1}.
 */
enum LabSwitch {
    /** Quiesce does not look for mappings of other processes. */
    SKIP_MAPPING_CHECK("skipMappingCheck"),

    /** After a move the agent answers from its last look before it. */
    FROZEN_VIEW("frozenView"),

    /** What is mapped is never mapped afresh, so a frame that the target puts under it is not seen. */
    KEEP_VIEWS("keepViews"),

    /** A remap after the first is answered with the proof of an earlier look. */
    STALE_READY("staleReady"),

    /** The windows of the last look are unmapped before the target stops, and it is answered from memory. */
    UNMAP_EARLY("unmapEarly"),

    /** The checks are parked, and the answer is given, {@link LabSwitches#LATE} after it was asked for. */
    LATE_PREPARE("latePrepare");

    private final String shortName;

    LabSwitch(String shortName) {
        this.shortName = shortName;
    }

    /** Returns its name as it is told in each status. */
    String shortName() {
        return shortName;
    }

    /** Returns the property's name. */
    String property() {
        return "vmcoupler.lab." + shortName;
    }
}
