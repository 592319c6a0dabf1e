/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;

/**
 * The daemon and what it does now.
 *
 * @param version of the daemon
 * @param host this host's name
 * @param xenVersion of the hypervisor, such as {@code 4.17.4}
 * @param freeBytes memory that Xen can give to new domains
 * @param pairs number of pairs on this host
 * @param migrations those under way, or the one that was asked for
 */
public record HostStatus(
        String version, String host, String xenVersion, long freeBytes, int pairs, List<MigrationProgress> migrations) {

    /** Copies the list. */
    public HostStatus {
        migrations = List.copyOf(migrations);
    }
}
