/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * How this host hashes the memory of domains, for a lab's comparison of source and destination.
 *
 * @param program {@code memhash} or what takes the same arguments; run as root
 * @param folder where the lists go, one for each member of each migration; made if it is not there
 * @param deadline for one domain; then the program is killed
 */
public record MemoryHashing(Path program, Path folder, Duration deadline) {

    /** Makes sure that the program can be run; nothing is changed. */
    void check() {
        if (!Files.isExecutable(program)) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "The program of lab.memory_hash_program, " + program
                            + ", is not there or cannot be run, so memory cannot be compared; nothing was changed.");
        }
    }
}
