/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Xenstore;

/**
 * When the last look at a target was proven, noted in xenstore beside the domain: so that a daemon that starts knows for how long nobody asked. The
 * time is {@link System#nanoTime}, which all processes of one boot share on Linux, and xenstore is of one boot too. Source: OpenJDK
 * os_posix.inline.hpp, javaTimeNanos; clock_gettime(2), CLOCK_MONOTONIC. Any thread; blocks.
 */
final class LastLook {

    private final Xenstore xenstore;

    LastLook(Xenstore xenstore) {
        this.xenstore = xenstore;
    }

    /** Notes a look whose challenge was drawn at {@code drawn}. */
    void note(Domid target, long drawn) {
        xenstore.writeAll(Map.of(node(target), Long.toString(drawn)), Optional.empty());
    }

    /** Returns when the last noted one was drawn; empty if none was. */
    OptionalLong read(Domid target) {
        Optional<String> text = xenstore.read(node(target)).filter(t -> t.matches("-?[0-9]{1,18}"));
        return text.map(t -> OptionalLong.of(Long.parseLong(t))).orElse(OptionalLong.empty());
    }

    private static String node(Domid target) {
        return "/local/domain/" + target + "/vmcoupler/looked";
    }
}
