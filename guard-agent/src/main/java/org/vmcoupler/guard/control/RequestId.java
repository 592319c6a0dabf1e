/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

/**
 * Names a request.
 *
 * @param mid migration id, or pair id; empty when it could not be read
 * @param seq grows by one with each request to one guard, from 0
 */
public record RequestId(String mid, long seq) {

    /** Whether a request of this id was already done when {@code last} is the last one done. */
    public boolean isDoneAfter(RequestId last) {
        return mid.equals(last.mid) && seq <= last.seq;
    }
}
