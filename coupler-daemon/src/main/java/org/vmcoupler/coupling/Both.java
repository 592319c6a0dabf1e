/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import java.util.function.Function;
import java.util.stream.Stream;

/** Something for each domain of a pair. */
public record Both<T>(T target, T guard) {

    /** Makes one for each, the target's first. */
    public static <T> Both<T> of(Function<Member, T> maker) {
        return new Both<>(maker.apply(Member.TARGET), maker.apply(Member.GUARD));
    }

    /** Returns that of one member. */
    public T get(Member member) {
        return member == Member.TARGET ? target : guard;
    }

    /** Returns both, the target's first. */
    public Stream<T> stream() {
        return Stream.of(target, guard);
    }
}
