/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

/**
 * One record of Xen's trace.
 *
 * @param cpu the physical processor
 * @param event class, subclass and number, 28 bits
 * @param tsc time stamp counter of the host, -1 if the record has none
 * @param extra first word behind it, 0 if there is none
 */
record TraceRecord(int cpu, int event, long tsc, int extra) {}
