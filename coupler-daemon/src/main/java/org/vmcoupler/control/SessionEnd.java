/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/**
 * Why a session ended.
 *
 * @param reason which kind
 * @param text a sentence for the log
 */
public record SessionEnd(Reason reason, String text) {

    /** Kinds of ends. None of them says anything about what the peer has decided. */
    public enum Reason {
        /** This side closed it. */
        CLOSED_HERE,
        /** The peer closed it, or its host did. */
        CLOSED_BY_PEER,
        /** Nothing came from the peer for too long. */
        SILENT,
        /** The peer broke the protocol, or speaks another version. */
        PROTOCOL,
        /** The connection broke. */
        NETWORK,
        /** The peer, or this side, does not keep up with the messages. */
        OVERRUN
    }
}
