/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.vmcoupler.guard.control.Challenge;
import org.vmcoupler.introspect.FrameWindow;
import org.vmcoupler.introspect.HoleException;
import org.vmcoupler.introspect.LeaseOverException;
import org.vmcoupler.introspect.TargetMemoryException;

/** Answers challenges by mapping the asked frames afresh, each time: no view that was there before is trusted. One thread at a time. */
final class ChallengeAnswer {

    /**
     * The answer.
     *
     * @param proof SHA-256 as docs/guard-protocol.md defines it, hex
     * @param planted the planted bytes as read, hex; empty if none were asked for
     */
    record Answer(String proof, String planted) {}

    private static final int GENERATION = 1;
    private static final int UNMAP_MS = 500;

    private final FrameWindow probe = new FrameWindow(Challenge.GFN_LIMIT + 1);
    private final long[] frames = new long[Challenge.GFN_LIMIT + 1];
    private final byte[] page = new byte[FrameWindow.PAGE_BYTES];
    private final byte[] missing = new byte[Long.BYTES];
    private final MessageDigest digest = sha256();

    ChallengeAnswer() {
        Arrays.fill(missing, (byte) 0xff);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Maps, reads, unmaps and hashes.
     *
     * @param plantedIsLost lab only: answer as one who has only what was there before the planting
     * @throws TargetMemoryException the domain cannot be mapped at all; nothing stays mapped
     */
    Answer answer(int domid, Challenge challenge, boolean plantedIsLost) throws TargetMemoryException {
        int count = challenge.gfns().size();
        for (int i = 0; i < count; i++) {
            frames[i] = challenge.gfns().get(i);
        }
        boolean planted = challenge.plantedGfn() >= 0;
        if (planted) {
            frames[count] = challenge.plantedGfn();
        }
        int wanted = count + (planted ? 1 : 0);
        if (wanted > 0) {
            probe.map(domid, frames, wanted, GENERATION);
        }
        try {
            digest.reset();
            digest.update(HexFormat.of().parseHex(challenge.nonce()));
            for (int i = 0; i < count; i++) {
                hashFrame(i);
            }
            byte[] value = planted && !plantedIsLost
                    ? plantedBytes(count, challenge.plantedOffset())
                    : new byte[Challenge.VALUE_BYTES];
            if (planted) {
                digest.update(value);
            }
            HexFormat hex = HexFormat.of();
            return new Answer(hex.formatHex(digest.digest()), planted ? hex.formatHex(value) : "");
        } finally {
            probe.unmap(UNMAP_MS);
        }
    }

    private void hashFrame(int index) throws LeaseOverException {
        digest.update(
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, frames[index]));
        try {
            probe.read(GENERATION, (long) index * page.length, page, 0);
            digest.update(page);
        } catch (HoleException e) {
            digest.update(missing);
        }
    }

    private byte[] plantedBytes(int index, int offset) throws LeaseOverException {
        byte[] value = new byte[Challenge.VALUE_BYTES];
        try {
            probe.read(GENERATION, (long) index * page.length + offset, value, 0);
        } catch (HoleException e) {
            Arrays.fill(value, (byte) 0xff);
        }
        return value;
    }

    /** Runs the hash over as many bytes as the largest challenge has, so that the first one inside a downtime is not interpreted. */
    void warmUp() {
        for (int i = 0; i < Challenge.GFN_LIMIT; i++) {
            digest.update(page);
        }
        digest.reset();
    }
}
