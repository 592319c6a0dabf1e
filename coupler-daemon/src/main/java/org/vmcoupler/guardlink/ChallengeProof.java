/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * A challenge to a guard and what its answer must be, as dom0 sees the same domain's memory. The order: draw (plants a fresh value, then reads),
 * ask the guard, {@link #verify}, {@link #close}, which erases the planted value. A value that did not exist before, in memory outside what any
 * stream carried, is what a frozen copy cannot show. Every method blocks; one thread.
 */
public final class ChallengeProof implements AutoCloseable {

    /**
     * Where the value is planted in the target's xenstore ring page: 2,076 of its 4,096 bytes are used, the tail is free.
     * Source: Xen xen/include/public/io/xs_wire.h, struct xenstore_domain_interface.
     */
    static final int PLANTED_OFFSET = Frame.BYTES - Challenge.SECRET_BYTES;

    /** Frames read at once: a few more than needed, so that a hole or a frame drawn twice seldom costs a second mapping. */
    private static final int BATCH_FRAMES = Challenge.GFNS_MAX + 8;

    /** Bounds the search for frames that are there in a target that has given most of its memory back. */
    private static final int BATCHES_MAX = 64;

    private final Hypervisor hypervisor;
    private final Domid target;
    private final Challenge challenge;
    private final String planted;
    private final String proof;

    private ChallengeProof(Hypervisor hypervisor, Domid target, Challenge challenge, String planted, String proof) {
        this.hypervisor = hypervisor;
        this.target = target;
        this.challenge = challenge;
        this.planted = planted;
        this.proof = proof;
    }

    /**
     * Draws a challenge over 64 random populated frames of a target that does not run, and plants a value.
     *
     * @param excluded frames that may change although the target stands still; its xenstore page is always left out
     * @throws HypervisorException memory could not be read or written; nothing stays planted if it can be erased
     */
    public static ChallengeProof ofStopped(
            Hypervisor hypervisor, Domid target, Set<Long> excluded, SecureRandom random) {
        long store = hypervisor.storeFrame(target);
        Set<Long> out = new HashSet<>(excluded);
        out.add(store);
        return draw(hypervisor, target, store, random, () -> randomFrames(hypervisor, target, out, random));
    }

    /** Draws a challenge for a target that runs: only the planted value, as all else may change between the two looks. */
    public static ChallengeProof ofRunning(Hypervisor hypervisor, Domid target, SecureRandom random) {
        return draw(hypervisor, target, hypervisor.storeFrame(target), random, Map::of);
    }

    private static ChallengeProof draw(
            Hypervisor hypervisor, Domid target, long store, SecureRandom random, Supplier<Map<Long, byte[]>> frames) {
        byte[] planted = secret(random);
        hypervisor.writeFrame(target, store, PLANTED_OFFSET, planted);
        try {
            Map<Long, byte[]> seen = frames.get();
            Challenge challenge = new Challenge(hex(secret(random)), List.copyOf(seen.keySet()), store, PLANTED_OFFSET);
            return new ChallengeProof(hypervisor, target, challenge, hex(planted), proof(challenge, seen, planted));
        } catch (RuntimeException e) {
            hypervisor.writeFrame(target, store, PLANTED_OFFSET, new byte[Challenge.SECRET_BYTES]);
            throw e;
        }
    }

    /**
     * Returns frames drawn by dom0 alone, in the order drawn, with what they hold. Each batch is one mapping, and what was read to see whether a
     * frame is there is what the proof covers: the target's downtime waits for this.
     */
    private static Map<Long, byte[]> randomFrames(
            Hypervisor hypervisor, Domid target, Set<Long> excluded, SecureRandom random) {
        long limit = TargetRam.frames(hypervisor, target);
        Set<Long> tried = new HashSet<>(excluded);
        Map<Long, byte[]> drawn = new LinkedHashMap<>();
        for (int batches = 0; limit > 0 && drawn.size() < Challenge.GFNS_MAX && batches < BATCHES_MAX; batches++) {
            List<Long> batch = new ArrayList<>();
            for (int i = 0; i < BATCH_FRAMES; i++) {
                long gfn = Math.floorMod(random.nextLong(), limit);
                if (tried.add(gfn)) {
                    batch.add(gfn);
                }
            }
            List<Optional<byte[]>> contents = hypervisor.readFrames(target, batch);
            for (int i = 0; i < batch.size() && drawn.size() < Challenge.GFNS_MAX; i++) {
                long gfn = batch.get(i);
                contents.get(i).ifPresent(bytes -> drawn.put(gfn, bytes));
            }
        }
        // A few frames would be easy to guess or to keep: far fewer than the RAM allows means that it cannot be read as
        // RAM.
        if (drawn.size() < Math.max(1, Math.min(Challenge.GFNS_MAX, limit / 4))) {
            throw new HypervisorException(
                    "domain " + target + ": only " + drawn.size() + " readable frames found for a challenge");
        }
        return drawn;
    }

    /** What the guard must answer; a frame that is a hole for the guard alone gives another digest, as all of these were read. */
    private static String proof(Challenge challenge, Map<Long, byte[]> frames, byte[] planted) {
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(challenge.nonce()));
        frames.forEach((gfn, bytes) -> {
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(gfn)
                    .array());
            digest.update(bytes);
        });
        digest.update(planted);
        return hex(digest.digest());
    }

    /** Returns what to ask the guard. */
    public Challenge challenge() {
        return challenge;
    }

    /** Returns what is wrong with the guard's look in one sentence, or empty if it proves that the guard sees this target now. */
    public Optional<String> verify(GuardReply.Look look) {
        return verify(look.standing(), Set.of(GuardStanding.State.WATCHING), look.planted(), look.proof());
    }

    /** The same of a look that was to leave checks parked, if they were. */
    public Optional<String> verifyParked(GuardReply.Look look) {
        Set<GuardStanding.State> either = Set.of(GuardStanding.State.WATCHING, GuardStanding.State.PREPARED);
        return verify(look.standing(), either, look.planted(), look.proof());
    }

    /** Returns what is wrong with the guard's last look, or empty if it proves that the guard saw this target when it was asked to let go of it. */
    public Optional<String> verify(GuardReply.Quiesced look) {
        return verify(look.standing(), Set.of(GuardStanding.State.QUIESCED), look.planted(), look.proof());
    }

    private Optional<String> verify(
            GuardStanding standing, Set<GuardStanding.State> expected, String seenPlanted, String seenProof) {
        if (!expected.contains(standing.state()) || standing.domid() != target.value()) {
            return Optional.of("The guard does not watch domain " + target + " but is " + standing.state()
                    + " with domain " + standing.domid() + ".");
        }
        if (!same(planted, seenPlanted)) {
            return Optional.of("The guard does not see the value planted in domain " + target + " just now.");
        }
        if (!same(proof, seenProof)) {
            return Optional.of("The guard sees other memory than dom0 in "
                    + challenge.gfns().size() + " frames of domain " + target + ".");
        }
        return Optional.empty();
    }

    /** Erases the planted value, which the target's kernel never reads. */
    @Override
    public void close() {
        hypervisor.writeFrame(
                target, challenge.plantedGfn(), challenge.plantedOffset(), new byte[Challenge.SECRET_BYTES]);
    }

    /** Returns 16 fresh random bytes as 32 hex digits, as {@link GuardRequest.Prepare} wants them. */
    public static String nonce(SecureRandom random) {
        return hex(secret(random));
    }

    private static byte[] secret(SecureRandom random) {
        byte[] bytes = new byte[Challenge.SECRET_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private static boolean same(String expected, String said) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), said.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
