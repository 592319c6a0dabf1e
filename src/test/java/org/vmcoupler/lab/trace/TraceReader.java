/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@code xentrace} wrote: windows of records, each of one processor's buffer. Source: Xen xen/include/public/trace.h, struct t_rec;
 * tools/xentrace/xentrace.c, write_buffer.
 */
final class TraceReader {

    private static final int GENERAL = 0x0001f000;
    private static final int LOST_RECORDS = GENERAL + 1;
    private static final int WRAP_BUFFER = GENERAL + 2;
    private static final int CPU_CHANGE = GENERAL + 3;
    private static final int EVENT_BITS = 0x0fffffff;
    private static final int EXTRA_SHIFT = 28;
    private static final int EXTRA_MAX = 7;

    private TraceReader() {}

    /**
     * Returns all records in the order of the file: in order of time for one processor, not among several.
     *
     * @throws VoidTraceException records were lost, or the bytes are no trace
     */
    static List<TraceRecord> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<TraceRecord> records = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                window(in, records);
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new VoidTraceException("cut off near byte " + in.position() + " of " + file.length);
        }
        return records;
    }

    private static void window(ByteBuffer in, List<TraceRecord> records) {
        int header = in.getInt();
        if ((header & EVENT_BITS) != CPU_CHANGE) {
            throw new VoidTraceException("no window begins at byte " + (in.position() - Integer.BYTES));
        }
        int cpu = in.getInt();
        int bytes = in.getInt();
        ByteBuffer window = in.slice(in.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + bytes);
        while (window.hasRemaining()) {
            TraceRecord read = one(window, cpu);
            if (read.event() == LOST_RECORDS) {
                throw new VoidTraceException("processor " + cpu + " lost " + read.extra() + " records");
            }
            if (read.event() != WRAP_BUFFER) {
                records.add(read);
            }
        }
    }

    private static TraceRecord one(ByteBuffer in, int cpu) {
        int header = in.getInt();
        long tsc = header < 0 ? in.getLong() : -1;
        int words = header >>> EXTRA_SHIFT & EXTRA_MAX;
        int extra = 0;
        for (int i = 0; i < words; i++) {
            int word = in.getInt();
            extra = i == 0 ? word : extra;
        }
        return new TraceRecord(cpu, header & EVENT_BITS, tsc, extra);
    }
}
