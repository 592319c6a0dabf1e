/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.Xenstore;

/**
 * When the last look at a target was proven, noted in xenstore beside the domain: so that a daemon that starts knows for how long nobody asked. The
 * time is {@link System#nanoTime}, which all processes of one boot share on Linux, and xenstore is of one boot too. Source: OpenJDK
 * os_posix.inline.hpp, javaTimeNanos; clock_gettime(2), CLOCK_MONOTONIC. Any thread; blocks.
 */
final class LastLook {

    private static final Logger LOG = LoggerFactory.getLogger(LastLook.class);

    private final Xenstore xenstore;

    LastLook(Xenstore xenstore) {
        this.xenstore = xenstore;
    }

    /** Notes a look whose challenge was drawn at {@code drawn}. One that cannot be noted was proven all the same; the next daemon then counts more. */
    void note(Domid target, long drawn) {
        try {
            xenstore.writeAll(Map.of(node(target), Long.toString(drawn)), Optional.empty());
        } catch (HypervisorException e) {
            LOG.debug("a look at target {} cannot be noted", target, e);
        }
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
