/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack.Result;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.savehelper.ForeignSaves;

/** Carries out the effects of one migration at its source. {@link #carryOut} is called by the migration's thread only. */
final class SourceWork {

    private static final Logger LOG = LoggerFactory.getLogger(SourceWork.class);

    private static final Both<String> NO_DEFINITIONS = new Both<>("", "");

    private final SourceMigration.Setting setting;
    private final HostParts host;
    private final PairHere pair;
    private final Request request;
    private final Loop<SourceEvent> loop;
    private final SourceView view;
    private final SourceStreams streams;
    private final PeerLink link;
    private final StopEvidence stop;
    private final ForeignSaves othersSaves = new ForeignSaves();
    private final CompletableFuture<MigrationReport> result = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> freed = new CompletableFuture<>();
    private Both<String> definitions = NO_DEFINITIONS;
    private volatile boolean stopping;
    private String vmcoreinfo = "";

    /** Makes it; what the peer answers over new connections goes to {@code answers}, on any thread. */
    SourceWork(
            SourceMigration.Setting setting,
            Loop<SourceEvent> loop,
            SourceView view,
            Bandwidth bandwidth,
            Consumer<ControlMessage> answers) {
        this.setting = setting;
        this.host = setting.host();
        this.pair = setting.pair();
        this.request = setting.request();
        this.loop = loop;
        this.view = view;
        this.streams = new SourceStreams(setting, loop, view, bandwidth);
        this.link = new PeerLink(setting, answers);
        this.stop = new StopEvidence(host.hypervisor(), pair);
        this.stopping = setting.left().filter(LeftBehind::stopping).isPresent();
    }

    void attach(Peer newPeer, String targetsVmcoreinfo) {
        link.attach(newPeer);
        vmcoreinfo = targetsVmcoreinfo;
    }

    UUID migrationId() {
        return request.migrationId();
    }

    /** Returns how the peer's clock stands to ours, while there is a connection that knows. */
    Optional<Peer.Clocks> clocks() {
        return link.clocks();
    }

    void answered(ControlMessage answer) {
        link.answered(answer);
    }

    void peerLost() {
        link.lost();
    }

    /** Nothing is left to be done. */
    void end() {
        link.close();
    }

    CompletableFuture<MigrationReport> result() {
        return result;
    }

    CompletableFuture<@Nullable Void> freed() {
        return freed;
    }

    /** Lets libvirt here forget what the destination's libvirt has now, then posts {@code next}. Tells whether it does. */
    boolean leaveDefinitions(ControlMessage.Closed closed, SourceEvent next) {
        Both<String> sent = definitions;
        definitions = NO_DEFINITIONS;
        if (sent.equals(NO_DEFINITIONS)) {
            return false;
        }
        loop.work(
                () -> {
                    if (host.journal().state().pairs().containsKey(pair.facts().targetUuid())) {
                        LOG.info("the pair has come back meanwhile: libvirt's definitions stay here");
                    } else {
                        host.definitions().leaveSource(pair.facts(), sent, new Both<>(closed.target(), closed.guard()));
                    }
                    loop.post(next);
                },
                e -> loop.post(next));
        return true;
    }

    void carryOut(SourceEffect effect) {
        if (effect instanceof SourceEffect.Note note) {
            LOG.info("{}", note.text());
        } else if (effect instanceof SourceEffect.Decide decide) {
            decide(decide);
        } else if (effect.durable()) {
            keepRecord(effect);
        } else if (effect instanceof SourceEffect.StartSaves start) {
            loop.work(() -> streams.start(start.accept(), link.peer()), this::failed);
        } else if (effect instanceof SourceEffect.Answer answer) {
            streams.answer(answer.member(), answer.reply());
        } else if (effect instanceof SourceEffect.PrepareGuard) {
            ask(guard -> {
                // twice: what was seen then needs no third look when the target has stopped
                othersSaves.scanAll();
                othersSaves.scan();
                savedByUsOnly();
                guard.prepare();
                return new SourceEvent.Prepared();
            });
        } else if (effect instanceof SourceEffect.LookLast) {
            ask(guard -> {
                stop.begin();
                othersSaves.scan();
                savedByUsOnly();
                return guard.lookLast(vmcoreinfo);
            });
        } else if (effect instanceof SourceEffect.CheckStop) {
            loop.work(() -> loop.post(new SourceEvent.StopChecked(ran())), this::failed);
        } else if (effect instanceof SourceEffect.RollBack) {
            rollBack();
        } else if (effect instanceof SourceEffect.CleanUp) {
            new CleanUp(host, pair, loop, this::ran).begin();
        } else if (effect instanceof SourceEffect.WatchForSuspend) {
            new LateSuspend(host, pair, loop, freed::isDone).watch();
        } else if (effect instanceof SourceEffect.FreePair) {
            freed.complete(null);
        } else if (effect instanceof SourceEffect.Finish finish) {
            result.complete(view.report(finish.outcome()));
        } else {
            tellPeer(effect);
        }
    }

    private void tellPeer(SourceEffect effect) {
        if (effect instanceof SourceEffect.SendStopped stopped) {
            SourceEvent.LookedLast look = stopped.look();
            if (host.lab().runOn()) {
                runOn();
            }
            link.send(new ControlMessage.Stopped(
                    request.migrationId(),
                    stopped.target(),
                    stopped.guard(),
                    look.counterAtStop(),
                    look.counterGfn(),
                    look.vmcoreinfo(),
                    look.watched(),
                    look.guardSequence()));
        } else if (effect instanceof SourceEffect.SendYield) {
            link.insistOnYield(new ControlMessage.Yield(request.migrationId()));
        } else if (effect instanceof SourceEffect.SendKeep keep) {
            link.insistOnKeep(new ControlMessage.Keep(request.migrationId(), cut(keep.reason())));
        } else if (effect instanceof SourceEffect.SendDone) {
            loop.work(
                    () -> {
                        Both<String> found = Both.of(member -> host.definitions()
                                .ofSource(pair.name(member), pair.facts().uuid(member)));
                        loop.run(() -> sendDone(found));
                    },
                    e -> loop.run(() -> sendDone(NO_DEFINITIONS)));
        } else {
            throw new IllegalStateException("no way to carry out " + effect);
        }
    }

    /** With libvirt's definitions as they are when the domains are gone. */
    private void sendDone(Both<String> carried) {
        definitions = carried;
        link.insistOnDone(new ControlMessage.Done(
                request.migrationId(), view.provisionalReportJson(), carried.target(), carried.guard()));
    }

    private void decide(SourceEffect.Decide decide) {
        host.journal()
                .append(
                        switch (decide.decision()) {
                            case KEEP -> new JournalRecord.Keep(request.migrationId(), "", decide.peerRefused());
                            case YIELD -> new JournalRecord.Yield(request.migrationId(), "");
                            case TAKE, REFUSE, NONE, UNKNOWN ->
                                throw new IllegalStateException("a source never decides " + decide.decision());
                        });
        LOG.info("decided: {}", decide.decision());
    }

    /** What a stop that does not last looks like: the target is saved, and runs. */
    private void runOn() {
        LOG.error("LAB: target {} runs on after its stop", pair.target());
        host.hypervisor().resume(pair.target());
        host.hypervisor().release(pair.target());
    }

    private long ran() {
        long ns = stop.ranNs();
        view.noteRan(ns);
        return ns;
    }

    private void ask(Function<GuardWork, SourceEvent> question) {
        loop.work(
                () -> loop.post(question.apply(
                        new GuardWork(host, request.migrationId().toString(), pair.target(), pair.guard()))),
                this::failed);
    }

    private void keepRecord(SourceEffect effect) {
        UUID id = request.migrationId();
        if (effect instanceof SourceEffect.RecordStopping) {
            stopping = true;
            host.journal().append(new JournalRecord.Stopping(id));
        } else if (effect instanceof SourceEffect.RecordRunning) {
            host.journal().append(new JournalRecord.Running(id));
        } else {
            host.journal().append(new JournalRecord.Closed(id));
        }
    }

    /**
     * A helper of somebody else takes the record of dirty pages from ours, which would lose pages. Asked while both domains still run, and once more
     * when the target has stopped; of one that came and went in between the shim knows.
     */
    private void savedByUsOnly() {
        for (Member member : Member.values()) {
            othersSaves.helpers(pair.domid(member).value()).forEach(save -> {
                ForeignSaves.end(save);
                throw new Refusal(
                        ErrorCode.ROLLED_BACK,
                        "Somebody saves or migrates the " + member.word() + " without this daemon: " + save.text()
                                + ", which was ended.");
            });
        }
    }

    private void rollBack() {
        loop.work(
                () -> {
                    List<RunningSave> saves = new ArrayList<>(streams.close());
                    setting.left().stream()
                            .flatMap(left -> left.helpers().stream())
                            .map(RunningSave::of)
                            .forEach(saves::add);
                    loop.post(
                            saves.isEmpty() && setting.left().isEmpty() && !stopping
                                    ? new SourceEvent.RolledBack(Result.WATCHED, "Nothing was changed.")
                                    : new RollBack(
                                                    host,
                                                    pair,
                                                    request.migrationId().toString(),
                                                    stopping)
                                            .run(saves));
                },
                e -> loop.post(new SourceEvent.RolledBack(
                        Result.GUARD_LOST,
                        "The roll-back failed and the daemon tries again at its next start: " + e.getMessage())));
    }

    private void failed(RuntimeException e) {
        ErrorCode code = e instanceof Refusal refusal ? refusal.code() : ErrorCode.ROLLED_BACK;
        loop.post(new SourceEvent.Failed(code, cut(String.valueOf(e.getMessage()))));
    }

    private static String cut(String text) {
        return text.length() <= 1_900 ? text : text.substring(0, 1_900) + "...";
    }
}
