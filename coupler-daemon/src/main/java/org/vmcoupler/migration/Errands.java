/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.function.Predicate;
import org.vmcoupler.control.ControlMessage;

/** Brings a message to a peer that has not answered, over new connections, as long as it takes. */
@FunctionalInterface
public interface Errands {

    /**
     * A message and the journal that it is for.
     *
     * @param peer name of the host as configured
     * @param journalId the id that the peer's journal had at BEGIN; a peer with another one is told nothing and not heard
     * @param standing how both domains are here meanwhile, as a sentence for the log
     */
    record Errand(String peer, String journalId, ControlMessage message, String standing) {}

    /**
     * Sends the message again and again until the peer answers.
     *
     * @param settles gets each answer, on any thread, and tells whether the errand has ended with it
     */
    void deliver(Errand errand, Predicate<ControlMessage> settles);
}
