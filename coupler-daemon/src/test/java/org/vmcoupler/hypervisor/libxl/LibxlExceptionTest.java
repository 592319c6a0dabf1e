/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.Domid;

class LibxlExceptionTest {

    @Test
    void namesOperationDomainAndCode() {
        LibxlException e = LibxlException.ofRc("libxl_domain_suspend", -8, new Domid(5));
        assertEquals(-8, e.rc());
        assertEquals("libxl_domain_suspend", e.operation());
        assertTrue(
                e.toString().contains("libxl_domain_suspend of domain 5 failed: ERROR_GUEST_TIMEDOUT (-8)"),
                e.toString());
    }

    @Test
    void namesErrno() {
        LibxlException e = LibxlException.ofErrno("xc_domain_pause", 3, new Domid(7), Libraries.C.strerror(3));
        assertEquals(-3, e.rc());
        assertEquals("xc_domain_pause of domain 7 failed: No such process (errno 3)", e.getMessage());
    }

    @Test
    void knowsTheTableAndItsEnds() {
        assertEquals("ERROR_NONSPECIFIC", LibxlException.name(-1));
        assertEquals("ERROR_FAIL", LibxlException.name(-3));
        assertEquals("ERROR_DOMAIN_NOTFOUND", LibxlException.name(LibxlException.ERROR_DOMAIN_NOTFOUND));
        assertEquals("ERROR_NOTFOUND", LibxlException.name(-23));
        assertEquals("unknown error", LibxlException.name(0));
        assertEquals("unknown error", LibxlException.name(-1000));
    }

    @Test
    void aMissingToolStackIsOneSentence() {
        LibxlMissingException e =
                assertThrows(LibxlMissingException.class, () -> Libraries.load(List.of("0.1", "0.2")));
        assertTrue(
                e.toString()
                        .contains("this host has no Xen tool stack of version 0.1 or 0.2:"
                                + " install it (Debian: xen-system-amd64) and boot on Xen"),
                e.toString());
        assertEquals(1, e.toString().lines().count());
    }
}
