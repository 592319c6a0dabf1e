/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * The source's way to its destination: the connection of the migration while it lives, errands over new ones after that. What must be answered
 * is brought again until it is, whatever state the migration is in. Called by the migration's thread, but for {@link #clocks} and {@link #peer}.
 */
final class PeerLink {

    private final SourceMigration.Setting setting;
    private final Consumer<ControlMessage> answers;
    private volatile @Nullable Peer peer;
    private Optional<Insisted> unanswered = Optional.empty();

    /**
     * A message that must be answered.
     *
     * @param settledBy answers after which it need not be sent again
     */
    private record Insisted(ControlMessage message, Set<Class<? extends ControlMessage>> settledBy, String standing) {
        boolean settled(ControlMessage answer) {
            return settledBy.contains(answer.getClass());
        }
    }

    /** Makes it without a connection; answers of errands go to {@code answers}, on any thread. */
    PeerLink(SourceMigration.Setting setting, Consumer<ControlMessage> answers) {
        this.setting = setting;
        this.answers = answers;
    }

    void attach(Peer connected) {
        peer = connected;
    }

    /** Returns how the peer's clock stands to ours, while there is a connection that knows. */
    Optional<Peer.Clocks> clocks() {
        Peer open = peer;
        return open == null ? Optional.empty() : open.clocks();
    }

    /** Returns the connection. */
    Peer peer() {
        Peer open = peer;
        if (open == null) {
            throw new Refusal(ErrorCode.ROLLED_BACK, "There is no connection to the destination.");
        }
        return open;
    }

    /** Sends something that is of no use without this connection. */
    void send(ControlMessage message) {
        Peer open = peer;
        if (open != null) {
            open.send(message);
        }
    }

    void insistOnYield(ControlMessage.Yield message) {
        insist(new Insisted(
                message,
                Set.of(ControlMessage.Refuse.class, ControlMessage.Running.class, ControlMessage.Closed.class),
                "The target and its guard stay paused here."));
    }

    void insistOnKeep(ControlMessage.Keep message) {
        insist(new Insisted(
                message, Set.of(ControlMessage.Refuse.class), "The pair stays here; only the answer is missing."));
    }

    void insistOnDone(ControlMessage.Done message) {
        insist(new Insisted(
                message,
                Set.of(ControlMessage.Closed.class),
                "The copies here are destroyed, the pair runs at the destination; only the answer is missing."));
    }

    /** Takes note of an answer. */
    void answered(ControlMessage answer) {
        unanswered = unanswered.filter(insisted -> !insisted.settled(answer));
    }

    /** The connection has ended: what is unanswered goes over new ones. */
    void lost() {
        peer = null;
        unanswered.ifPresent(this::sendOut);
    }

    /** Ends the connection. */
    void close() {
        Peer open = peer;
        peer = null;
        if (open != null) {
            open.close();
        }
    }

    private void insist(Insisted insisted) {
        unanswered = Optional.of(insisted);
        Peer open = peer;
        if (open != null) {
            open.send(insisted.message());
        } else {
            sendOut(insisted);
        }
    }

    private void sendOut(Insisted insisted) {
        Errands.Errand errand = new Errands.Errand(
                setting.request().destinationName(), setting.peerJournalId(), insisted.message(), insisted.standing());
        setting.errands().deliver(errand, answer -> {
            answers.accept(answer);
            return insisted.settled(answer);
        });
    }
}
