/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/**
 * What a host can do and has left.
 *
 * @param xenVersion as {@code 4.17.7}; streams move between equal versions only
 * @param freeMemoryKb memory that new domains may take, in KiB
 * @param hap hardware-assisted paging, which hardware log-dirty of PVH and HVM needs
 * @param shadow shadow paging; without it log-dirty of PV domains is done in software
 * @param bootId changes with each boot of the host; domids are unique within one
 */
public record HostInfo(String xenVersion, long freeMemoryKb, boolean hap, boolean shadow, String bootId) {}
