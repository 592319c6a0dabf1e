/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.stream.StreamWriter;
import org.vmcoupler.time.Poll;

class BandwidthTest {

    private static final long LIMIT = 1 << 20;
    /** The limiter counts in slices of a second, and lets one waiting piece of each kind through at once. */
    private static final long SLACK = 2 * LIMIT + RelayLimits.READ_BYTES_MAX;

    @Test
    void aStreamIsHeldToItsLimitUntilThatIsLifted() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 16_384, 1);
        try (RelayBench bench = new RelayBench();
                Bandwidth bandwidth = new Bandwidth(Bandwidth.UNLIMITED)) {
            RelayBench.Pair save = bench.pair();
            RelayBench.Pair restore = bench.pair();
            List<Channel> ends = bench.dataConnection();
            bandwidth.limit(LIMIT);
            bandwidth.shape(ends.get(1));
            StreamRelay destination = StreamRelay.atDestination(bench.setup, ends.get(0), restore.fd());
            StreamRelay source = StreamRelay.atSource(bench.setup, save.fd(), ends.get(1));
            destination.open();
            CompletableFuture<Void> writing = RelayBench.write(save.test(), stream);
            CompletableFuture<byte[]> arrived = RelayBench.readMeanwhile(restore.test(), stream.length + 1);
            long startNs = System.nanoTime();
            source.open();
            assertTrue(
                    Poll.until(
                            () -> source.progress().bytesOut() > 2 * LIMIT,
                            Duration.ofSeconds(60),
                            Duration.ofMillis(20)),
                    () -> "nothing is sent under a limit: " + source.progress());
            RelayProgress held = source.progress();
            double seconds = (System.nanoTime() - startNs) / 1e9;
            assertTrue(held.bytesOut() <= LIMIT * seconds + SLACK, () -> held + " after " + seconds + " s");
            assertTrue(held.bufferedBytesPeak() <= RelayLimits.STREAM_BYTES_MAX, held::toString);
            assertTrue(
                    Poll.until(
                            () -> source.progress().waitingBytes() > 0, Duration.ofSeconds(60), Duration.ofMillis(1)),
                    "a limit is what holds the stream up");
            bandwidth.limit(Bandwidth.UNLIMITED);
            assertArrayEquals(stream, arrived.get(60, TimeUnit.SECONDS));
            writing.get(5, TimeUnit.SECONDS);
            assertEquals(
                    source.result().get(20, TimeUnit.SECONDS),
                    destination.result().get(20, TimeUnit.SECONDS));
        }
    }
}
