/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A stream ended before its END record had been passed on; both its sockets are closed. Any thread. */
public final class RelayException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Where the end came from. */
    public enum Origin {
        /** The socket to the save or restore helper. */
        HELPER,
        /** The data connection to the other daemon. */
        PEER,
        /** The bytes of the stream: they break its format; the cause is a StreamFormatException. */
        STREAM,
        /** This daemon: by {@link StreamRelay#abort}, or by an error of its own. */
        OWNER
    }

    private final Origin origin;
    private final long offsetBytes;

    RelayException(String relay, Origin origin, long offsetBytes, String reason, @Nullable Throwable cause) {
        super(
                relay + ": " + reason + " at byte " + offsetBytes + " ("
                        + origin.name().toLowerCase(Locale.ROOT) + ")",
                cause);
        this.origin = origin;
        this.offsetBytes = offsetBytes;
    }

    /** Returns who ended it. */
    public Origin origin() {
        return origin;
    }

    /** Returns how many bytes of the stream had been read. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
