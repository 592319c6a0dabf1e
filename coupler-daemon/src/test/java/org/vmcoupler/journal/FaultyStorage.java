/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk whose write or fsync fails from a chosen one on; before that a real one. */
final class FaultyStorage implements Storage {

    final AtomicInteger forcesLeft = new AtomicInteger(Integer.MAX_VALUE);
    final AtomicInteger writesLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final Storage disk;

    FaultyStorage(Storage disk) {
        this.disk = disk;
    }

    @Override
    public long size() throws IOException {
        return disk.size();
    }

    @Override
    public ByteBuffer read(long position, int bytes) throws IOException {
        return disk.read(position, bytes);
    }

    @Override
    public void write(long position, ByteBuffer data) throws IOException {
        if (writesLeft.decrementAndGet() < 0) {
            throw new IOException("No space left on device");
        }
        disk.write(position, data);
    }

    @Override
    public void force() throws IOException {
        if (forcesLeft.decrementAndGet() < 0) {
            throw new IOException("Input/output error");
        }
        disk.force();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
