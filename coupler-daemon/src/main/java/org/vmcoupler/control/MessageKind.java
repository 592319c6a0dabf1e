/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import java.util.Optional;

/** The code of each message on the wire; 0 is reserved. Codes never change their meaning. */
public enum MessageKind {
    /** Code 1. */
    HELLO(1, ControlMessage.Hello.class),
    /** Code 2. */
    BEGIN(2, ControlMessage.Begin.class),
    /** Code 3. */
    ACCEPT(3, ControlMessage.Accept.class),
    /** Code 4. */
    REFUSE(4, ControlMessage.Refuse.class),
    /** Code 5. */
    STOPPED(5, ControlMessage.Stopped.class),
    /** Code 6. */
    READY(6, ControlMessage.Ready.class),
    /** Code 7. */
    YIELD(7, ControlMessage.Yield.class),
    /** Code 8. */
    KEEP(8, ControlMessage.Keep.class),
    /** Code 9. */
    RUNNING(9, ControlMessage.Running.class),
    /** Code 10. */
    DONE(10, ControlMessage.Done.class),
    /** Code 11. */
    CLOSED(11, ControlMessage.Closed.class),
    /** Code 12. */
    INQUIRE(12, ControlMessage.Inquire.class),
    /** Code 13. */
    ANSWER(13, ControlMessage.Answer.class),
    /** Code 14. */
    PING(14, ControlMessage.Ping.class),
    /** Code 15. */
    PONG(15, ControlMessage.Pong.class);

    private final int code;
    private final Class<? extends ControlMessage> type;

    MessageKind(int code, Class<? extends ControlMessage> type) {
        this.code = code;
        this.type = type;
    }

    /** Returns the code, 1 to 65,535. */
    public int code() {
        return code;
    }

    /** Returns the record of this message. */
    public Class<? extends ControlMessage> type() {
        return type;
    }

    /** Returns the kind of a message. */
    public static MessageKind of(ControlMessage message) {
        for (MessageKind kind : values()) {
            if (kind.type == message.getClass()) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind for " + message.getClass());
    }

    /** Returns the kind of a code, or empty if there is none. */
    public static Optional<MessageKind> of(int code) {
        for (MessageKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
