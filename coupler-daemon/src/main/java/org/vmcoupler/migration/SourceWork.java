/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.report.MigrationReport;

/** Carries out the effects of one migration at its source. {@link #carryOut} is called by the migration's thread only. */
final class SourceWork {

    private static final Logger LOG = LoggerFactory.getLogger(SourceWork.class);

    private final HostParts host;
    private final PairHere pair;
    private final Request request;
    private final Loop<SourceEvent> loop;
    private final Errands errands;
    private final SourceView view;
    private final SourceStreams streams;
    private final CompletableFuture<MigrationReport> result = new CompletableFuture<>();
    private volatile @Nullable Peer peer;
    private volatile boolean refuseInHand;
    private String vmcoreinfo = "";
    private Optional<ControlMessage> unanswered = Optional.empty();

    SourceWork(SourceMigration.Setting setting, Loop<SourceEvent> loop, SourceView view) {
        this.host = setting.host();
        this.pair = setting.pair();
        this.request = setting.request();
        this.errands = setting.errands();
        this.loop = loop;
        this.view = view;
        this.streams = new SourceStreams(setting, loop, view);
    }

    void attach(Peer newPeer, String targetsVmcoreinfo) {
        peer = newPeer;
        vmcoreinfo = targetsVmcoreinfo;
    }

    /** Returns how the peer's clock stands to ours, while there is a connection that knows. */
    Optional<Peer.Clocks> clocks() {
        Peer open = peer;
        return open == null ? Optional.empty() : open.clocks();
    }

    /** The destination's REFUSE for this attempt has come. */
    void refused() {
        refuseInHand = true;
    }

    CompletableFuture<MigrationReport> result() {
        return result;
    }

    void carryOut(SourceEffect effect) {
        if (effect instanceof SourceEffect.Note note) {
            LOG.info("{}", note.text());
        } else if (effect instanceof SourceEffect.Decide decide) {
            decide(decide);
        } else if (effect instanceof SourceEffect.StartSaves start) {
            loop.work(() -> streams.start(start.accept(), peer()), this::failed);
        } else if (effect instanceof SourceEffect.Answer answer) {
            streams.answer(answer.member(), answer.reply());
        } else if (effect instanceof SourceEffect.PrepareGuard) {
            ask(guard -> {
                guard.prepare();
                return new SourceEvent.Prepared();
            });
        } else if (effect instanceof SourceEffect.LookLast) {
            ask(guard -> guard.lookLast(vmcoreinfo));
        } else if (effect instanceof SourceEffect.RollBack) {
            rollBack();
        } else if (effect instanceof SourceEffect.CleanUp) {
            loop.work(this::cleanUp, this::failed);
        } else if (effect instanceof SourceEffect.Finish finish) {
            finish(finish.outcome());
        } else {
            tellPeer(effect);
        }
    }

    private void tellPeer(SourceEffect effect) {
        if (effect instanceof SourceEffect.SendStopped stopped) {
            SourceEvent.LookedLast look = stopped.look();
            send(new ControlMessage.Stopped(
                    request.migrationId(),
                    stopped.target(),
                    stopped.guard(),
                    look.counterAtStop(),
                    look.counterGfn(),
                    look.vmcoreinfo()));
        } else if (effect instanceof SourceEffect.SendYield) {
            sendUntilAnswered(new ControlMessage.Yield(request.migrationId()));
        } else if (effect instanceof SourceEffect.SendKeep keep) {
            sendUntilAnswered(new ControlMessage.Keep(request.migrationId(), cut(keep.reason())));
        } else if (effect instanceof SourceEffect.SendDone) {
            sendUntilAnswered(new ControlMessage.Done(request.migrationId(), view.provisionalReportJson()));
        } else if (effect instanceof SourceEffect.Reconnect) {
            unanswered.ifPresent(message -> errands.deliver(request.destinationName(), message, this::answered));
        } else {
            throw new IllegalStateException("no way to carry out " + effect);
        }
    }

    private void decide(SourceEffect.Decide decide) {
        host.journal()
                .append(
                        switch (decide.decision()) {
                            case KEEP -> new JournalRecord.Keep(request.migrationId(), "", refuseInHand);
                            case YIELD -> new JournalRecord.Yield(request.migrationId(), "");
                            case TAKE, REFUSE, NONE, UNKNOWN ->
                                throw new IllegalStateException("a source never decides " + decide.decision());
                        });
        LOG.info("decided: {}", decide.decision());
    }

    private void ask(Function<GuardWork, SourceEvent> question) {
        loop.work(
                () -> loop.post(question.apply(
                        new GuardWork(host, request.migrationId().toString(), pair.target(), pair.guard()))),
                this::failed);
    }

    private void rollBack() {
        loop.work(
                () -> {
                    List<SaveRun> saves = streams.close();
                    loop.post(
                            saves.isEmpty() && !view.restarted()
                                    ? new SourceEvent.RolledBack(false, "Nothing was changed.")
                                    : new RollBack(
                                                    host,
                                                    pair,
                                                    request.migrationId().toString())
                                            .run(saves));
                },
                e -> loop.post(new SourceEvent.RolledBack(
                        true, "The roll-back failed and the daemon tries again at its next start: " + e.getMessage())));
    }

    private void cleanUp() {
        for (Member member : List.of(Member.GUARD, Member.TARGET)) {
            if (pair.isHere(host.hypervisor(), member)) {
                host.hypervisor().destroy(pair.domid(member), host.deadlines().destroy());
            }
        }
        host.journal().append(new JournalRecord.Unpair(pair.facts().targetUuid()));
        loop.post(new SourceEvent.CleanedUp());
    }

    private void finish(SourceEffect.Outcome outcome) {
        MigrationReport report = view.report(outcome);
        boolean lost = !outcome.completed() && outcome.code() == ErrorCode.GUARD_LOST;
        if (outcome.completed() || (refuseInHand && !lost)) {
            close();
        } else if (!lost) {
            unanswered.ifPresentOrElse(
                    keep -> errands.deliver(request.destinationName(), keep, ignored -> close()), this::close);
        }
        result.complete(report);
    }

    private void close() {
        host.journal().append(new JournalRecord.Closed(request.migrationId()));
    }

    private void send(ControlMessage message) {
        Peer open = peer;
        if (open != null) {
            open.send(message);
        }
    }

    private void sendUntilAnswered(ControlMessage message) {
        unanswered = Optional.of(message);
        send(message);
    }

    private void answered(ControlMessage answer) {
        Arrays.stream(SourceMigration.events(answer)).forEach(event -> {
            if (event instanceof SourceEvent.Refused) {
                refused();
            }
            loop.post(event);
        });
    }

    private void failed(RuntimeException e) {
        ErrorCode code = e instanceof Refusal refusal ? refusal.code() : ErrorCode.ROLLED_BACK;
        loop.post(new SourceEvent.Failed(code, cut(String.valueOf(e.getMessage()))));
    }

    private Peer peer() {
        Peer open = peer;
        if (open == null) {
            throw new Refusal(ErrorCode.ROLLED_BACK, "There is no connection to the destination.");
        }
        return open;
    }

    private static String cut(String text) {
        return text.length() <= 1_900 ? text : text.substring(0, 1_900) + "...";
    }
}
