/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vmcoupler.time.Poll;

/** A swap of the frame under the target's counter page, done by the target itself, and how it looks to dom0. */
final class FrameSwap {

    /** Longest time for a scan where the agent may use a hundredth of an emulated processor. */
    static final Duration SCAN = Duration.ofMinutes(8);

    private static final Duration FOUND = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Pattern GFN = Pattern.compile("\"counterGfn\":([0-9]+)");
    private static final Pattern VIEW = Pattern.compile("kept ([0-9]+) fresh ([0-9]+) pages ([0-9]+)");
    private static final String VIEW_TOOL = "/lab/bin/frame-view ";
    private static final int VIEW_SECONDS = 6;

    /** The target counts each 50 ms of its own time; under emulation some of them are lost. */
    private static final long MOVES_AT_LEAST = 20;

    private final Host host;
    private final int domid;
    private final long gfn;
    private final long pagesBefore;
    private final View after;

    /**
     * How dom0 sees the counter page.
     *
     * @param kept the counter in the frame that was there when dom0 mapped it first
     * @param fresh the counter in the frame that is there now
     * @param pages how many pages the domain has by Xen's count, those included that it has given away and that somebody still maps
     */
    private record View(long kept, long fresh, long pages) {}

    private FrameSwap(Host host, int domid, long gfn, long pagesBefore, View after) {
        this.host = host;
        this.domid = domid;
        this.gfn = gfn;
        this.pagesBefore = pagesBefore;
        this.after = after;
    }

    /**
     * Lets the target swap the frame.
     *
     * @param how {@code gmfn} or {@code balloon}
     * @throws AssertionError a view of dom0 that was mapped before does not stand still after it, so nothing was swapped
     */
    static FrameSwap by(Host host, String how) {
        int domid = host.domid("target");
        long gfn = counterGfn(host);
        long before =
                views(host.exec(VIEW_TOOL + domid + " " + gfn + " 0")).get(0).pages();
        String node = "/local/domain/" + domid + "/data/swap";
        List<View> seen = views(host.exec("(" + VIEW_TOOL + domid + " " + gfn + " " + VIEW_SECONDS
                + " >/root/frame-view 2>&1 </dev/null &); sleep 1; xenstore-write " + node + " '" + how + " "
                + System.nanoTime() + "'; sleep " + VIEW_SECONDS + "; cat /root/frame-view"));
        Scenarios.say("swap by " + how + ", as dom0 sees it: " + seen);
        assertEquals(3, seen.size(), () -> "the views come to differ: " + seen);
        View after = seen.get(2);
        assertEquals(seen.get(1).kept(), after.kept(), "nobody counts in the old frame any more");
        assertTrue(after.fresh() > after.kept() + MOVES_AT_LEAST, () -> "the target counts in the new one: " + seen);
        return new FrameSwap(host, domid, gfn, before, after);
    }

    /** Looks for the guard to see the counter of the new frame, and returns what it says then. */
    Pair.Watch awaitSeen() {
        long start = System.nanoTime();
        Pair pair = new Pair(host, host);
        Pair.Watch before = pair.watch();
        Pair.Watch seen = pair.awaitGoesOn(before.atCounter(Math.max(before.counter(), after.fresh())));
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        Scenarios.say("the guard sees the new frame: " + seen + ", asked for " + tookMs + " ms");
        assertTrue(tookMs < FOUND.toMillis(), () -> "within one scan: " + tookMs + " ms");
        return seen;
    }

    /** Tells whether the guard has come to see a counter that the old frame does not hold. */
    boolean isSeen() {
        return new Pair(host, host).watch().counter() > after.kept();
    }

    /**
     * Waits until nobody maps the old frame any more: Xen counts it as the target's for as long as one does. So this shows the age of all views of it,
     * whatever the agent says.
     *
     * @return whether that was so in time
     */
    boolean awaitOldFrameFree(Duration limit) {
        long start = System.nanoTime();
        boolean free = Poll.until(() -> now().pages() <= pagesBefore, limit, PAUSE.multipliedBy(5));
        long tookS = (System.nanoTime() - start) / 1_000_000_000L;
        Scenarios.say((free ? "the old frame is free after " : "the old frame is still mapped after ") + tookS + " s: "
                + now() + ", before the swap " + pagesBefore + " pages");
        return free;
    }

    private View now() {
        return views(host.exec(VIEW_TOOL + domid + " " + gfn + " 0")).get(0);
    }

    /** The guard tells where the page is in each proven look. */
    private static long counterGfn(Host host) {
        String[] reply = {""};
        String read = "xenstore-read /local/domain/" + host.domid("guard") + "/data/vmcoupler/reply; true";
        assertTrue(
                Poll.until(
                        () -> {
                            reply[0] = host.exec(read);
                            return GFN.matcher(reply[0]).find();
                        },
                        FOUND,
                        PAUSE),
                () -> "the guard has found the counter page: " + reply[0]);
        Matcher gfn = GFN.matcher(reply[0]);
        return gfn.find() ? Long.parseLong(gfn.group(1)) : -1;
    }

    private static List<View> views(String text) {
        List<View> views = VIEW.matcher(text)
                .results()
                .map(m -> new View(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), Long.parseLong(m.group(3))))
                .toList();
        assertTrue(!views.isEmpty(), () -> "frame-view: " + text);
        return views;
    }
}
