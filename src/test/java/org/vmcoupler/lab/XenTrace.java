/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.lab.trace.Interval;
import org.vmcoupler.lab.trace.Looks;
import org.vmcoupler.lab.trace.RunTrace;
import org.vmcoupler.lab.trace.TscClock;
import org.vmcoupler.lab.trace.Verdict;

/** Xen's own trace of what runs when on one host, beside what its daemon has proven. Closing it ends the trace. */
final class XenTrace implements AutoCloseable {

    private static final String FILE = "/root/xen.trace";
    private static final String LOOKS = "/var/lib/vmcoupler/looks";
    private static final String CLOCK = "/lab/bin/tsc-clock";
    private static final String UNIT = "lab-xentrace";
    private static final int BUFFER_PAGES = 256;
    private static final Duration NEXT_LOOK = Duration.ofMinutes(1);

    private final Host host;
    private final TscClock.Reading before;
    private TscClock.@Nullable Reading between;
    private @Nullable TscClock clock;
    private @Nullable RunTrace trace;

    /** Starts to trace. */
    XenTrace(Host host) {
        this.host = host;
        this.before = read();
        host.exec("rm -f " + FILE + "; systemd-run -q --unit=" + UNIT + " xentrace -D -S " + BUFFER_PAGES + " -e "
                + RunTrace.EVENTS + " " + FILE);
        host.await("Xen traces", "test -s " + FILE, NEXT_LOOK);
    }

    /** Reads both clocks once more, to see at the end whether they kept step. */
    void readClocks() {
        between = read();
    }

    /**
     * Ends the trace and reads it.
     *
     * @throws org.vmcoupler.lab.trace.VoidTraceException records were lost
     */
    void end() {
        stop();
        TscClock.Reading after = read();
        clock = TscClock.of(before, Optional.ofNullable(between).orElse(after), after);
        trace = RunTrace.of(unzipped(host.exec("gzip -c " + FILE + " | base64 -w0")));
    }

    /** Waits until a look has been proven that began after the end of the trace. */
    void awaitLook() {
        long end = Optional.ofNullable(clock).orElseThrow().last().monotonicNs();
        host.await(
                "a look after the trace", "[ $(tail -n1 " + LOOKS + " | cut -d' ' -f1) -gt " + end + " ]", NEXT_LOOK);
    }

    /** Judges the times in which a domain ran. */
    Verdict verdict(int domid, Duration limit) {
        return Verdict.of(
                runs(domid), Optional.ofNullable(clock).orElseThrow(), Looks.of(lines(), domid), limit.toNanos());
    }

    /** Returns what the looks at a domain were for, in their order. */
    List<String> kindsOfLooks(int domid) {
        return lines().stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[2].equals(Integer.toString(domid)))
                .map(words -> words[3])
                .toList();
    }

    @Override
    public void close() {
        stop();
    }

    private List<Interval> runs(int domid) {
        return Optional.ofNullable(trace).orElseThrow().of(domid);
    }

    private List<String> lines() {
        return host.exec("cat " + LOOKS).lines().toList();
    }

    private TscClock.Reading read() {
        return TscClock.Reading.of(host.exec(CLOCK));
    }

    private void stop() {
        host.run("systemctl stop " + UNIT);
    }

    private static byte[] unzipped(String base64) {
        try (GZIPInputStream in = new GZIPInputStream(
                new java.io.ByteArrayInputStream(Base64.getDecoder().decode(base64.trim())))) {
            return in.readAllBytes();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
