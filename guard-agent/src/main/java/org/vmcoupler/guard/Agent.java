/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.guard.control.Failure;
import org.vmcoupler.guard.control.ProtocolException;
import org.vmcoupler.guard.control.Reply;
import org.vmcoupler.guard.control.RequestId;
import org.vmcoupler.guard.control.RequestParser;
import org.vmcoupler.guard.control.XenstoreClient;

/** Takes requests from xenstore and answers them, one at a time, woken by watch events only. One thread. */
final class Agent {

    static final String REQUEST = "vmcoupler/request";
    static final String REPLY = "data/vmcoupler/reply";

    private static final Logger LOG = Logger.getLogger(Agent.class.getName());

    private final XenstoreClient xenstore;
    private final GuardSession session;
    private @Nullable RequestId lastDone;

    Agent(XenstoreClient xenstore, GuardSession session) {
        this.xenstore = xenstore;
        this.session = session;
    }

    /** Answers until the connection fails. A request that was there before the agent started is answered as well. */
    void run() throws IOException {
        xenstore.watch(REQUEST);
        while (true) {
            xenstore.awaitEvent();
            Optional<byte[]> text = xenstore.read(REQUEST);
            if (text.isPresent() && text.get().length > 0) {
                take(text.get());
            }
        }
    }

    private void take(byte[] text) throws IOException {
        Reply reply;
        RequestId id = new RequestId("", 0);
        try {
            id = RequestParser.id(text);
            if (lastDone != null && id.isDoneAfter(lastDone)) {
                return;
            }
            lastDone = id;
            reply = session.answer(RequestParser.parse(text));
        } catch (ProtocolException e) {
            LOG.warning(() -> "a request that is not understood: " + e.getMessage());
            reply = session.describe(
                    Reply.failed(id, "", new Failure(Failure.Code.BAD_REQUEST, String.valueOf(e.getMessage()))));
        }
        xenstore.write(REPLY, reply.bytes());
    }
}
