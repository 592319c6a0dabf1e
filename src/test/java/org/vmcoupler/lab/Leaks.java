/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a migration must leave as it was on a host: domains, among them {@code (null)}; xenstore paths; descriptors of the daemon by kind;
 * mappings of guest memory in all processes; save helpers; files in {@code /run} and {@code /tmp}. Numbers are masked, and what belongs to a
 * domain that lives is left out: a domain that should not live is found by itself. Logs, reports and journals are excluded.
 *
 * @param counts how often each thing is there
 */
record Leaks(Map<String, Integer> counts) {

    /**
     * One process for all, since each costs tenths of a second there. The order and the marks are those of {@link #line}. oxenstored writes its
     * database when it rotates its log of accesses. Source: Xen tools/ocaml/xenstored/xenstored.ml, post_rotate.
     */
    private static final String SHELL = String.join(
            "; ",
            "xl list | tail -n +2 | while read n i r; do echo \"domain $i $n\"; done",
            "xenstore-ls -f / | sed -n 's/^\\([^ ]*\\) = \\(.*\\)/xenstore \\1 \\2/p' | cut -c1-200",
            "ls -l /proc/$(systemctl show -p MainPID --value vmcoupler)/fd | sed -n 's/.* -> /fd /p'",
            "grep -hE 'xen/(privcmd|gntdev)' /proc/[0-9]*/maps | sed 's/^[^ ]*/map/;s/ [0-9].*xen/ xen/'",
            "grep -lE 'libxl-save-help|save-helper' /proc/[0-9]*/comm | sed 's/.*/helper/'",
            "find /run /tmp -xdev ! -path '/run/systemd*' ! -path '/run/user*' ! -path '/run/log*' ! -path '/run/udev*'"
                    + " ! -path '/tmp/hsperfdata*' ! -path '/run/xenstored/db' | sed 's/^/file /'",
            "true");

    /** Takes stock of a host; takes some seconds there. */
    static Leaks of(Host host) {
        return of(host.exec(SHELL).lines().toList());
    }

    /** Takes stock of what a host printed. */
    static Leaks of(List<String> lines) {
        Set<String> domids = lines.stream()
                .filter(l -> l.startsWith("domain "))
                .map(l -> l.split(" ", -1)[1])
                .filter(id -> !id.equals("0"))
                .collect(Collectors.toSet());
        Set<String> own = domids.stream().flatMap(id -> owned(id, lines)).collect(Collectors.toSet());
        Map<String, Integer> counts = new TreeMap<>();
        for (String line : lines) {
            String thing = line(line);
            if (own.stream().noneMatch(o -> isBelow(line, o))) {
                counts.merge(thing, 1, Integer::sum);
            }
        }
        return new Leaks(counts);
    }

    /** Returns what is more than it was, with how much more. */
    Map<String, Integer> since(Leaks before) {
        Map<String, Integer> more = new TreeMap<>();
        counts.forEach((thing, count) -> {
            int grown = count - before.counts.getOrDefault(thing, 0);
            if (grown > 0) {
                more.put(thing, grown);
            }
        });
        return more;
    }

    private static Stream<String> owned(String domid, List<String> lines) {
        String vm = "xenstore /local/domain/" + domid + "/vm ";
        Stream<String> uuid = lines.stream()
                .filter(l -> l.startsWith(vm))
                .map(l -> "xenstore " + l.substring(vm.length()).replace("\"", ""));
        Stream<String> backends = Arrays.asList("console", "vkbd", "vif", "vbd", "qdisk").stream()
                .map(kind -> "xenstore /local/domain/0/backend/" + kind + "/" + domid);
        return Stream.of(
                        Stream.of(
                                "xenstore /local/domain/" + domid,
                                "xenstore /libxl/" + domid,
                                "xenstore /domain/" + domid),
                        backends,
                        uuid)
                .flatMap(s -> s);
    }

    private static boolean isBelow(String line, String path) {
        return line.startsWith(path)
                && (line.length() == path.length() || " /".indexOf(line.charAt(path.length())) >= 0);
    }

    private static String line(String line) {
        String[] words = line.split(" ", 3);
        String thing =
                switch (words[0]) {
                    case "domain" -> "domain " + words[2];
                    case "xenstore" -> "xenstore " + words[1];
                    default -> line;
                };
        return thing.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("[0-9]+", "N");
    }
}
