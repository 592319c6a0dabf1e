/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import org.vmcoupler.hypervisor.DomainKind;

/**
 * What was agreed about one stream before its first byte: violations end it.
 *
 * @param kind the kind of domain that is moved
 * @param pfnLimit every page frame number is below it; 1 to 2^36 (the highest frame of the domain plus one)
 * @param vcpuLimit every vCPU number of a PV domain is below it; 1 to 8,192
 */
public record StreamRules(DomainKind kind, long pfnLimit, int vcpuLimit) {

    /** Largest accepted {@link #pfnLimit}: 256 TiB of 4 KiB pages, far above what a host has. */
    public static final long PFN_LIMIT_MAX = 1L << 36;

    /** Largest accepted {@link #vcpuLimit}. Source: Xen xen/include/public/xen.h, MAX_VIRT_CPUS of a PV domain. */
    public static final int VCPU_LIMIT_MAX = 8_192;

    /** Checks the ranges. */
    public StreamRules {
        if (pfnLimit < 1 || pfnLimit > PFN_LIMIT_MAX) {
            throw new IllegalArgumentException("pfnLimit " + pfnLimit + " is not within 1 to " + PFN_LIMIT_MAX);
        }
        if (vcpuLimit < 1 || vcpuLimit > VCPU_LIMIT_MAX) {
            throw new IllegalArgumentException("vcpuLimit " + vcpuLimit + " is not within 1 to " + VCPU_LIMIT_MAX);
        }
    }
}
