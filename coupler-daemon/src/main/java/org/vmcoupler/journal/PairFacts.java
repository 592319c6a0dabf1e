/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.UUID;
import org.vmcoupler.coupling.Member;

/**
 * What names the two domains of a pair on one host.
 *
 * @param targetDomid domid on this host, 0 to 32,751, or -1 while there is none
 * @param guardDomid likewise
 */
public record PairFacts(
        String targetName, UUID targetUuid, int targetDomid, String guardName, UUID guardUuid, int guardDomid) {

    /** Largest domid of a domain. Source: Xen xen/include/public/xen.h, DOMID_FIRST_RESERVED (0x7FF0). */
    static final int MAX_DOMID = 0x7FEF;

    /** Checks the domids. */
    public PairFacts {
        checkDomid(targetDomid, -1);
        checkDomid(guardDomid, -1);
    }

    /** Returns the same pair with the domid of one member replaced. */
    public PairFacts with(Member which, int domid) {
        return switch (which) {
            case TARGET -> new PairFacts(targetName, targetUuid, domid, guardName, guardUuid, guardDomid);
            case GUARD -> new PairFacts(targetName, targetUuid, targetDomid, guardName, guardUuid, domid);
        };
    }

    /** Returns the UUID of one member. */
    public UUID uuid(Member which) {
        return switch (which) {
            case TARGET -> targetUuid;
            case GUARD -> guardUuid;
        };
    }

    static void checkDomid(int domid, int from) {
        if (domid < from || domid > MAX_DOMID) {
            throw new IllegalArgumentException("domid is not in " + from + ".." + MAX_DOMID + ": " + domid);
        }
    }
}
