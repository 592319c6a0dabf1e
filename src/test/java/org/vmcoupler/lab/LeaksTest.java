/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeaksTest {

    private static final List<String> BEFORE = List.of(
            "domain 0 Domain-0",
            "domain 3 target",
            "xenstore /local/domain/3/vm \"/vm/9f1b2c3d-0000-4000-8000-000000000001\"",
            "xenstore /local/domain/3/data \"\"",
            "xenstore /vm/9f1b2c3d-0000-4000-8000-000000000001/name \"target\"",
            "xenstore /local/domain/0/backend/console/3/0 \"\"",
            "fd socket:[1234]",
            "map xen/privcmd");

    @Test
    void anotherDomidIsNoLeak() {
        List<String> after = BEFORE.stream()
                .map(line -> line.replace("domain 3", "domain 7").replace("/3", "/7"))
                .toList();
        assertEquals(Map.of(), Leaks.of(after).since(Leaks.of(BEFORE)));
    }

    @Test
    void pathsOfADomainThatDiedAreOne() {
        List<String> after = List.of("domain 0 Domain-0", "xenstore /local/domain/3/data \"\"");
        assertEquals(Map.of("xenstore /local/domain/N/data", 1), Leaks.of(after).since(Leaks.of(BEFORE)));
    }

    @Test
    void aZombieADescriptorAndAMappingAreThree() {
        Leaks before = Leaks.of(BEFORE);
        List<String> after = new java.util.ArrayList<>(BEFORE);
        after.addAll(List.of("domain 4 (null)", "fd socket:[77]", "map xen/privcmd"));
        assertEquals(
                Map.of("domain (null)", 1, "fd socket:[N]", 1, "map xen/privcmd", 1),
                Leaks.of(after).since(before));
    }
}
