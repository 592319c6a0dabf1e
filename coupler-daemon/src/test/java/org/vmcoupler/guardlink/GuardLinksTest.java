/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimHypervisor;

/** Who asks one guard at the same time as others. */
class GuardLinksTest {

    private static final Domid GUARD = new Domid(9);

    private final GuardLinks links = new GuardLinks(new SimHypervisor("boot-1"));

    @Test
    void everyoneSpeaksToAGuardThroughOneConversation() {
        assertSame(links.to(GUARD, 0), links.to(GUARD, 0));
    }

    @Test
    void aGuardThatCameFromElsewhereGoesOnWithTheNumbersOfThere() {
        GuardLink link = links.to(GUARD, 0);
        links.to(GUARD, 77);
        assertEquals(77, link.lastSequence());
        links.to(GUARD, 3);
        assertEquals(77, link.lastSequence());
        assertThrows(IllegalArgumentException.class, () -> links.to(GUARD, -1));
    }
}
