/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/**
 * A domain that the source offers.
 *
 * @param config libxl's JSON of its configuration as the source has it; hostile to the destination, which builds its own from an allow-list
 * @param frames number of frames of its physical address space; no pfn in its stream reaches it
 */
public record DomainOffer(String config, long frames) {

    /** Checks the bounds. */
    public DomainOffer {
        Limits.text("config", config, Limits.CONFIG_CHARS);
        Limits.range("frames", frames, 1, Limits.MAX_FRAMES);
    }
}
