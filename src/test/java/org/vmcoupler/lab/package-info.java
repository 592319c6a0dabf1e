/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Scenarios on the real Xen lab, run by {@link org.vmcoupler.lab.Scenarios} on the machine that emulates the hosts. What is done in a host goes
 * through {@code scripts/lab}; the daemon is asked over its socket by a process of the host, since a JVM for each command costs ten seconds under
 * emulation. One pair serves all tests, wherever it is; a test that leaves it broken discards it. All are skipped where no lab runs. One thread.
 */
@NullMarked
package org.vmcoupler.lab;

import org.jspecify.annotations.NullMarked;
