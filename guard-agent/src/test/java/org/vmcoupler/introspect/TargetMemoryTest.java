/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TargetMemoryTest {

    /** One whole window and one that is not. */
    private static final int PAGES = TargetMemory.WINDOW_PAGES + 3;

    private final TargetMemory memory = new TargetMemory();

    @BeforeAll
    static void open() throws Exception {
        FileDomain.openDevice();
    }

    private void mapAll(FileDomain domain) throws Exception {
        memory.attach(domain.domid, PAGES);
        assertTrue(memory.mapNext());
        assertFalse(memory.mapNext());
    }

    @Test
    void readsAcrossFramesAndWindows() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        mapAll(domain);
        byte[] read = new byte[3 * FileDomain.PAGE];
        memory.lease().read((TargetMemory.WINDOW_PAGES - 1) * (long) FileDomain.PAGE, read);
        byte[] middle = new byte[FileDomain.PAGE];
        System.arraycopy(read, FileDomain.PAGE, middle, 0, middle.length);
        assertArrayEquals(domain.frame(TargetMemory.WINDOW_PAGES), middle);
        assertEquals(PAGES, memory.mappedPages());
    }

    @Test
    void aHoleIsAnErrorOfItsOwnAndItsNeighboursAreRead() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        domain.punch(7);
        mapAll(domain);
        assertEquals(1, memory.holes());
        byte[] read = new byte[16];
        memory.lease().read(6L * FileDomain.PAGE + 100, read);
        memory.lease().read(8L * FileDomain.PAGE, read);
        assertThrows(HoleException.class, () -> memory.lease().read(7L * FileDomain.PAGE + 8, read));
    }

    @Test
    void readsBehindTheEndAreRefused() throws Exception {
        mapAll(FileDomain.ofFrames(PAGES));
        byte[] read = new byte[16];
        assertThrows(IndexOutOfBoundsException.class, () -> memory.lease().read((long) PAGES * FileDomain.PAGE, read));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.lease().read(-8, read));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.lease().read(Long.MAX_VALUE - 100, read));
    }

    @Test
    void theNextDomainIsAtTheSameAddressesAndOldLeasesAreOver() throws Exception {
        mapAll(FileDomain.ofFrames(PAGES));
        long first = memory.address(0);
        long second = memory.address(1);
        Lease old = memory.lease();
        memory.unmapAll(100);
        assertThrows(LeaseOverException.class, () -> old.read(0, new byte[8]));
        FileDomain moved = FileDomain.ofFrames(PAGES);
        moved.write(5, 0, new byte[] {42});
        mapAll(moved);
        assertEquals(first, memory.address(0));
        assertEquals(second, memory.address(1));
        assertThrows(LeaseOverException.class, () -> old.read(0, new byte[8]));
        byte[] read = new byte[1];
        memory.lease().read(5L * FileDomain.PAGE, read);
        assertEquals(42, read[0]);
    }

    @Test
    void aLeaseEndsByItself() throws Exception {
        mapAll(FileDomain.ofFrames(PAGES));
        Lease lease = memory.lease();
        long end = System.nanoTime() + Lease.LONGEST_NANOS + 1_000_000;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThrows(LeaseOverException.class, () -> lease.read(0, new byte[8]));
    }

    @Test
    void aReaderIsNeverFaultedByMoves() throws Exception {
        FileDomain[] domains = {FileDomain.ofFrames(PAGES), FileDomain.ofFrames(PAGES)};
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger overs = new AtomicInteger();
        mapAll(domains[0]);
        Thread reader = new Thread(() -> {
            byte[] read = new byte[64];
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        memory.lease().read(9L * FileDomain.PAGE, read);
                        assertEquals(9, read[0]);
                        reads.incrementAndGet();
                    } catch (LeaseOverException e) {
                        overs.incrementAndGet();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) {
                wrong.set(e);
            }
        });
        reader.start();
        for (int i = 0; i < 30 && wrong.get() == null; i++) {
            memory.unmapAll(1000);
            mapAll(domains[i % 2]);
        }
        reader.interrupt();
        reader.join();
        assertEquals(null, wrong.get());
        assertTrue(reads.get() > 0, () -> "leases over: " + overs);
    }

    @Test
    void aDomainThatIsGoneIsAMappingErrorAndTheWindowGoesOn() throws Exception {
        FileDomain gone = FileDomain.ofFrames(1);
        gone.destroy();
        memory.attach(gone.domid, PAGES);
        MappingException error = assertThrows(MappingException.class, memory::mapNext);
        assertTrue(String.valueOf(error.getMessage()).contains("ESRCH"), error.getMessage());
        mapAll(FileDomain.ofFrames(PAGES));
    }

    @Test
    void aViewIsASnapshotUntilItIsMappedAfresh() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        mapAll(domain);
        domain.swapFrames();
        domain.write(0, 0, new byte[] {99});
        byte[] read = new byte[1];
        memory.lease().read(0, read);
        assertEquals(0, read[0]);
        memory.refresh(0);
        memory.lease().read(0, read);
        assertEquals(99, read[0]);
    }

    @Test
    void noWindowIsMappedAfreshWhileThePairMoves() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        memory.attach(domain.domid, PAGES);
        assertTrue(memory.mapNext());
        assertThrows(LeaseOverException.class, () -> memory.refresh(1));
        memory.unmapAll(100);
        assertThrows(LeaseOverException.class, () -> memory.refresh(0));
        assertEquals(0, memory.mappedPages());
    }

    @Test
    void theOldestViewCountsAndAWindowThatFailsGrowsOlder() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        memory.attach(domain.domid, PAGES);
        memory.mapNext();
        assertEquals(-1, memory.oldestViewNanos());
        long afterFirst = System.nanoTime();
        memory.mapNext();
        assertTrue(ageIsOver(afterFirst), "the first window counts");
        long afterBoth = System.nanoTime();
        memory.refresh(0);
        assertTrue(memory.oldestViewNanos() <= System.nanoTime() - afterFirst, "the first window is younger now");
        assertTrue(ageIsOver(afterBoth), "the second one counts");
        domain.destroy();
        long start = System.nanoTime();
        assertThrows(MappingException.class, () -> memory.refresh(1));
        assertThrows(LeaseOverException.class, () -> memory.lease().read(4096L * 4096, new byte[1]));
        assertTrue(ageIsOver(start), "a failure is no view");
    }

    private boolean ageIsOver(long sinceNanos) {
        long least = System.nanoTime() - sinceNanos;
        return memory.oldestViewNanos() > least;
    }

    @Test
    void growsWhileOldLeasesGoOn() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        memory.attach(domain.domid, 10);
        assertFalse(memory.mapNext());
        Lease old = memory.lease();
        memory.grow(PAGES);
        byte[] read = new byte[1];
        old.read(9L * FileDomain.PAGE, read);
        assertEquals(9, read[0]);
        assertTrue(memory.mapNext());
        assertFalse(memory.mapNext());
        assertEquals(PAGES, memory.mappedPages());
        memory.grow(5);
        assertEquals(PAGES, memory.pages());
    }

    @Test
    void findsTheCounterPage() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        domain.counterPage(TargetMemory.WINDOW_PAGES + 1, 7);
        mapAll(domain);
        assertEquals(OptionalLong.empty(), memory.find(0, PageKind.COUNTER));
        assertEquals(OptionalLong.of(TargetMemory.WINDOW_PAGES + 1), memory.find(1, PageKind.COUNTER));
        assertEquals(OptionalLong.empty(), memory.find(1, PageKind.VMCOREINFO));
    }
}
