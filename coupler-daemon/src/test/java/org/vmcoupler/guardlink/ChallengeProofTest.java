/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;

class ChallengeProofTest {

    private static final Domid TARGET = new Domid(5);

    private final SimHypervisor host = new SimHypervisor("boot");
    private final SimDomain target = host.add(new SimDomain(TARGET, new UUID(0, 5), "target", 512));
    private final SecureRandom random = new SecureRandom();

    @Test
    void aGuardThatReadsTheSameMemoryProvesIt() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            assertEquals(Optional.empty(), proof.verify(look(proof.challenge(), target)));
        }
    }

    @Test
    void aCopyThatWasFrozenBeforeTheChallengeProvesNothing() {
        SimDomain frozen = new SimDomain(TARGET, new UUID(0, 5), "target", 512);
        try (ChallengeProof proof = ofStopped(Set.of())) {
            String problem = proof.verify(look(proof.challenge(), frozen)).orElseThrow();
            assertTrue(problem.contains("planted"), problem);
        }
    }

    @Test
    void oneChangedByteInOneFrameOfTheChallengeIsSeen() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            long gfn = proof.challenge().gfns().get(63);
            byte there = target.read(gfn).orElseThrow()[4095];
            target.write(gfn, 4095, new byte[] {(byte) ~there});
            assertTrue(proof.verify(look(proof.challenge(), target)).isPresent());
        }
    }

    @Test
    void aFrameThatIsAHoleForTheGuardIsNoMatch() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            target.drop(proof.challenge().gfns().get(0));
            assertTrue(proof.verify(look(proof.challenge(), target)).isPresent());
        }
    }

    @Test
    void anAnswerAboutAnotherDomainOrFromAStandStillIsRefused() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            GuardReply.Look right = look(proof.challenge(), target);
            assertTrue(proof.verify(standing(right, GuardStanding.State.WATCHING, 6))
                    .isPresent());
            assertTrue(proof.verify(standing(right, GuardStanding.State.QUIESCED, 5))
                    .isPresent());
        }
    }

    @Test
    void theFramesAreReadInOneMappingWhereAllAreThere() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            assertEquals(64, proof.challenge().gfns().size());
        }
        // 64 draws out of 512 repeat a few: one batch more fills up
        assertTrue(host.mappings() <= 2, () -> host.mappings() + " mappings");
    }

    @Test
    void holesAndExcludedFramesAreNeverAsked() {
        Set<Long> excluded = new HashSet<>();
        for (long gfn = 0; gfn < 512; gfn++) {
            if (gfn % 4 == 1) {
                target.drop(gfn);
            } else if (gfn % 4 == 2) {
                excluded.add(gfn);
            }
        }
        try (ChallengeProof proof = ofStopped(excluded)) {
            assertEquals(64, new HashSet<>(proof.challenge().gfns()).size());
            for (long gfn : proof.challenge().gfns()) {
                assertTrue(gfn % 4 == 0 || gfn % 4 == 3, () -> "frame " + gfn);
            }
            assertEquals(Optional.empty(), proof.verify(look(proof.challenge(), target)));
        }
    }

    @Test
    void aTargetWithoutReadableMemoryEndsTheSearchAndNothingStaysPlanted() {
        for (long gfn = 0; gfn < 512; gfn++) {
            target.drop(gfn);
        }
        assertThrows(HypervisorException.class, () -> ofStopped(Set.of()));
        assertTrue(host.mappings() <= 64, () -> host.mappings() + " mappings");
        assertFalse(isPlanted());
    }

    @Test
    void theValueIsPlantedInTheUnusedTailAndErasedAtTheEnd() {
        try (ChallengeProof proof = ofStopped(Set.of())) {
            assertEquals(target.storeFrame(), proof.challenge().plantedGfn());
            assertFalse(proof.challenge().gfns().contains(target.storeFrame()));
            assertTrue(isPlanted());
            assertArrayEquals(
                    new byte[4080],
                    Arrays.copyOf(target.read(target.storeFrame()).orElseThrow(), 4080));
        }
        assertFalse(isPlanted());
    }

    @Test
    void twoChallengesShareNeitherNonceNorValue() {
        try (ChallengeProof first = ofStopped(Set.of())) {
            GuardReply.Look stale = look(first.challenge(), target);
            try (ChallengeProof second = ofStopped(Set.of())) {
                assertFalse(first.challenge().nonce().equals(second.challenge().nonce()));
                assertTrue(second.verify(stale).isPresent());
            }
        }
    }

    @Test
    void aRunningTargetIsAskedForThePlantedValueOnly() {
        try (ChallengeProof proof = ChallengeProof.ofRunning(host, TARGET, random)) {
            assertEquals(0, proof.challenge().gfns().size());
            target.write(3, 0, new byte[] {1, 2, 3});
            assertEquals(Optional.empty(), proof.verify(look(proof.challenge(), target)));
        }
        assertEquals(0, host.mappings());
    }

    private ChallengeProof ofStopped(Set<Long> excluded) {
        return ChallengeProof.ofStopped(host, TARGET, excluded, random);
    }

    private boolean isPlanted() {
        byte[] store = target.read(target.storeFrame()).orElseThrow();
        return !Arrays.equals(new byte[16], Arrays.copyOfRange(store, 4080, 4096));
    }

    private static GuardReply.Look standing(GuardReply.Look look, GuardStanding.State state, int domid) {
        return new GuardReply.Look(
                new GuardStanding(state, domid, "test"),
                look.proof(),
                look.planted(),
                look.counter(),
                look.coverage(),
                0,
                "",
                "0".repeat(64));
    }

    /** Answers as docs/guard-protocol.md says, from {@code memory}. */
    private static GuardReply.Look look(Challenge challenge, SimDomain memory) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(HexFormat.of().parseHex(challenge.nonce()));
            byte[] hole = new byte[8];
            Arrays.fill(hole, (byte) 0xff);
            for (long gfn : challenge.gfns()) {
                digest.update(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(gfn)
                        .array());
                digest.update(memory.read(gfn).orElse(hole));
            }
            byte[] store = memory.read(challenge.plantedGfn()).orElseThrow();
            byte[] planted = Arrays.copyOfRange(store, challenge.plantedOffset(), challenge.plantedOffset() + 16);
            digest.update(planted);
            return new GuardReply.Look(
                    new GuardStanding(GuardStanding.State.WATCHING, TARGET.value(), "test"),
                    HexFormat.of().formatHex(digest.digest()),
                    HexFormat.of().formatHex(planted),
                    new GuardReply.Counter(-1, -1),
                    new GuardReply.Coverage(512, 0),
                    0,
                    "",
                    "0".repeat(64));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
