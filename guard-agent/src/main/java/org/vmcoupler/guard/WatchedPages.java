/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.vmcoupler.introspect.FrameWindow;
import org.vmcoupler.introspect.HoleException;
import org.vmcoupler.introspect.LeaseOverException;
import org.vmcoupler.introspect.LeaseTimeoutException;
import org.vmcoupler.introspect.MappingException;
import org.vmcoupler.introspect.PageKind;

/**
 * The pages that the agent itself judges: the counter page and the VMCOREINFO page, in a window of their own, small enough to stay mapped until
 * the last look and to be mapped afresh all the time. One thread at a time.
 */
final class WatchedPages {

    /** Words of the counter page, docs/guard-protocol.md. */
    private static final long MAGIC = 0x564d434f55504c52L;

    private static final long COUNTER_BYTE = 8;

    /** Where VMCOREINFO text begins behind an ELF note header: 12 bytes and the padded name. */
    private static final int NOTE_TEXT = 24;

    private final FrameWindow window = new FrameWindow(PageKind.values().length);
    private final long[] gfns = new long[PageKind.values().length];
    private final byte[] page = new byte[FrameWindow.PAGE_BYTES];
    private long counterGfn = -1;
    private long noteGfn = -1;
    private final boolean kept;
    private int count;
    private int generation;

    /**
     * Knows no page yet.
     *
     * @param kept lab only: what is mapped is not mapped afresh until it was unmapped
     */
    WatchedPages(boolean kept) {
        this.kept = kept;
    }

    /** Remembers where a page of that kind is, or that it is nowhere; to be seen after the next {@link #map}. */
    void remember(PageKind kind, OptionalLong gfn) {
        switch (kind) {
            case COUNTER -> counterGfn = gfn.orElse(-1);
            case VMCOREINFO -> noteGfn = gfn.orElse(-1);
            default -> throw new IllegalArgumentException(kind.name());
        }
    }

    long counterGfn() {
        return counterGfn;
    }

    boolean knows(PageKind kind) {
        return (kind == PageKind.COUNTER ? counterGfn : noteGfn) >= 0;
    }

    int mappedPages() {
        return window.mappedPages();
    }

    /** Takes the remembered frames afresh, in ascending order. Throws with nothing mapped, or if a reader holds on, unchanged. */
    void map(int domid) throws MappingException, LeaseTimeoutException {
        int known = (counterGfn >= 0 ? 1 : 0) + (noteGfn >= 0 ? 1 : 0);
        if (kept && known == count && window.mappedPages() > 0) {
            return;
        }
        count = 0;
        if (counterGfn >= 0) {
            gfns[count++] = counterGfn;
        }
        if (noteGfn >= 0) {
            gfns[count++] = noteGfn;
        }
        Arrays.sort(gfns, 0, count);
        if (count > 0) {
            generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
            window.map(domid, gfns, count, generation);
        }
    }

    void unmap(int timeoutMs) throws LeaseTimeoutException {
        window.unmap(timeoutMs);
    }

    private int indexOf(long gfn) {
        return count == 2 && gfns[1] == gfn ? 1 : 0;
    }

    /** Returns the counter, or -1 if its page is not mapped or is no counter page any more. Makes no garbage while all is well. */
    long counter() {
        if (counterGfn < 0) {
            return -1;
        }
        long base = (long) indexOf(counterGfn) * FrameWindow.PAGE_BYTES;
        try {
            return window.word(generation, base) == MAGIC
                    ? Math.max(-1, window.word(generation, base + COUNTER_BYTE))
                    : -1;
        } catch (HoleException | LeaseOverException e) {
            return -1;
        }
    }

    /** Whether the frames mapped now still hold what they were remembered for. */
    boolean still(PageKind kind) {
        int index = indexOf(kind == PageKind.COUNTER ? counterGfn : noteGfn);
        try {
            return knows(kind) && window.find(generation, kind, index) == index;
        } catch (LeaseOverException e) {
            return false;
        }
    }

    /** Returns the SHA-256 of the VMCOREINFO text in hex, or an empty string if none is seen. */
    String identity() {
        if (!still(PageKind.VMCOREINFO)) {
            return "";
        }
        if (!readPage(indexOf(noteGfn))) {
            return "";
        }
        int start = page[0] == 'O' ? 0 : NOTE_TEXT;
        int end = start;
        while (end < page.length && page[end] != 0) {
            end++;
        }
        return hex(ByteBuffer.wrap(page, start, end - start));
    }

    /** Returns the SHA-256 over the mapped pages in ascending order of gfn, in hex; a hole counts as nothing. */
    String contents() {
        MessageDigest digest = ChallengeAnswer.sha256();
        for (int i = 0; i < count; i++) {
            if (readPage(i)) {
                digest.update(page);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private boolean readPage(int index) {
        try {
            return window.read(generation, (long) index * page.length, page, 0) == page.length;
        } catch (HoleException | LeaseOverException e) {
            return false;
        }
    }

    private static String hex(ByteBuffer bytes) {
        MessageDigest digest = ChallengeAnswer.sha256();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }
}
