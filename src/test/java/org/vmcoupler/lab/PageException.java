/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The closed list of reasons for which a page may differ between source and destination. {@code memhash} finds these pages by what Xen and
 * the guest tell, never by their contents differing; docs/specification.md has the sources.
 */
enum PageException {
    /** Names machine frames of the host and its event channels; PV only. */
    START_INFO,

    /** A ring that is shared with the host's xenstored; begins anew in a new domain. */
    STORE,

    /** The same with the host's console daemon. */
    CONSOLE,

    /** The device model's requests, cleared by a restore; PVH and HVM only. */
    IOREQ,

    /** A page of machine frames, one for each of 512 pages of the domain; PV only. */
    P2M_LEAF;

    /** Returns the reason as {@code memhash} writes it. */
    String word() {
        return this == P2M_LEAF ? "p2m-leaf" : name().toLowerCase(Locale.ROOT);
    }

    /** Finds a reason by its word; empty if it is none of the list. */
    static Optional<PageException> of(String word) {
        return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst();
    }
}
