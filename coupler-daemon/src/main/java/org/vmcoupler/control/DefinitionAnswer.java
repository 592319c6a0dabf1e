/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/**
 * What a destination has done with a definition that came with {@link ControlMessage.Done}.
 *
 * @param defined libvirt there has the domain defined: the source may remove its own
 * @param reason why not, a sentence; empty if it has, or if there is nothing to say
 */
public record DefinitionAnswer(boolean defined, String reason) {

    /** There was nothing to define. */
    public static final DefinitionAnswer NONE = new DefinitionAnswer(false, "");

    /** It is defined. */
    public static final DefinitionAnswer DEFINED = new DefinitionAnswer(true, "");

    /** Checks the bounds. */
    public DefinitionAnswer {
        Limits.text("reason", reason, Limits.TEXT_CHARS);
    }
}
