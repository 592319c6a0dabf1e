/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.util.List;

/** A good reply of a guard's agent, its types and ranges checked; whether it is true is another question ({@link ChallengeProof}). */
public sealed interface GuardReply {

    /** Returns what every reply says. */
    GuardStanding standing();

    /**
     * The target's counter.
     *
     * @param gfn its frame, -1 if no counter page was found
     * @param value 0 to 2^63 - 1, -1 if no counter page was found
     */
    record Counter(long gfn, long value) {}

    /**
     * How much of the target is mapped.
     *
     * @param mappedPages frames that are mapped
     * @param holes frames in the windows that could not be mapped
     */
    record Coverage(long mappedPages, long holes) {}

    /**
     * To {@code status}.
     *
     * @param windows mappings that the agent holds
     * @param looks looks taken since the agent began
     * @param largestStep largest growth of the counter between two looks
     * @param viewAgeMs how long ago the view that is oldest was mapped, -1 if not everything is mapped
     * @param labSwitches what breaks this agent on purpose, by name; such a guard proves nothing
     */
    record Status(
            GuardStanding standing,
            int windows,
            Coverage coverage,
            Counter counter,
            long looks,
            long largestStep,
            long viewAgeMs,
            List<String> labSwitches)
            implements GuardReply {}

    /**
     * To {@code remap} and {@code watch}.
     *
     * @param proof SHA-256 in hex over nonce, frames and planted value; 64 digits
     * @param planted the planted value as read, 32 hex digits; empty if none was asked for
     * @param vmcoreinfo SHA-256 in hex of the target's VMCOREINFO note; empty if it was not found
     * @param watched SHA-256 in hex of the pages that the agent judges, as {@link Quiesced} has it
     */
    record Look(
            GuardStanding standing,
            String proof,
            String planted,
            Counter counter,
            Coverage coverage,
            long largestStep,
            String vmcoreinfo,
            String watched)
            implements GuardReply {}

    /**
     * To {@code prepare}.
     *
     * @param nonce the request's, already compared
     * @param windows mappings that remain
     * @param counter the counter's value, -1 if none
     */
    record Prepared(GuardStanding standing, String nonce, int windows, long counter) implements GuardReply {}

    /**
     * To {@code quiesce}.
     *
     * @param proof as in {@link Look}; empty if there was no challenge
     * @param planted likewise
     * @param watched SHA-256 in hex over the watched pages in ascending order
     * @param unmapMs time that unmapping took
     */
    record Quiesced(GuardStanding standing, String proof, String planted, Counter counter, String watched, long unmapMs)
            implements GuardReply {}
}
