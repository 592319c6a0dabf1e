/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.DomainConfig;

/**
 * What the guards of this host were made from, a file for each pair: the toolstack forgets it with the guard, and a daemon that starts after a guard
 * has ended could make no other one. Any thread; blocks for the disk. A disk that fails costs no more than that, and is told in the log.
 */
public final class GuardMemory {

    private static final Logger LOG = LoggerFactory.getLogger(GuardMemory.class);

    /** More than any configuration is; what {@link DomainConfig#parse} takes is less. */
    private static final int LIMIT_BYTES = 1 << 20;

    private final Path folder;

    /** Keeps files in {@code folder}, which is made at the first one. */
    public GuardMemory(Path folder) {
        this.folder = folder;
    }

    /** Keeps the configuration of a pair's guard, in place of an earlier one. */
    public synchronized void keep(UUID pair, DomainConfig guard) {
        try {
            Files.createDirectories(folder);
            Path aside = folder.resolve("new");
            try (FileChannel out = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer text = StandardCharsets.UTF_8.encode(guard.tree().toString());
                while (text.hasRemaining()) {
                    out.write(text);
                }
                out.force(true);
            }
            Files.move(aside, file(pair), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("what the guard of pair {} was made from cannot be kept in {}: {}", pair, folder, e.getMessage());
        }
    }

    /** Returns what was kept; empty if nothing was, or it cannot be read. */
    public synchronized Optional<DomainConfig> recall(UUID pair) {
        Path file = file(pair);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LIMIT_BYTES) {
                throw new IOException("longer than " + LIMIT_BYTES + " bytes");
            }
            return Optional.of(DomainConfig.parse(Files.readString(file)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} does not tell what a guard is made from: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Forgets a pair that is coupled no more, or elsewhere. */
    public synchronized void forget(UUID pair) {
        try {
            Files.deleteIfExists(file(pair));
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", file(pair), e.getMessage());
        }
    }

    private Path file(UUID pair) {
        return folder.resolve(pair + ".json");
    }
}
