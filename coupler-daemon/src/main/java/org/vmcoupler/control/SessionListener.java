/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/** What the owner of a session gets to hear, in order, on the executor that it named. */
public interface SessionListener {

    /** Takes a message; Hello, Ping and Pong never come here. */
    void received(ControlMessage message);

    /** Takes the end, once, after the last message. */
    void ended(SessionEnd end);
}
