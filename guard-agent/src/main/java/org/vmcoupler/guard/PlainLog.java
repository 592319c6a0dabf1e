/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Writes log records as single lines to the standard output, the guard's console; the exception last. */
final class PlainLog extends Formatter {

    private final long start = System.nanoTime();

    private PlainLog() {}

    /** Makes all loggers of the process write plain lines. */
    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        StreamHandler handler = new FlushingHandler();
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
    }

    @Override
    public String format(LogRecord record) {
        long ms = (System.nanoTime() - start) / 1_000_000;
        Throwable thrown = record.getThrown();
        return "vmcoupler-guard +" + ms + "ms " + record.getLevel() + " " + formatMessage(record)
                + (thrown == null ? "" : ": " + thrown) + "\n";
    }

    private static final class FlushingHandler extends StreamHandler {
        FlushingHandler() {
            super(new FileOutputStream(FileDescriptor.out), new PlainLog());
        }

        @Override
        public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
        }
    }
}
