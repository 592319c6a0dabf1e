/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** Who is expected, each with a token used once. Thread-safe. */
final class ExpectedHelpers {

    private static final int TOKEN_BYTES = 16;

    private final Path folder;
    private final SecureRandom random = new SecureRandom();
    private final Set<Entry> entries = new HashSet<>();

    ExpectedHelpers(Path folder) {
        this.folder = folder;
    }

    /** Writes the token of a helper to come. */
    Expectation add(long inode, ShimRole role, ShimListener listener) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        Entry entry = new Entry(
                folder.resolve(Long.toUnsignedString(inode) + ".token"),
                role,
                HexFormat.of().formatHex(secret),
                listener);
        try {
            // The inode is unique among live sockets, so a file of that name is a dead stream's.
            Files.deleteIfExists(entry.file);
            Files.createFile(
                    entry.file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(entry.file, entry.token + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("The token file " + entry.file + " cannot be written.", e);
        }
        synchronized (entries) {
            entries.add(entry);
        }
        return entry;
    }

    /** Returns the listener of the helper that says this, and expects it no more; empty if nobody expects it. */
    Optional<ShimListener> take(ShimMessage.Hello hello) {
        byte[] said = hello.token().getBytes(StandardCharsets.US_ASCII);
        synchronized (entries) {
            for (Entry entry : entries) {
                boolean right = MessageDigest.isEqual(entry.token.getBytes(StandardCharsets.US_ASCII), said);
                if (right && entry.role == hello.role()) {
                    entries.remove(entry);
                    return Optional.of(entry.listener);
                }
            }
        }
        return Optional.empty();
    }

    /** One helper that is expected. */
    private final class Entry implements Expectation {
        private final Path file;
        private final ShimRole role;
        private final String token;
        private final ShimListener listener;

        Entry(Path file, ShimRole role, String token, ShimListener listener) {
            this.file = file;
            this.role = role;
            this.token = token;
            this.listener = listener;
        }

        @Override
        public String token() {
            return token;
        }

        @Override
        public void close() {
            boolean expected;
            synchronized (entries) {
                expected = entries.remove(this);
            }
            // Once it has said HELLO the file is its own affair, and the inode may already name another stream.
            if (expected) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException("The token file " + file + " cannot be removed.", e);
                }
            }
        }
    }
}
