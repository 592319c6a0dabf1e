/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.Domid;

/**
 * Holds back the words that a save or restore has ended until both have and the memory of both domains is hashed. As no state goes on without
 * both words, nothing writes to either domain meanwhile. Any thread.
 *
 * @param <E> events of one side
 */
final class HashGate<E> implements AutoCloseable {

    private final MemoryHash hash;
    private final Executor workers;
    private final Consumer<E> events;
    private final Function<Refusal, E> failure;
    private final Map<Member, Held<E>> held = new EnumMap<>(Member.class);

    private record Held<E>(Domid domid, E event) {}

    /** Takes where the words go, and what becomes of them if a hash fails. */
    HashGate(MemoryHash hash, Executor workers, Consumer<E> events, Function<Refusal, E> failure) {
        this.hash = hash;
        this.workers = workers;
        this.events = events;
        this.failure = failure;
    }

    /** Takes the word that the memory of {@code member} is complete. Does not block. */
    void hold(Member member, Domid domid, E event) {
        Map<Member, Held<E>> both;
        synchronized (this) {
            held.put(member, new Held<>(domid, event));
            if (held.size() < Member.values().length) {
                return;
            }
            both = new EnumMap<>(held);
        }
        workers.execute(() -> hash(both));
    }

    /** Ends a hash that is under way; what is held is dropped. */
    @Override
    public void close() {
        hash.close();
    }

    private void hash(Map<Member, Held<E>> both) {
        try {
            both.forEach((member, word) -> hash.list(member, word.domid()));
        } catch (Refusal e) {
            if (!hash.isClosed()) {
                events.accept(failure.apply(e));
            }
            return;
        }
        both.values().forEach(word -> events.accept(word.event()));
    }
}
