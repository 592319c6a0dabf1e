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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.StreamEnds;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.JournalRecord;
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

/** One domain's restore: the relay of its stream, libxl, and the shim in its helper. What happens becomes events. */
final class RestoreRun implements ShimListener {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreRun.class);
    private static final Duration POLL = Duration.ofMillis(20);

    private final HostParts host;
    private final RelaySetup setup;
    private final Member member;
    private final DomainConfig config;
    private final Consumer<DestinationEvent> events;
    private final CompletableFuture<@Nullable Void> returned = new CompletableFuture<>();
    private volatile @Nullable StreamRelay relay;
    private volatile @Nullable ShimSession session;
    private volatile @Nullable Domid domid;
    private volatile boolean aborted;

    RestoreRun(
            HostParts host, RelaySetup setup, Member member, DomainConfig config, Consumer<DestinationEvent> events) {
        this.host = host;
        this.setup = setup;
        this.member = member;
        this.config = config;
        this.events = events;
    }

    /** Restores, and blocks until the domain is there, paused, or the restore has failed. Whatever happens, all descriptors are closed. */
    void run(Channel data) {
        try {
            StreamEnds ends = newStream(data);
            restore(ends, open(ends, data));
        } catch (JournalDeadException e) {
            DeadJournal.halt(e);
        } catch (IOException | RuntimeException e) {
            LOG.debug("restore of {} failed", member.word(), e);
            fail("The restore of the " + member.word() + " failed: " + cause(e) + ".");
        } finally {
            StreamRelay stream = relay;
            if (stream != null) {
                stream.abort("the restore has ended");
            }
            returned.complete(null);
        }
    }

    private StreamEnds newStream(Channel data) {
        try {
            return host.hypervisor().newStream();
        } catch (HypervisorException e) {
            data.close();
            throw e;
        }
    }

    /** Hands the relay's end and the data connection to the relay; libxl's end is closed if that fails. */
    private StreamRelay open(StreamEnds ends, Channel data) throws IOException {
        try {
            StreamRelay stream = StreamRelay.atDestination(setup, data, ends.relayFd());
            relay = stream;
            return stream;
        } catch (IOException | RuntimeException e) {
            host.hypervisor().closeStream(ends.libxlFd());
            throw e;
        }
    }

    private void restore(StreamEnds ends, StreamRelay stream) {
        boolean handedOn = false;
        Domid made;
        try (Expectation expectation = host.shims().expect(ends.libxlInode(), ShimRole.RESTORE, this)) {
            if (aborted) {
                throw new HypervisorException("the migration has ended already");
            }
            stream.open();
            LOG.info("restore of {} begins", member.word());
            handedOn = true;
            made = host.hypervisor().restore(config, ends.libxlFd());
        } finally {
            if (!handedOn) {
                host.hypervisor().closeStream(ends.libxlFd());
            }
        }
        Domid said = domid;
        domid = made;
        if (!made.equals(said)) {
            throw new HypervisorException("its helper has not said HELLO for domain " + made + " but for " + said);
        }
        StreamSummary summary = stream.result().join();
        LOG.info("restore of {} has ended: domid {}, {} bytes", member.word(), made, summary.bytes());
        events.accept(new DestinationEvent.Restored(member, new StreamDigest(summary.bytes(), summary.digest())));
    }

    /** The restore will not begin. */
    void never(Throwable cause) {
        fail("The data connection of the " + member.word() + " did not come: " + cause(cause) + ".");
        returned.complete(null);
    }

    /** Ends the restore and waits until libxl has returned; tells whether it has. */
    boolean abort(Duration deadline) {
        aborted = true;
        StreamRelay stream = relay;
        if (stream != null) {
            stream.abort("the pair is refused");
        }
        ShimSession open = session;
        if (open != null && !returned.isDone()) {
            open.close();
        }
        if (!Poll.until(returned::isDone, deadline, POLL) && open != null) {
            LOG.warn("the restore helper of {} does not end by itself and is killed", member.word());
            open.process().kill();
        }
        return Poll.until(returned::isDone, Duration.ofSeconds(5), POLL);
    }

    /** Returns the domain's number, once it exists. */
    Optional<Domid> domid() {
        return Optional.ofNullable(domid);
    }

    @Override
    public void hello(ShimSession helper, ShimMessage.Hello hello) {
        session = helper;
        host.workers().execute(() -> admit(helper, hello));
    }

    /** Lets the helper go on once its domain and its process are in the journal, where a restarted daemon finds them. */
    private void admit(ShimSession helper, ShimMessage.Hello hello) {
        try {
            domid = hello.domid();
            HelperProcess process = helper.process();
            String bootId = host.hypervisor().host().bootId();
            host.journal()
                    .append(new JournalRecord.Domain(
                            setup.migrationId(), member, hello.domid().value(), config.uuid(), bootId));
            host.journal()
                    .append(new JournalRecord.Helper(setup.migrationId(), process.pid(), process.startTicks(), bootId));
            helper.answer(aborted ? ShimAnswer.ABORT : ShimAnswer.OK);
        } catch (JournalDeadException e) {
            DeadJournal.halt(e);
        } catch (RuntimeException e) {
            LOG.error("the restore helper of {} cannot be admitted", member.word(), e);
            fail("The restore of the " + member.word() + " cannot be recorded: " + cause(e) + ".");
            helper.answer(ShimAnswer.ABORT);
        }
    }

    @Override
    public void asked(ShimSession helper, ShimMessage question) {
        boolean paused = question instanceof ShimMessage.Paused answer && answer.paused();
        helper.answer(paused ? ShimAnswer.OK : ShimAnswer.ABORT);
    }

    @Override
    public void done(int rc, int errno) {
        LOG.info("restore helper of {} is done: rc {}, errno {}", member.word(), rc, errno);
    }

    @Override
    public void closed() {
        LOG.debug("restore helper of {} has closed", member.word());
    }

    private void fail(String sentence) {
        if (!aborted) {
            events.accept(new DestinationEvent.Failed(ErrorCode.ROLLED_BACK, sentence));
        }
    }

    private static String cause(Throwable e) {
        Throwable root = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
