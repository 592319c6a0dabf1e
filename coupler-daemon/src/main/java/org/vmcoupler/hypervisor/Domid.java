/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/**
 * One host's number of a domain. It means nothing on another host; a domain is the same across hosts by its UUID.
 *
 * @param value 0 (dom0) to 32,751. Source: Xen xen/include/public/xen.h, DOMID_FIRST_RESERVED
 */
public record Domid(int value) {

    /** Checks the range. */
    public Domid {
        if (value < 0 || value > 32_751) {
            throw new IllegalArgumentException("domid " + value + " is not in 0..32751");
        }
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
