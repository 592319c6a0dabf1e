/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import java.io.IOException;

/** A stream breaks its format or a limit: it must not be passed on, and cannot be read any further. Any thread. */
public final class StreamFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offsetBytes;

    /**
     * Describes one violation.
     *
     * @param offsetBytes offset from the first byte of the stream at which the offending header or record starts, 0 or more
     * @param reason one clause that names what was found and what was expected
     */
    public StreamFormatException(long offsetBytes, String reason) {
        super("save stream refused at byte " + offsetBytes + ": " + reason);
        this.offsetBytes = offsetBytes;
    }

    /** Returns the offset of the offending header or record from the first byte of the stream. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
