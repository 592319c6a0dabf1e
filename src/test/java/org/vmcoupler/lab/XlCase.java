/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.ArrayList;
import java.util.List;

/** Something that somebody does with xl to a coupled pair behind the daemon's back. Some leave it watched on the host where it was, or where it moved; others end it. */
interface XlCase {

    /** Returns its name, which {@code scripts/lab run xl} takes. */
    String name();

    /**
     * Runs it on a pair that is watched.
     *
     * @throws AssertionError something is not as it should be
     */
    void run(Pair pair);

    /** Tells whether the daemon's watch is worth nothing if it does not see this. */
    default boolean isControl() {
        return false;
    }

    /** Returns every case, by the phase in which the pair is. */
    static List<XlCase> all() {
        List<XlCase> all = new ArrayList<>(List.of(XlWhileKept.values()));
        all.addAll(List.of(XlInPreCopy.values()));
        all.addAll(List.of(XlInHandover.values()));
        all.addAll(List.of(XlInRollBack.values()));
        return List.copyOf(all);
    }

    /**
     * Returns the cases of these names, in this order; all of them if there are no names.
     *
     * @throws IllegalArgumentException one has no case
     */
    static List<XlCase> named(List<String> names) {
        return names.isEmpty() ? all() : names.stream().map(XlCase::named).toList();
    }

    private static XlCase named(String name) {
        return all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case " + name));
    }
}
