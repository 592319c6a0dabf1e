/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.relay.RelayProgress;
import org.vmcoupler.relay.RelaySetup;
import org.vmcoupler.relay.StreamRelay;
import org.vmcoupler.relay.StreamSummary;
import org.vmcoupler.savehelper.Expectation;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.savehelper.ShimAnswer;
import org.vmcoupler.savehelper.ShimListener;
import org.vmcoupler.savehelper.ShimMessage;
import org.vmcoupler.savehelper.ShimRole;
import org.vmcoupler.savehelper.ShimSession;
import org.vmcoupler.time.Poll;

/** One domain's save: libxl, the shim in its helper, and the relay of its stream. What happens becomes events. */
final class SaveRun implements ShimListener, RunningSave {

    private static final Logger LOG = LoggerFactory.getLogger(SaveRun.class);

    /** ESTALE, with which the shim ends a save whose record of dirty pages others have emptied. Source: introspect-native, shim/log_dirty.c. */
    private static final int RECORD_LOST = 116;

    private static final long LAST_WORD_MS = 1_000;

    private final HostParts host;
    private final RelaySetup setup;
    private final Member member;
    private final Domid domid;
    private final Consumer<SourceEvent> events;
    private final CompletableFuture<@Nullable Void> returned = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> lastWord = new CompletableFuture<>();
    private volatile @Nullable StreamRelay relay;
    private volatile @Nullable ShimSession session;
    private volatile boolean aborted;

    SaveRun(HostParts host, RelaySetup setup, Member member, Domid domid, Consumer<SourceEvent> events) {
        this.host = host;
        this.setup = setup;
        this.member = member;
        this.domid = domid;
        this.events = events;
    }

    /** Saves, and blocks until the stream is written and has left this host, or the save has failed. */
    void run(Channel data) {
        try {
            StreamSummary summary = save(data);
            LOG.info("save of {} has ended: {} bytes", member.word(), summary.bytes());
            events.accept(new SourceEvent.Saved(member, new StreamDigest(summary.bytes(), summary.digest())));
        } catch (IOException | RuntimeException e) {
            failAfterTheLastWord("the save of the " + member.word() + " failed: " + cause(e));
        } finally {
            StreamRelay stream = relay;
            if (stream != null) {
                stream.abort("the save has ended");
            }
            returned.complete(null);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nothing left to close
    private StreamSummary save(Channel data) throws IOException {
        StreamEnds ends;
        try {
            ends = host.hypervisor().newStream();
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
        // From here on the relay owns its end and the connection, also if it cannot be made; libxl owns the other from
        // its call on.
        boolean handedOn = false;
        try {
            StreamRelay stream = StreamRelay.atSource(setup, ends.relayFd(), data);
            relay = stream;
            stream.result().whenComplete((summary, failure) -> {
                if (failure != null) {
                    failAfterTheLastWord("the stream of the " + member.word() + " broke: " + cause(failure));
                }
            });
            try (Expectation expectation = host.shims().expect(ends.libxlInode(), ShimRole.SAVE, this)) {
                if (aborted) {
                    throw new HypervisorException("it was ended before it began");
                }
                LOG.info("save of {} (domid {}) begins", member.word(), domid);
                handedOn = true;
                host.hypervisor().save(domid, ends.libxlFd());
            }
            return stream.result().join();
        } finally {
            if (!handedOn) {
                host.hypervisor().closeStream(ends.libxlFd());
            }
        }
    }

    /** Answers the pending question of the helper. */
    void answer(Reply reply) {
        ShimSession open = session;
        if (open != null) {
            open.answer(
                    switch (reply) {
                        case OK -> ShimAnswer.OK;
                        case CONTINUE -> ShimAnswer.CONTINUE;
                        case STOP -> ShimAnswer.STOP;
                        case SUSPEND -> ShimAnswer.SUSPEND;
                        case ABORT -> ShimAnswer.ABORT;
                    });
        }
    }

    /** Ends the save and waits until its helper is dead and libxl has returned; kills the helper if it does not end by itself. */
    @Override
    public boolean abort(Duration deadline) {
        aborted = true;
        ShimSession open = session;
        if (open != null) {
            open.close();
        }
        StreamRelay stream = relay;
        if (stream != null) {
            stream.abort("the migration is rolled back");
        }
        boolean ended = Poll.until(this::ended, deadline, POLL);
        ShimSession last = session;
        if (!ended && last != null) {
            LOG.warn("the save helper of {} does not end by itself and is killed", member.word());
            last.process().kill();
        }
        return Poll.until(this::ended, Duration.ofSeconds(5), POLL);
    }

    /** Returns where the stream stands, or empty before it began. */
    Optional<RelayProgress> progress() {
        return Optional.ofNullable(relay).map(StreamRelay::progress);
    }

    @Override
    public void hello(ShimSession helper, ShimMessage.Hello hello) {
        session = helper;
        host.workers().execute(() -> {
            try {
                admit(helper, hello);
            } catch (JournalDeadException e) {
                LOG.info("the daemon ends: {}", e.getMessage());
            } catch (RuntimeException e) {
                // Closed, it takes that as ABORT, whatever it was asking.
                helper.close();
                fail("the save helper of the " + member.word() + " cannot be admitted: " + cause(e));
            }
        });
    }

    private void admit(ShimSession helper, ShimMessage.Hello hello) {
        StreamRelay stream = relay;
        if (aborted || stream == null || !hello.domid().equals(domid)) {
            helper.answer(ShimAnswer.ABORT);
            fail("the save helper of the " + member.word() + " serves domain " + hello.domid() + " instead of "
                    + domid);
            return;
        }
        HelperProcess process = helper.process();
        host.journal()
                .append(new JournalRecord.Helper(
                        setup.migrationId(),
                        process.pid(),
                        process.startTicks(),
                        host.hypervisor().host().bootId()));
        helper.answer(ShimAnswer.OK);
        stream.open();
    }

    @Override
    public void asked(ShimSession helper, ShimMessage question) {
        if (question instanceof ShimMessage.Policy policy) {
            events.accept(new SourceEvent.PolicyAsked(
                    member, Lockstep.Count.of(policy.iteration(), policy.dirtyPages(), policy.deferredPages())));
        } else if (question instanceof ShimMessage.Suspend) {
            events.accept(new SourceEvent.SuspendAsked(member));
        } else if (question instanceof ShimMessage.Suspended suspended) {
            events.accept(new SourceEvent.Suspended(member, suspended.suspended(), suspended.paused()));
        } else {
            helper.answer(ShimAnswer.ABORT);
        }
    }

    @Override
    public void done(int rc, int errno) {
        LOG.info("save helper of {} is done: rc {}, errno {}", member.word(), rc, errno);
        if (rc != 0 && errno == RECORD_LOST) {
            fail(
                    "somebody has saved or migrated the " + member.word()
                            + " without this daemon, which has emptied Xen's record of what it writes, so that its copy could not be completed");
        }
    }

    @Override
    public void closed() {
        LOG.debug("save helper of {} has closed", member.word());
        lastWord.complete(null);
    }

    private boolean ended() {
        ShimSession open = session;
        return returned.isDone() && (open == null || !open.process().isAlive());
    }

    /** What the helper says of its end is the cause; that its stream breaks and libxl fails comes of it, and may be heard earlier. */
    private void failAfterTheLastWord(String what) {
        if (session == null) {
            fail(what);
        } else {
            lastWord.completeOnTimeout(null, LAST_WORD_MS, TimeUnit.MILLISECONDS)
                    .thenRun(() -> fail(what));
        }
    }

    private void fail(String what) {
        if (!aborted) {
            events.accept(new SourceEvent.Failed(
                    ErrorCode.ROLLED_BACK, Character.toUpperCase(what.charAt(0)) + what.substring(1) + "."));
        }
    }

    private static String cause(Throwable e) {
        Throwable root = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
