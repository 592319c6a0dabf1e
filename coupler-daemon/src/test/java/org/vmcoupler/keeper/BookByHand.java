/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.migration.PairHere;

/** A book in memory with at most one pair. */
final class BookByHand implements PairBook {

    final List<String> lost = new CopyOnWriteArrayList<>();
    final Map<UUID, DomainConfig> guards = new ConcurrentHashMap<>();
    private volatile Supplier<Hands> hands = () -> Hands.KEEPER;
    private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();
    final AtomicInteger regained = new AtomicInteger();
    private final AtomicReference<@Nullable PairFacts> facts;

    BookByHand(PairFacts first) {
        facts = new AtomicReference<>(first);
    }

    PairFacts facts() {
        return java.util.Objects.requireNonNull(facts.get());
    }

    @Override
    public List<PairHere> all() {
        PairFacts now = facts.get();
        return now == null ? List.of() : List.of(PairHere.of(now));
    }

    void hands(Supplier<Hands> whose) {
        hands = whose;
    }

    /** Lets the next record fail. */
    void failNextRecord(RuntimeException how) {
        fault.set(how);
    }

    @Override
    public void record(PairFacts next) {
        RuntimeException now = fault.getAndSet(null);
        if (now != null) {
            throw now;
        }
        facts.set(next);
    }

    @Override
    public void remove(UUID id) {
        facts.set(null);
    }

    @Override
    public void rememberGuard(UUID id, DomainConfig guard) {
        guards.put(id, guard);
    }

    @Override
    public Optional<DomainConfig> rememberedGuard(UUID id) {
        return Optional.ofNullable(guards.get(id));
    }

    @Override
    public void forgetGuard(UUID id) {
        guards.remove(id);
    }

    @Override
    public Hands hands(UUID id) {
        return hands.get();
    }

    @Override
    public void regained(UUID id) {
        regained.incrementAndGet();
    }

    @Override
    public void guardLostBeforeStop(UUID id, String reason) {
        lost.add(reason);
    }

    @Override
    public void disturbed(UUID id, String reason) {
        lost.add(reason);
    }
}
