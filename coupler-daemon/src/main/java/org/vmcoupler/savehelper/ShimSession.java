/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

/** The conversation with one save helper. Any thread; no method blocks. */
public interface ShimSession extends AutoCloseable {

    /** Returns what the helper said of itself. */
    ShimMessage.Hello hello();

    /** Returns the helper's process, for the journal. */
    HelperProcess process();

    /** Returns the helper's pid. */
    default long pid() {
        return process().pid();
    }

    /**
     * Answers the question that is pending. Does nothing but return false if the conversation is already over, which the listener hears too.
     *
     * @throws IllegalStateException no question is pending, or it cannot be answered so: a fault of the caller; nothing was sent
     */
    boolean answer(ShimAnswer answer);

    /** Ends the conversation, which the helper takes as ABORT. Once is enough; more does no harm. */
    @Override
    void close();
}
