/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** The pair is coupled no more. */
public record Over() implements LifeState {

    @Override
    public String phase() {
        return "over";
    }
}
