/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.guard.control.Challenge;
import org.vmcoupler.guard.control.Failure;
import org.vmcoupler.guard.control.Failure.Code;
import org.vmcoupler.guard.control.Reply;
import org.vmcoupler.guard.control.Request;
import org.vmcoupler.introspect.LeaseTimeoutException;
import org.vmcoupler.introspect.PageKind;
import org.vmcoupler.introspect.TargetMemory;
import org.vmcoupler.introspect.TargetMemoryException;

/**
 * The agent's state and what it sees. Requests come from one thread, turns of the watcher from another; both run under this object's monitor, a
 * turn for as long as one window takes to be mapped and scanned.
 */
final class GuardSession {

    private static final Logger LOG = Logger.getLogger(GuardSession.class.getName());

    /** Longest wait for readers when unmapping; rules for a bounded quiesce allow 500 ms in all. */
    private static final int UNMAP_MS = 400;

    private final TargetMemory memory = new TargetMemory();
    private final WatchedPages watched;
    private final ChallengeAnswer challenges = new ChallengeAnswer();
    private final CounterTrack track = new CounterTrack();
    private final Watcher watcher;
    private final MappingCheck mappings;
    private final LabSwitches lab;
    private final String version;
    private AgentState state = AgentState.IDLE;
    private String identity = "";
    private boolean searched;
    private @Nullable LastLook lastLook;
    private ChallengeAnswer.@Nullable Answer earlier;

    /** What the target was when it was seen last before a move. */
    private record LastLook(long counter, String contents) {}

    /**
     * Begins without a target.
     *
     * @param scan how long a scan of the whole target takes
     */
    GuardSession(ForeignMappings mappings, LabSwitches lab, String version, Duration scan) {
        this.watched = new WatchedPages(lab.has(LabSwitch.KEEP_VIEWS));
        this.watcher = new Watcher(memory, watched, scan, lab.has(LabSwitch.KEEP_VIEWS));
        this.mappings = new MappingCheck(mappings, lab.has(LabSwitch.SKIP_MAPPING_CHECK));
        this.lab = lab;
        this.version = version;
        challenges.warmUp();
    }

    /** Does what the request asks for, if the state permits it, and returns the reply. */
    synchronized Reply answer(Request request) {
        AgentState before = state;
        Reply reply;
        if (!state.permits(request.operation())) {
            reply = refused(request, new Failure(Code.WRONG_STATE, "not possible when " + state.wireName()));
        } else {
            try {
                reply = perform(request);
                state = staysParked(request) ? state : state.after(request.operation());
            } catch (FailureException e) {
                state = state.after(request.operation(), e.failure().code());
                if (state == AgentState.IDLE) {
                    letGo();
                }
                reply = refused(request, e.failure());
            }
        }
        if (state != before) {
            LOG.info(before.wireName() + " -> " + state.wireName() + " by "
                    + request.operation().wireName() + " " + request.id() + ", domid " + memory.domid());
        }
        notifyAll();
        return describe(reply);
    }

    private boolean staysParked(Request request) {
        return state == AgentState.PREPARED && request instanceof Request.Watch watch && watch.parked();
    }

    /** Adds what every reply tells. */
    synchronized Reply describe(Reply reply) {
        return reply.with("state", state.wireName())
                .with("domid", memory.domid())
                .with("agent", version);
    }

    private static Reply refused(Request request, Failure failure) {
        LOG.warning(() -> request.operation().wireName() + " " + request.id() + " refused: " + failure);
        return Reply.failed(request.id(), request.operation().wireName(), failure);
    }

    private Reply perform(Request request) throws FailureException {
        if (request instanceof Request.Remap remap) {
            return remap(remap);
        }
        if (request instanceof Request.Watch watch) {
            return watch(watch);
        }
        if (request instanceof Request.Prepare prepare) {
            return prepare(prepare);
        }
        return request instanceof Request.Quiesce quiesce ? quiesce(quiesce) : status(request);
    }

    private Reply status(Request request) {
        return Reply.done(request)
                .with("windows", memory.mappedWindows())
                .with("mappedPages", mappedPages())
                .with("holes", memory.holes())
                .with("counterGfn", watched.counterGfn())
                .with("counter", track.last())
                .with("looks", track.looks())
                .with("largestStep", track.largestStep())
                .with("viewAgeMs", viewAgeMs())
                .with("labSwitches", lab.names());
    }

    private long viewAgeMs() {
        long nanos = state == AgentState.WATCHING ? memory.oldestViewNanos() : -1;
        return nanos < 0 ? -1 : nanos / 1_000_000;
    }

    private Reply remap(Request.Remap request) throws FailureException {
        unmapEverything();
        if (request.anew()) {
            forgetTarget();
        }
        memory.attach(request.domid(), request.pages());
        try {
            if (!searched) {
                mapAllAndSearch();
                searched = true;
            }
            watched.map(request.domid());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        watcher.restart();
        return look(request, request.challenge());
    }

    /** What comes next is another target: where its watched pages are is searched for, and whatever it looks like is its identity. */
    private void forgetTarget() {
        searched = false;
        identity = "";
        lastLook = null;
        track.targetIsNew();
    }

    /** The first time: where the watched pages are has to be found out. Later the watcher searches, as the target's downtime does not wait for it. */
    private void mapAllAndSearch() throws TargetMemoryException, FailureException {
        boolean more = true;
        while (more) {
            more = memory.mapNext();
        }
        if (memory.mappedPages() == 0) {
            throw new FailureException(
                    Code.MAP_FAILED,
                    "none of the " + memory.pages() + " frames of domain " + memory.domid() + " is there");
        }
        for (PageKind kind : PageKind.values()) {
            OptionalLong found = OptionalLong.empty();
            for (int i = 0; i < memory.windows() && found.isEmpty(); i++) {
                found = memory.find(i, kind);
            }
            watched.remember(kind, found);
        }
    }

    private Reply watch(Request.Watch request) throws FailureException {
        memory.grow(request.pages());
        try {
            watched.map(memory.domid());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        return look(request, request.challenge());
    }

    /** Takes a look that answers the challenge; what is mapped now was mapped for it. */
    private Reply look(Request request, Challenge challenge) throws FailureException {
        ChallengeAnswer.Answer answer = answer(challenge, isFrozen());
        if (lab.has(LabSwitch.STALE_READY)) {
            ChallengeAnswer.Answer old = earlier;
            earlier = answer;
            answer = request instanceof Request.Remap && old != null ? old : answer;
        }
        track.look(counter());
        String seen = watched.identity();
        if (identity.isEmpty()) {
            identity = seen;
        } else if (!identity.equals(seen)) {
            throw new FailureException(
                    Code.IDENTITY_CHANGED,
                    "VMCOREINFO was " + identity + ", is " + (seen.isEmpty() ? "not found" : seen));
        }
        return Reply.done(request)
                .with("proof", answer.proof())
                .with("planted", answer.planted())
                .with("counterGfn", watched.counterGfn())
                .with("counter", track.last())
                .with("mappedPages", mappedPages())
                .with("holes", memory.holes())
                .with("largestStep", track.largestStep())
                .with("vmcoreinfo", seen)
                .with("watched", contents());
    }

    private ChallengeAnswer.Answer answer(Challenge challenge, boolean plantedIsLost) throws FailureException {
        try {
            return challenges.answer(memory.domid(), challenge, plantedIsLost);
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
    }

    private Reply prepare(Request.Prepare request) throws FailureException {
        if (lab.has(LabSwitch.LATE_PREPARE)) {
            beLate();
        }
        try {
            memory.unmapAll(UNMAP_MS);
        } catch (LeaseTimeoutException e) {
            throw new FailureException(Code.LEASE_TIMEOUT, "a check still reads: " + e.getMessage());
        }
        track.look(counter());
        if (lab.has(LabSwitch.UNMAP_EARLY)) {
            lastLook = new LastLook(track.last(), watched.contents());
            unmapEverything();
        }
        mappings.warmUp();
        return Reply.done(request)
                .with("nonce", request.nonce())
                .with("windows", watched.mappedPages() > 0 ? 1 : 0)
                .with("counter", track.last());
    }

    private void beLate() {
        long end = System.nanoTime() + LabSwitches.LATE.toNanos();
        try {
            for (long leftNs = end - System.nanoTime(); leftNs > 0; leftNs = end - System.nanoTime()) {
                wait(leftNs / 1_000_000 + 1); // the watcher has its turns meanwhile
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply quiesce(Request.Quiesce request) throws FailureException {
        boolean blind = lab.has(LabSwitch.UNMAP_EARLY) && state == AgentState.PREPARED;
        if (state != AgentState.QUIESCED && !blind) {
            try {
                watched.map(memory.domid());
            } catch (TargetMemoryException e) {
                throw mapFailed(e);
            }
            track.look(counter());
            lastLook = new LastLook(track.last(), watched.contents());
        }
        ChallengeAnswer.Answer answer = request.challenge().isPresent()
                ? answer(request.challenge().get(), isFrozen() || blind)
                : new ChallengeAnswer.Answer("", "");
        long start = System.nanoTime();
        unmapEverything();
        long unmapMs = (System.nanoTime() - start) / 1_000_000;
        refuseForeignMappings();
        LastLook look = lastLook;
        return Reply.done(request)
                .with("counter", look == null ? -1 : look.counter())
                .with("counterGfn", watched.counterGfn())
                .with("watched", look == null ? "" : look.contents())
                .with("proof", answer.proof())
                .with("planted", answer.planted())
                .with("unmapMs", unmapMs);
    }

    private void refuseForeignMappings() throws FailureException {
        Optional<ForeignMappings.Holder> holder = mappings.holder();
        if (holder.isPresent()) {
            ForeignMappings.Holder found = holder.get();
            Failure failure = new Failure(
                    Code.FOREIGN_MAPPING,
                    "process " + found.pid() + " (" + found.comm() + ") maps foreign memory: " + found.what(),
                    found.pid(),
                    found.comm());
            LOG.warning(failure::message); // should the way back fail, that is what the reply tells of
            watchAgain();
            throw new FailureException(failure);
        }
    }

    /** Goes back to the domain that was watched; the watcher maps the windows one by one. */
    private void watchAgain() throws FailureException {
        memory.attach(memory.domid(), memory.pages());
        try {
            watched.map(memory.domid());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        watcher.restart();
    }

    private void unmapEverything() throws FailureException {
        try {
            memory.unmapAll(UNMAP_MS);
            watched.unmap(UNMAP_MS);
        } catch (LeaseTimeoutException e) {
            throw new FailureException(Code.LEASE_TIMEOUT, "a check still reads: " + e.getMessage());
        }
    }

    /** After a failure that ends the watching: what cannot be let go of now is tried again by the next request. */
    private void letGo() {
        try {
            unmapEverything();
        } catch (FailureException e) {
            LOG.log(Level.WARNING, "after a failed request", e);
        }
    }

    private static FailureException mapFailed(TargetMemoryException cause) {
        return new FailureException(Code.MAP_FAILED, String.valueOf(cause.getMessage()));
    }

    private long mappedPages() {
        return Math.max(memory.mappedPages(), watched.mappedPages());
    }

    private boolean isFrozen() {
        return lab.has(LabSwitch.FROZEN_VIEW) && lastLook != null;
    }

    private String contents() {
        LastLook look = lastLook;
        return lab.has(LabSwitch.FROZEN_VIEW) && look != null ? look.contents() : watched.contents();
    }

    private long counter() {
        LastLook look = lastLook;
        return lab.has(LabSwitch.FROZEN_VIEW) && look != null ? look.counter() : watched.counter();
    }

    /** Waits for the next turn of the watcher and takes it: a sample each 10 ms while the target is seen, nothing otherwise. */
    synchronized void turn() throws InterruptedException {
        long due = System.nanoTime() + Watcher.SAMPLE_MS * 1_000_000;
        while (!sees() || System.nanoTime() - due < 0) {
            wait(sees() ? Watcher.SAMPLE_MS : 0);
        }
        track.look(counter());
        watcher.turn(state == AgentState.WATCHING);
        if (identity.isEmpty() && watched.knows(PageKind.VMCOREINFO)) {
            identity = watched.identity();
        }
    }

    private boolean sees() {
        return state == AgentState.WATCHING || state == AgentState.PREPARED;
    }
}
