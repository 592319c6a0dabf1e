/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;

/**
 * What is asked of the guard of one pair on this host. Every method blocks and throws {@link Refusal} with a sentence if the guard fails, is
 * silent, or proves nothing.
 */
public final class GuardWork {

    private static final Logger LOG = LoggerFactory.getLogger(GuardWork.class);

    private static final long LOW_FRAMES = 0xF000_0000L / Frame.BYTES;
    private static final long HIGH_START_FRAME = (1L << 32) / Frame.BYTES;

    private final HostParts host;
    private final String mid;
    private final Domid target;
    private final GuardLink link;

    /** Speaks for {@code mid}, a migration's id or a pair's. */
    public GuardWork(HostParts host, String mid, Domid target, Domid guard) {
        this.host = host;
        this.mid = mid;
        this.target = target;
        this.link = new GuardLink(host.hypervisor().xenstore(), guard, host.clock());
    }

    /** Returns how the agent is. */
    public GuardReply.Status status() {
        return answered(
                () -> link.request(
                        mid, new GuardRequest.Status(), host.deadlines().guard()),
                ErrorCode.GUARD_NOT_ALIVE);
    }

    /** Lets the guard map the target, and returns its proven look. */
    public GuardReply.Look remap(boolean targetStands, Duration deadline) {
        try (ChallengeProof proof = draw(targetStands)) {
            GuardRequest.Remap request = new GuardRequest.Remap(target, ramFrames(), proof.challenge());
            return proven(proof, answered(() -> link.request(mid, request, deadline), ErrorCode.LOOK_NOT_PROVEN));
        }
    }

    /** Returns a fresh proven look. */
    public GuardReply.Look watch(boolean targetStands, Duration deadline) {
        try (ChallengeProof proof = draw(targetStands)) {
            GuardRequest.Watch request = new GuardRequest.Watch(proof.challenge());
            return proven(proof, answered(() -> link.request(mid, request, deadline), ErrorCode.LOOK_NOT_PROVEN));
        }
    }

    /** Draws a challenge for a guard that does not run yet; {@code afterWrite} starts it. */
    GuardReply.Look remapOnStart(java.util.Map<String, String> nodes, Runnable afterWrite, Duration deadline) {
        try (ChallengeProof proof = draw(true)) {
            GuardRequest.Remap request = new GuardRequest.Remap(target, ramFrames(), proof.challenge());
            GuardLink.Asked<GuardReply.Look> asked = link.writeInAdvance(mid, request, nodes);
            afterWrite.run();
            return proven(proof, answered(() -> link.awaitReply(asked, deadline), ErrorCode.LOOK_NOT_PROVEN));
        }
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

    /** Reads the stopped target's counter, lets the guard look last and unmap everything, and compares the two. */
    SourceEvent.LookedLast lookLast(String vmcoreinfo) {
        GuardReply.Quiesced quiesced = answered(
                () -> link.request(
                        mid, new GuardRequest.Quiesce(), host.deadlines().quiesce()),
                ErrorCode.ROLLED_BACK);
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
        return new SourceEvent.LookedLast(atStop, gfn, vmcoreinfo);
    }

    /** Returns the target's counter as dom0 reads it; empty if there is none at this frame. */
    OptionalLong counter(long gfn) {
        return gfn < 0 ? OptionalLong.empty() : CounterPage.read(host.hypervisor(), target, gfn);
    }

    /**
     * Returns how many frames from 0 on hold the target's RAM. The highest frame of all lies far above, as a PVH domain's special pages end at
     * 4 GiB. Source: Xen tools/libs/guest/xg_dom_x86.c, meminit_hvm; tools/include/xenguest.h, HVM_BELOW_4G_RAM_END.
     */
    private long ramFrames() {
        DomainInfo info = host.hypervisor()
                .domain(target)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "Target domain " + target + " is gone."));
        long frames = info.memoryKb() * 1024 / Frame.BYTES;
        return frames <= LOW_FRAMES ? frames : frames + HIGH_START_FRAME - LOW_FRAMES;
    }

    private ChallengeProof draw(boolean targetStands) {
        return targetStands
                ? ChallengeProof.ofStopped(host.hypervisor(), target, java.util.Set.of(), host.random())
                : ChallengeProof.ofRunning(host.hypervisor(), target, host.random());
    }

    private static GuardReply.Look proven(ChallengeProof proof, GuardReply.Look look) {
        Optional<String> problem = proof.verify(look);
        if (problem.isPresent()) {
            throw new Refusal(ErrorCode.LOOK_NOT_PROVEN, problem.get());
        }
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
