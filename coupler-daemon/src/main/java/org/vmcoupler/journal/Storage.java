/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The few file operations of a journal; the seam where a test makes the disk fail. */
interface Storage extends AutoCloseable {

    /** Opens the storage of a file. */
    interface Opener {
        Storage open(Path file, boolean create) throws IOException;
    }

    /** Returns the file's length in bytes. */
    long size() throws IOException;

    /** Returns {@code bytes} bytes from {@code position}, all within the file. */
    ByteBuffer read(long position, int bytes) throws IOException;

    /** Writes all of {@code data} at {@code position}; not durable before {@link #force}. */
    void write(long position, ByteBuffer data) throws IOException;

    /** Makes everything written durable, the length included. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /** Opens a real file. */
    static Storage onDisk(Path file, boolean create) throws IOException {
        FileChannel channel = create
                ? FileChannel.open(
                        file,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)
                : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new DiskStorage(channel);
    }
}
