/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.List;
import org.vmcoupler.savehelper.HelperProcess;

/**
 * What an earlier run of the daemon left of an attempt.
 *
 * @param helpers save helpers that it started on this boot, and that may still live
 * @param stopping it had begun to ask the domains to suspend
 */
public record LeftBehind(List<HelperProcess> helpers, boolean stopping) {

    /** Copies the list. */
    public LeftBehind {
        helpers = List.copyOf(helpers);
    }
}
