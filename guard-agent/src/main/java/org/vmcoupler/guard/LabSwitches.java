/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@link LabSwitch}es that are on; each is logged at start and told in every status. */
record LabSwitches(Set<LabSwitch> on) {

    private static final Logger LOG = Logger.getLogger(LabSwitches.class.getName());

    /** How late {@link LabSwitch#LATE_PREPARE} is: more than half and less than all of the longest time without a look, 30 s there. */
    static final Duration LATE = Duration.ofSeconds(15);

    /** All off. */
    static final LabSwitches OFF = new LabSwitches(Set.of());

    /** Copies the set. */
    LabSwitches {
        on = Set.copyOf(on);
    }

    /** Reads the switches and logs those that are on. */
    static LabSwitches read(Path commandLine) {
        List<String> words = words(commandLine);
        Set<LabSwitch> on = Stream.of(LabSwitch.values())
                .filter(one -> "1".equals(System.getProperty(one.property())) || words.contains(one.property() + "=1"))
                .collect(Collectors.toSet());
        on.forEach(one -> LOG.severe(
                "LAB SWITCH " + one.property() + " IS ON: this agent is broken on purpose, its answers prove nothing"));
        return new LabSwitches(on);
    }

    boolean has(LabSwitch one) {
        return on.contains(one);
    }

    /** The names of those that are on, without the prefix that they have as a property. */
    List<String> names() {
        return Stream.of(LabSwitch.values())
                .filter(on::contains)
                .map(LabSwitch::shortName)
                .toList();
    }

    private static List<String> words(Path commandLine) {
        try {
            return List.of(Files.readString(commandLine, StandardCharsets.ISO_8859_1)
                    .trim()
                    .split("\\s+"));
        } catch (IOException e) {
            LOG.fine(() -> "no kernel command line: " + e);
            return List.of();
        }
    }
}
