/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

/**
 * Hears one helper. Every method is called on the helper's event loop, one at a time, and must not block; answers may be given from any thread
 * at any later time. No method may throw.
 */
public interface ShimListener {

    /** The expected helper has come, its process and token are right. The owner checks the domid and answers OK or ABORT. */
    void hello(ShimSession session, ShimMessage.Hello hello);

    /** The helper waits for an answer to {@code question}: Policy, Suspend, Suspended or Paused. */
    void asked(ShimSession session, ShimMessage question);

    /** The save or restore has ended in the helper; {@link #closed()} follows. */
    void done(int rc, int errno);

    /** The conversation is over; nothing is heard after it. Without {@link #done} before, the helper died, broke the protocol or was closed. */
    void closed();
}
