/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.journal.JournalDeadException;

/** After a failed fsync nobody knows what is durable: the process says and does nothing more. */
public final class DeadJournal {

    private static final Logger LOG = LoggerFactory.getLogger(DeadJournal.class);

    /** Exit code by which systemd and an operator tell this end from others. */
    private static final int EXIT = 74;

    private DeadJournal() {}

    /** Ends the process. */
    public static void halt(JournalDeadException e) {
        LOG.error("The journal cannot be written; the daemon ends at once and recovers at its next start", e);
        Runtime.getRuntime().halt(EXIT);
    }
}
