/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;

/**
 * Switches that break the agent on purpose, so that the lab can show that the rest of the system notices. Never on in a real guard; each
 * is logged at start and told in every status. Set by a system property or by a word of the guard's kernel command line, {@code NAME=1}.
 *
 * @param skipMappingCheck {@code vmcoupler.lab.skipMappingCheck}: quiesce does not look for mappings of other processes
 * @param frozenView {@code vmcoupler.lab.frozenView}: after a move the agent answers from its last look before it
 * @param keepViews {@code vmcoupler.lab.keepViews}: what is mapped is never mapped afresh, so a frame that the target puts under it is not seen
 * @param staleReady {@code vmcoupler.lab.staleReady}: a remap after the first is answered with the proof of an earlier look
 * @param unmapEarly {@code vmcoupler.lab.unmapEarly}: the windows of the last look are unmapped before the target stops, and it is answered from memory
 */
record LabSwitches(
        boolean skipMappingCheck, boolean frozenView, boolean keepViews, boolean staleReady, boolean unmapEarly) {

    private static final Logger LOG = Logger.getLogger(LabSwitches.class.getName());

    /** All off. */
    static final LabSwitches OFF = new LabSwitches(false, false, false, false, false);

    /** Reads the switches and logs those that are on. */
    static LabSwitches read(Path commandLine) {
        List<String> words = List.of();
        try {
            words = List.of(Files.readString(commandLine, StandardCharsets.ISO_8859_1)
                    .trim()
                    .split("\\s+"));
        } catch (IOException e) {
            LOG.fine(() -> "no kernel command line: " + e);
        }
        return new LabSwitches(
                isOn("vmcoupler.lab.skipMappingCheck", words),
                isOn("vmcoupler.lab.frozenView", words),
                isOn("vmcoupler.lab.keepViews", words),
                isOn("vmcoupler.lab.staleReady", words),
                isOn("vmcoupler.lab.unmapEarly", words));
    }

    /** The names of those that are on, without the prefix that they have as a property. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (skipMappingCheck) {
            names.add("skipMappingCheck");
        }
        if (frozenView) {
            names.add("frozenView");
        }
        if (keepViews) {
            names.add("keepViews");
        }
        if (staleReady) {
            names.add("staleReady");
        }
        if (unmapEarly) {
            names.add("unmapEarly");
        }
        return names;
    }

    private static boolean isOn(String name, List<String> words) {
        boolean on = "1".equals(System.getProperty(name)) || words.contains(name + "=1");
        if (on) {
            LOG.severe(
                    () -> "LAB SWITCH " + name + " IS ON: this agent is broken on purpose, its answers prove nothing");
        }
        return on;
    }
}
