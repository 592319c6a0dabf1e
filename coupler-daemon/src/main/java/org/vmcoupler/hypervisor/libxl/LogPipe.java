/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * libxl's logger: a stdio stream into a pipe, which a thread of ours reads into SLF4J. Not a logger of JNA callbacks, because libxl logs in forked
 * children too, where no JVM runs. The stream is flushed after each line. Source: Xen tools/libs/toollog/xtl_logger_stdio.c.
 */
final class LogPipe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("org.vmcoupler.libxl");

    /** {@code CONTEXT: LEVEL: FILE:LINE:FUNCTION: words}. */
    private static final Pattern LINE =
            Pattern.compile("(?:\\w+: )?(debug|verbose|detail|progress|info|notice|warning|error|critical): (.*)");

    private static final int LINE_LIMIT_CHARS = 2000;

    private final XenToolLog library;
    private final Pointer stream;
    private final XenToolLog.Logger logger;

    private LogPipe(XenToolLog library, Pointer stream, XenToolLog.Logger logger) {
        this.library = library;
        this.stream = stream;
        this.logger = logger;
    }

    /** Makes the logger and starts its thread, which ends when the pipe's last writer has closed it. */
    static LogPipe open(XenToolLog library) {
        int[] fds = new int[2];
        if (Libraries.C.pipe2(fds, LibC.O_CLOEXEC) != 0) {
            throw LibxlException.ofErrno("pipe2", Native.getLastError(), null, "no pipe for the log");
        }
        try {
            // opening the link gives the same pipe as a Java stream of its own; the first fd is then not needed any
            // more
            InputStream in = new FileInputStream("/proc/self/fd/" + fds[0]);
            Fds.close(fds[0]);
            Thread reader = new Thread(() -> read(in), "libxl-log");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new HypervisorException("cannot read the pipe of libxl's log", e);
        }
        Pointer stream = Libraries.C.fdopen(fds[1], "w");
        return new LogPipe(
                library,
                stream,
                library.xtl_createlogger_stdiostream(
                        stream, XenToolLog.XTL_INFO, XenToolLog.XTL_STDIOSTREAM_HIDE_PROGRESS));
    }

    /** Returns the logger, valid until this is closed. */
    XenToolLog.Logger logger() {
        return logger;
    }

    private static void read(InputStream in) {
        // no charset decoder error can end the loop: a reader that ends would block libxl once the pipe is full
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log(line);
            }
        } catch (IOException e) {
            LOG.error("libxl's log is lost from here on", e);
        }
    }

    private static void log(String line) {
        Matcher matcher = LINE.matcher(line);
        boolean known = matcher.matches();
        String words = known ? matcher.group(2) : line;
        LOG.atLevel(known ? level(matcher.group(1)) : Level.INFO).log("{}", clean(words));
    }

    /** Returns SLF4J's level for one of {@code xtl_level_to_string}. */
    static Level level(String name) {
        return switch (name) {
            case "error", "critical" -> Level.ERROR;
            case "warning" -> Level.WARN;
            case "notice", "info" -> Level.INFO;
            default -> Level.DEBUG;
        };
    }

    /** Returns the line short and without control characters: parts of it come from guests. */
    static String clean(String words) {
        String head = words.length() > LINE_LIMIT_CHARS ? words.substring(0, LINE_LIMIT_CHARS) : words;
        return head.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() {
        library.xtl_logger_destroy(logger);
        Libraries.C.fclose(stream);
    }
}
