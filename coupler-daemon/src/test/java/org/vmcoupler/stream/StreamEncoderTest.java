/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamEncoderTest {

    @Test
    void whatWaitsHoldsAtMostTwiceItsBytes() {
        List<ByteBuf> pieces = new ArrayList<>();
        try (StreamEncoder encoder = new StreamEncoder(UnpooledByteBufAllocator.DEFAULT)) {
            for (int records = 1; records <= 8192; records *= 4) {
                for (int i = 0; i < records; i++) {
                    encoder.encode(new StreamRecord.LibxlHeader(), pieces::add);
                }
                encoder.flush(pieces::add);
            }
            encoder.flush(pieces::add);
        }
        long bytes = 0;
        for (ByteBuf piece : pieces) {
            assertTrue(piece.capacity() <= 2 * piece.readableBytes(), piece::toString);
            bytes += piece.readableBytes();
            assertEquals(0x4C69_6278_6C46_6D74L, piece.getLong(0));
            assertTrue(piece.release(), "a piece is shared");
        }
        assertEquals(16L * (1 + 4 + 16 + 64 + 256 + 1024 + 4096), bytes);
    }
}
