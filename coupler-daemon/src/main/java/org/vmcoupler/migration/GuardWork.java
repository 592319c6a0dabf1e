/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.ChallengeProof;
import org.vmcoupler.guardlink.CounterPage;
import org.vmcoupler.guardlink.GuardFailure;
import org.vmcoupler.guardlink.GuardLink;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.guardlink.GuardRequest;
import org.vmcoupler.guardlink.GuardSilent;
import org.vmcoupler.guardlink.GuardStanding;
import org.vmcoupler.guardlink.TargetRam;
import org.vmcoupler.hypervisor.Domid;

/**
 * What is asked of the guard of one pair on this host. Every method blocks and throws {@link Refusal} with a sentence if the guard fails, is
 * silent, or proves nothing.
 */
public final class GuardWork {

    private static final Logger LOG = LoggerFactory.getLogger(GuardWork.class);

    private final HostParts host;
    private final String mid;
    private final Domid target;
    private final GuardLink link;

    /** Speaks for {@code mid}, a migration's id or a pair's. */
    public GuardWork(HostParts host, String mid, Domid target, Domid guard) {
        this(host, mid, target, guard, 0);
    }

    /**
     * Speaks to a guard that may have come from another host.
     *
     * @param doneThere number of that host's last request to it, 0 if it has always been here
     */
    GuardWork(HostParts host, String mid, Domid target, Domid guard, long doneThere) {
        this.host = host;
        this.mid = mid;
        this.target = target;
        this.link = host.guards().to(guard, doneThere);
    }

    /** Returns how the agent is. */
    public GuardReply.Status status() {
        return answered(
                () -> link.request(
                        mid, new GuardRequest.Status(), host.deadlines().guard()),
                ErrorCode.GUARD_NOT_ALIVE);
    }

    /** Lets the guard map the target that it had, and returns its proven look. */
    public GuardReply.Look remap(boolean targetStands, Duration deadline) {
        return remap(targetStands, false, deadline);
    }

    /**
     * Lets the guard map a target, and returns its proven look.
     *
     * @param anew it is another one than the guard had, so that it need not look the same
     */
    public GuardReply.Look remap(boolean targetStands, boolean anew, Duration deadline) {
        return alone(deadline, left -> {
            long fromNs = System.nanoTime();
            try (ChallengeProof proof = draw(targetStands)) {
                GuardRequest.Remap request = new GuardRequest.Remap(target, ramFrames(), anew, proof.challenge());
                GuardReply.Look look = answered(() -> link.request(mid, request, left), ErrorCode.LOOK_NOT_PROVEN);
                return proven(proof.verify(look), look, fromNs, "remap");
            }
        });
    }

    /** Returns a fresh proven look of a guard that watches. */
    public GuardReply.Look watch(boolean targetStands, Duration deadline) {
        return watch(targetStands, () -> false, deadline);
    }

    /**
     * Returns a fresh proven look of a guard that watches.
     *
     * @param parked tells, when nobody else asks the guard, whether checks that wait for the last look go on to wait; what it throws is thrown
     */
    public GuardReply.Look watch(boolean targetStands, BooleanSupplier parked, Duration deadline) {
        return alone(deadline, left -> {
            boolean staysParked = parked.getAsBoolean();
            long fromNs = System.nanoTime();
            try (ChallengeProof proof = draw(targetStands)) {
                GuardRequest.Watch request = new GuardRequest.Watch(ramFrames(), staysParked, proof.challenge());
                GuardReply.Look look = answered(() -> link.request(mid, request, left), ErrorCode.LOOK_NOT_PROVEN);
                boolean parks = look.standing().state() == GuardStanding.State.PREPARED;
                return proven(
                        staysParked ? proof.verifyParked(look) : proof.verify(look),
                        look,
                        fromNs,
                        parks ? "parked" : "watch");
            }
        });
    }

    /**
     * Returns a fresh proven look, of a guard that watches no more too: an agent that was restarted, or whose last look failed, is told to map the
     * target again, which proves as much.
     */
    public GuardReply.Look watchAgain(boolean targetStands, Duration deadline) {
        try {
            return watch(targetStands, deadline);
        } catch (Refusal e) {
            if (!(e.getCause() instanceof GuardFailure failure) || failure.code() != GuardFailure.Code.WRONG_STATE) {
                throw e;
            }
            LOG.warn("the guard watches no more and is told to map its target again: {}", failure.getMessage());
        }
        return remap(targetStands, deadline);
    }

    /** Draws a challenge for a guard that does not run yet; {@code afterWrite} starts it. */
    GuardReply.Look remapOnStart(java.util.Map<String, String> nodes, Runnable afterWrite, Duration deadline) {
        return alone(deadline, left -> {
            long fromNs = System.nanoTime();
            try (ChallengeProof proof = draw(true)) {
                GuardRequest.Remap request = new GuardRequest.Remap(target, ramFrames(), false, proof.challenge());
                GuardLink.Asked<GuardReply.Look> asked = link.writeInAdvance(mid, request, nodes);
                afterWrite.run();
                GuardReply.Look look = answered(() -> link.awaitReply(asked, left), ErrorCode.LOOK_NOT_PROVEN);
                return proven(proof.verify(look), look, fromNs, "ready");
            }
        });
    }

    /** Lets the guard park its checks. */
    void prepare() {
        answered(
                () -> link.request(
                        mid,
                        new GuardRequest.Prepare(ChallengeProof.nonce(host.random())),
                        host.deadlines().guard()),
                ErrorCode.ROLLED_BACK);
    }

    /** Lets the guard map nothing of its target any more, which has ended. */
    public void letGo() {
        answered(
                () -> link.request(
                        mid,
                        new GuardRequest.Quiesce(Optional.empty()),
                        host.deadlines().quiesce()),
                ErrorCode.GUARD_NOT_ALIVE);
    }

    /** Returns the number of the last request to this guard. */
    public long lastSequence() {
        return link.lastSequence();
    }

    /** Reads the stopped target's counter, lets the guard look last and unmap everything, and compares the two. */
    SourceEvent.LookedLast lookLast(String vmcoreinfo) {
        long fromNs = System.nanoTime();
        GuardReply.Quiesced quiesced = lastLook();
        long gfn = quiesced.counter().gfn();
        long atStop = counter(gfn).orElse(-1);
        LOG.info(
                "last look: counter {} by the guard, {} by dom0, unmapped in {} ms",
                quiesced.counter().value(),
                atStop,
                quiesced.unmapMs());
        if (quiesced.counter().value() != atStop) {
            throw new Refusal(
                    ErrorCode.LOOK_NOT_PROVEN,
                    "The guard's last look saw the counter at "
                            + quiesced.counter().value() + ", dom0 sees " + atStop + ".");
        }
        host.lab().looks().ifPresent(record -> record.proven(fromNs, target, "last", mid));
        return new SourceEvent.LookedLast(atStop, gfn, vmcoreinfo, quiesced.watched(), link.lastSequence());
    }

    private GuardReply.Quiesced lastLook() {
        return alone(host.deadlines().quiesce(), left -> {
            // The planted value only: what counts is that the guard still maps this target, and the downtime has begun.
            try (ChallengeProof proof = draw(false)) {
                GuardRequest.Quiesce request = new GuardRequest.Quiesce(Optional.of(proof.challenge()));
                GuardReply.Quiesced look = answered(() -> link.request(mid, request, left), ErrorCode.ROLLED_BACK);
                proof.verify(look).ifPresent(problem -> {
                    throw new Refusal(ErrorCode.LOOK_NOT_PROVEN, "At its last look: " + problem);
                });
                return look;
            }
        });
    }

    /** Returns the target's counter as dom0 reads it; empty if there is none at this frame. */
    OptionalLong counter(long gfn) {
        return gfn < 0 ? OptionalLong.empty() : CounterPage.read(host.hypervisor(), target, gfn);
    }

    private long ramFrames() {
        return TargetRam.frames(host.hypervisor(), target);
    }

    private ChallengeProof draw(boolean targetStands) {
        return targetStands
                ? ChallengeProof.ofStopped(host.hypervisor(), target, java.util.Set.of(), host.random())
                : ChallengeProof.ofRunning(host.hypervisor(), target, host.random());
    }

    private <T> T alone(Duration deadline, Function<Duration, T> task) {
        return answered(() -> link.alone(deadline, task), ErrorCode.LOOK_NOT_PROVEN);
    }

    private GuardReply.Look proven(Optional<String> problem, GuardReply.Look look, long fromNs, String kind) {
        if (problem.isPresent()) {
            throw new Refusal(ErrorCode.LOOK_NOT_PROVEN, problem.get());
        }
        host.lab().looks().ifPresent(record -> record.proven(fromNs, target, kind, mid));
        return look;
    }

    private static <T> T answered(java.util.function.Supplier<T> request, ErrorCode code) {
        try {
            return request.get();
        } catch (GuardFailure e) {
            ErrorCode named = e.code() == GuardFailure.Code.FOREIGN_MAPPING ? ErrorCode.FOREIGN_MAPPING : code;
            throw new Refusal(named, sentence(e), e);
        } catch (GuardSilent e) {
            throw new Refusal(code, sentence(e), e);
        }
    }

    private static String sentence(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }
}
