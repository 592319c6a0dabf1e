/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import org.vmcoupler.migration.HostParts;
import org.vmcoupler.savehelper.ForeignSaves;

/**
 * What all keepers of one host share.
 *
 * @param saves what others save and migrate; scanned by {@link Keepers}
 */
record KeeperParts(
        HostParts host, PairBook book, Plans plans, KeeperTimes times, ForeignSaves saves, DomainMaker maker) {}
