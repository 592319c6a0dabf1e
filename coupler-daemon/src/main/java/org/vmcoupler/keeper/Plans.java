/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Optional;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.life.LifePolicy;

/** What operators have written down about pairs, by the names of their targets. Any thread; may block. */
public interface Plans {

    /** Returns what is wanted of a pair: its own policy or the general one. */
    LifePolicy policy(String target);

    /** Tells whether a pair is to be started again when its host was booted while it was coupled there. */
    boolean startsAfterBoot(String target);

    /**
     * Returns the configuration that a new target is to be made from; empty if nothing is written down about it.
     *
     * @throws org.vmcoupler.fault.Refusal it is written down, but wrong
     */
    Optional<DomainConfig> target(String target);

    /** Returns the same for its guard. */
    Optional<DomainConfig> guard(String target);
}
