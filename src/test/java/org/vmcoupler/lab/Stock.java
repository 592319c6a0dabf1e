/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.vmcoupler.time.Poll;

/** What both hosts had at one time. */
final class Stock {

    private static final Duration SETTLE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Map<Host, Leaks> before = new LinkedHashMap<>();

    private Stock() {}

    /** Takes stock of both hosts; takes some seconds there. */
    static Stock of(Lab lab) {
        Stock stock = new Stock();
        lab.hosts().forEach(host -> stock.before.put(host, Leaks.of(host)));
        return stock;
    }

    /** Returns what the hosts have more of since then, and how much more; waits up to a minute for it to go away. */
    Map<String, Integer> leaked() {
        Map<String, Integer> leaked = new TreeMap<>();
        Poll.until(
                () -> {
                    leaked.clear();
                    before.forEach((host, was) ->
                            Leaks.of(host).since(was).forEach((thing, count) -> leaked.put(host + " " + thing, count)));
                    return leaked.isEmpty();
                },
                SETTLE,
                PAUSE);
        return leaked;
    }
}
