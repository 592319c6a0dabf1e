/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.time.Duration;

/**
 * {@code [libvirt]}: the other manager of domains that may run on this host.
 *
 * @param use whether to ask it
 * @param uri what to connect to
 * @param deadline longest time for one question; then libvirt counts as absent
 * @param definitionDeadline the same of one that moves a definition; below the two minutes in which a destination has to confirm
 */
public record LibvirtConfig(Use use, String uri, Duration deadline, Duration definitionDeadline) {

    /** Whether libvirt is asked. */
    public enum Use {
        /** If it is there. */
        AUTO,
        /** Yes; that it does not answer is a warning. */
        TRUE,
        /** Never. */
        FALSE
    }

    static LibvirtConfig of(Section in) {
        LibvirtConfig out = new LibvirtConfig(
                in.flagOr("enabled", Use.AUTO),
                in.uri("uri", "xen:///system"),
                in.duration("deadline", "5 s", Duration.ofMillis(100), Duration.ofMinutes(1)),
                in.duration("definition_deadline", "30 s", Duration.ofMillis(100), Duration.ofMinutes(1)));
        in.refuseRest();
        return out;
    }
}
