/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.hypervisor.Domid;

class ShimLinesTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @Test
    void readsWhatTheShimWrites() {
        assertEquals(
                new ShimMessage.Hello(1, ShimRole.SAVE, new Domid(7), 4711, TOKEN),
                ShimLines.parse("HELLO abi=1 role=save domid=7 pid=4711 token=" + TOKEN));
        assertEquals(
                new ShimMessage.Policy(3, 1_044_480, -1, false, 2),
                ShimLines.parse("POLICY iteration=3 written=1044480 dirty=-1 logdirty=software deferred=2"));
        assertEquals(new ShimMessage.Suspend(), ShimLines.parse("SUSPEND"));
        assertEquals(new ShimMessage.Suspended(true, false), ShimLines.parse("SUSPENDED result=1 paused=0"));
        assertEquals(new ShimMessage.Paused(true), ShimLines.parse("PAUSED result=1"));
        assertEquals(new ShimMessage.Done(-3, 22), ShimLines.parse("DONE rc=-3 errno=22"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SUSPEND ",
                "SUSPEND now=1",
                "suspend",
                "PAUSED result=2",
                "PAUSED result=1 result=1",
                "PAUSED",
                "DONE rc=0 errno=-1",
                "DONE rc=0 errno=00",
                "DONE rc=-0 errno=0",
                "DONE rc=0 errno=4096",
                "DONE errno=0 rc=0",
                "DONE rc=99999999999 errno=0",
                "POLICY iteration=0 written=0 dirty=-2 logdirty=software deferred=0",
                "POLICY iteration=0 written=9999999999999999999 dirty=0 logdirty=hardware deferred=0",
                "POLICY iteration=0 written=0 dirty=0 logdirty=none deferred=0",
                "HELLO abi=2 role=save domid=7 pid=1 token=0123456789abcdef0123456789abcdef",
                "HELLO abi=1 role=save domid=32752 pid=1 token=0123456789abcdef0123456789abcdef",
                "HELLO abi=1 role=save domid=7 pid=1 token=0123456789ABCDEF0123456789ABCDEF",
            })
    void refusesEverythingElse(String line) {
        assertThrows(IllegalArgumentException.class, () -> ShimLines.parse(line));
    }
}
