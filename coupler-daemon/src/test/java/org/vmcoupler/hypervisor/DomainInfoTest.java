/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a domain's name tells. */
class DomainInfoTest {

    private static DomainInfo named(String name) {
        return new DomainInfo(new Domid(3), new UUID(3, 3), name, DomainState.SUSPENDED, false, 1024, 0);
    }

    @Test
    void aDomainThatXlHasMigratedBearsItsMark() {
        assertTrue(named("web--migratedaway").givenAway());
        assertFalse(named("web").givenAway());
        assertFalse(named("web--incoming").givenAway());
        assertFalse(named("").givenAway());
    }
}
