/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
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
    private final WatchedPages watched = new WatchedPages();
    private final ChallengeAnswer challenges = new ChallengeAnswer();
    private final CounterTrack track = new CounterTrack();
    private final Watcher watcher = new Watcher(memory, watched);
    private final ForeignMappings mappings;
    private final LabSwitches lab;
    private final String version;
    private AgentState state = AgentState.IDLE;
    private String identity = "";
    private @Nullable LastLook lastLook;

    /** What the target was when it was seen last before a move. */
    private record LastLook(long counter, String contents) {}

    GuardSession(ForeignMappings mappings, LabSwitches lab, String version) {
        this.mappings = mappings;
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
                state = state.after(request.operation());
            } catch (FailureException e) {
                state = state.after(e.failure().code());
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
        return request instanceof Request.Quiesce ? quiesce(request) : status(request);
    }

    private Reply status(Request request) {
        return Reply.done(request)
                .with("windows", memory.mappedWindows())
                .with("mappedPages", mappedPages())
                .with("holes", memory.holes())
                .with("counterGfn", watched.counterGfn())
                .with("counter", track.last())
                .with("looks", track.looks())
                .with("largestStep", track.largestStep());
    }

    private Reply remap(Request.Remap request) throws FailureException {
        unmapEverything();
        memory.attach(request.domid(), request.pages());
        try {
            if (!watched.knows(PageKind.COUNTER) && !watched.knows(PageKind.VMCOREINFO)) {
                mapAllAndSearch();
            }
            watched.map(request.domid());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        watcher.restart();
        Reply reply = look(request, request.challenge());
        String seen = watched.identity();
        if (!identity.isEmpty() && !identity.equals(seen)) {
            throw new FailureException(
                    Code.IDENTITY_CHANGED,
                    "VMCOREINFO was " + identity + ", is " + (seen.isEmpty() ? "not found" : seen));
        }
        return reply;
    }

    /** The first time: where the watched pages are has to be found out. */
    private void mapAllAndSearch() throws TargetMemoryException, FailureException {
        boolean more = true;
        while (more) {
            more = memory.mapNext();
        }
        if (memory.mappedPages() == 0) {
            throw mapFailed("none of the " + memory.pages() + " frames of domain " + memory.domid() + " is there");
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
        try {
            watched.map(memory.domid());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        return look(request, request.challenge());
    }

    /** Takes a look that answers the challenge; what is mapped now was mapped for it. */
    private Reply look(Request request, Challenge challenge) throws FailureException {
        ChallengeAnswer.Answer answer;
        try {
            answer = challenges.answer(memory.domid(), challenge, isFrozen());
        } catch (TargetMemoryException e) {
            throw mapFailed(e);
        }
        track.look(counter());
        if (identity.isEmpty()) {
            identity = watched.identity();
        }
        return Reply.done(request)
                .with("proof", answer.proof())
                .with("planted", answer.planted())
                .with("counterGfn", watched.counterGfn())
                .with("counter", track.last())
                .with("mappedPages", mappedPages())
                .with("holes", memory.holes())
                .with("largestStep", track.largestStep())
                .with("vmcoreinfo", watched.identity());
    }

    private Reply prepare(Request.Prepare request) throws FailureException {
        try {
            memory.unmapAll(UNMAP_MS);
        } catch (LeaseTimeoutException e) {
            throw new FailureException(Code.LEASE_TIMEOUT, "a check still reads: " + e.getMessage());
        }
        track.look(counter());
        warmUpMappingCheck();
        return Reply.done(request)
                .with("nonce", request.nonce())
                .with("windows", watched.mappedPages() > 0 ? 1 : 0)
                .with("counter", track.last());
    }

    /**
     * Looks through all maps as {@code quiesce} will. That check lies inside the target's downtime, and its first run is slow: classes are loaded,
     * code is compiled, the kernel builds its entries of /proc. Now the target still runs. A holder refuses nothing yet, since other readers may
     * still be about to let go, but the log names it early. This process is left out, as it still maps the watched pages and would end the scan.
     */
    private void warmUpMappingCheck() {
        if (lab.skipMappingCheck()) {
            return;
        }
        try {
            mappings.findBeside(ProcessHandle.current().pid())
                    .ifPresent(holder -> LOG.warning("process " + holder.pid() + " (" + holder.comm()
                            + ") maps foreign memory; quiesce will be refused unless it lets go: " + holder.what()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "processes cannot be listed; quiesce will be refused", e);
        }
    }

    private Reply quiesce(Request request) throws FailureException {
        if (state != AgentState.QUIESCED) {
            try {
                watched.map(memory.domid());
            } catch (TargetMemoryException e) {
                throw mapFailed(e);
            }
            track.look(counter());
            lastLook = new LastLook(track.last(), watched.contents());
        }
        long start = System.nanoTime();
        unmapEverything();
        long unmapMs = (System.nanoTime() - start) / 1_000_000;
        if (!lab.skipMappingCheck()) {
            refuseForeignMappings();
        }
        LastLook look = lastLook;
        return Reply.done(request)
                .with("counter", look == null ? -1 : look.counter())
                .with("counterGfn", watched.counterGfn())
                .with("watched", look == null ? "" : look.contents())
                .with("unmapMs", unmapMs);
    }

    private void refuseForeignMappings() throws FailureException {
        Optional<ForeignMappings.Holder> holder;
        try {
            holder = mappings.find();
        } catch (IOException e) {
            holder = Optional.of(new ForeignMappings.Holder(0, "?", "processes cannot be listed: " + e));
        }
        if (holder.isPresent()) {
            ForeignMappings.Holder found = holder.get();
            watchAgain();
            throw new FailureException(new Failure(
                    Code.FOREIGN_MAPPING,
                    "process " + found.pid() + " (" + found.comm() + ") maps foreign memory: " + found.what(),
                    found.pid(),
                    found.comm()));
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

    private FailureException mapFailed(TargetMemoryException cause) {
        return mapFailed(String.valueOf(cause.getMessage()));
    }

    private FailureException mapFailed(String message) {
        try {
            unmapEverything();
        } catch (FailureException e) {
            LOG.log(Level.WARNING, "after a failed mapping", e);
        }
        return new FailureException(Code.MAP_FAILED, message);
    }

    private long mappedPages() {
        return Math.max(memory.mappedPages(), watched.mappedPages());
    }

    private boolean isFrozen() {
        return lab.frozenView() && lastLook != null;
    }

    private long counter() {
        LastLook look = lastLook;
        return lab.frozenView() && look != null ? look.counter() : watched.counter();
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
