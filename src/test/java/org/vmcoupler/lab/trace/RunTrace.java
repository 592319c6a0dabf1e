/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When the vCPUs of domains ran on a host, by Xen's own trace.
 *
 * @param runs every interval in which a vCPU ran, in ticks of the host's time stamp counter; one that was under way at an end of the trace ends there
 * @param first the trace's first moment, in ticks
 * @param last its last one
 */
public record RunTrace(List<Interval> runs, long first, long last) {

    /** {@code xentrace -e}: changes of runstate and nothing else. Source: Xen xen/include/public/trace.h, TRC_SCHED_MIN. */
    public static final String EVENTS = "0x21000";

    private static final int RUNSTATE_CHANGE = 0x00021001;
    private static final int STATE_BITS = 0x3;
    private static final int OLD_SHIFT = 8;
    private static final int NEW_SHIFT = 4;
    private static final int RUNNING = 0;
    private static final int DOMAIN_SHIFT = 16;

    /** Copies the list. */
    public RunTrace {
        runs = List.copyOf(runs);
    }

    /**
     * Reads a file of {@code xentrace}.
     *
     * @throws VoidTraceException records were lost, a vCPU stopped that did not run, or the bytes are no trace of runstates
     */
    public static RunTrace of(byte[] file) {
        List<TraceRecord> changes = TraceReader.read(file).stream()
                .filter(r -> (r.event() & ~(STATE_BITS << OLD_SHIFT | STATE_BITS << NEW_SHIFT)) == RUNSTATE_CHANGE)
                .sorted(Comparator.comparingLong(TraceRecord::tsc))
                .toList();
        if (changes.isEmpty()) {
            throw new VoidTraceException("not one change of a runstate in " + file.length + " bytes");
        }
        long first = changes.get(0).tsc();
        long last = changes.get(changes.size() - 1).tsc();
        return new RunTrace(runs(changes, first, last), first, last);
    }

    /** Returns when any vCPU of this domain ran. */
    public List<Interval> of(int domid) {
        return runs.stream().filter(run -> run.domid() == domid).toList();
    }

    private static List<Interval> runs(List<TraceRecord> changes, long first, long last) {
        List<Interval> runs = new ArrayList<>();
        Map<Integer, Long> running = new HashMap<>();
        Set<Integer> seen = new HashSet<>();
        for (TraceRecord change : changes) {
            int vcpu = change.extra();
            boolean known = !seen.add(vcpu);
            if ((change.event() >>> OLD_SHIFT & STATE_BITS) == RUNNING) {
                Long since = known ? running.remove(vcpu) : Long.valueOf(first);
                if (since == null) {
                    throw new VoidTraceException(
                            "vCPU " + Integer.toHexString(vcpu) + " stops at " + change.tsc() + " without having run");
                }
                runs.add(new Interval(vcpu >>> DOMAIN_SHIFT, since, change.tsc()));
            }
            if ((change.event() >>> NEW_SHIFT & STATE_BITS) == RUNNING && running.put(vcpu, change.tsc()) != null) {
                throw new VoidTraceException("vCPU " + Integer.toHexString(vcpu) + " runs twice at " + change.tsc());
            }
        }
        running.forEach((vcpu, since) -> runs.add(new Interval(vcpu >>> DOMAIN_SHIFT, since, last)));
        return runs;
    }
}
