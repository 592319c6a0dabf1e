/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

/** A helper that is expected to say HELLO. */
public interface Expectation extends AutoCloseable {

    /** Returns the token that the helper has to say: 32 lower-case hex digits. */
    String token();

    /** Expects it no longer: its token file goes, a HELLO that comes later is refused. A conversation already begun goes on. */
    @Override
    void close();
}
