/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

class LabSwitchesTest {

    @Test
    void memoryIsHashedOnlyIfAskedForAndAllowed() {
        LabSwitches allowed = switches("/bin/sh");
        assertEquals(allowed.memoryHashing(), allowed.memoryHashing(true));
        assertEquals(Optional.empty(), allowed.memoryHashing(false));
        assertEquals(Optional.empty(), LabSwitches.NONE.memoryHashing(false));
    }

    @Test
    void withoutLeaveItIsRefusedWithASentence() {
        Refusal refusal = assertThrows(Refusal.class, () -> LabSwitches.NONE.memoryHashing(true));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("lab.verify_memory_allowed"), refusal::toString);
    }

    @Test
    void aMissingProgramIsRefusedBeforeAnythingIsChanged() {
        Refusal refusal =
                assertThrows(Refusal.class, () -> switches("/nowhere/memhash").memoryHashing(true));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("/nowhere/memhash"), refusal::toString);
    }

    @Test
    void aGuardThatIsBrokenOnPurposeIsForLabsOnly() {
        LabSwitches.NONE.acceptGuard("web-guard", List.of());
        switches("/bin/sh").acceptGuard("web-guard", List.of("frozenView"));
        Refusal refusal =
                assertThrows(Refusal.class, () -> LabSwitches.NONE.acceptGuard("web-guard", List.of("frozenView")));
        assertEquals(ErrorCode.NOT_ALLOWED, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("frozenView"), refusal::toString);
    }

    private static LabSwitches switches(String program) {
        return new LabSwitches(
                true,
                false,
                false,
                Optional.of(new MemoryHashing(Path.of(program), Path.of("/tmp"), Duration.ofSeconds(1))),
                Optional.empty());
    }
}
