/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.function.Consumer;
import org.vmcoupler.control.ControlMessage;

/** Brings a decision to a peer that has not answered, over new connections, as long as it takes. */
@FunctionalInterface
public interface Errands {

    /**
     * Sends {@code message} again and again until the peer answers.
     *
     * @param peer name of the host as configured
     * @param answer gets the peer's first answer for the same migration, on any thread
     */
    void deliver(String peer, ControlMessage message, Consumer<ControlMessage> answer);
}
