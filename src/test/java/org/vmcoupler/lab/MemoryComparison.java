/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All memory of a domain at the source, after its save, and at the destination, before anything there changed it; hashed by a program of its
 * own on each host ({@code memhash}).
 *
 * @param compared pages that must be equal, and those that need not be but are
 * @param excepted pages that are not equal since a restore must change them, by reason
 * @param named reasons that a side gave for any page, whether it differs or not
 * @param differing what is not equal, or has a reason that is none of the list, a sentence each
 */
record MemoryComparison(
        long compared, Map<PageException, Integer> excepted, Set<PageException> named, List<String> differing) {

    /** Folder of the lists, on both hosts. */
    static final String FOLDER = "/var/lib/vmcoupler/verify/";

    /** A hash with all of its words: half of one is blind to some changes. */
    private static final String HASH = "[0-9a-f]{64}";

    private static final Pattern PAGE =
            Pattern.compile("([0-9a-f]{1,15}) ([0-9a-f]) (HASH)(?:/(HASH)/(HASH))?(?: (\\S+))?".replace("HASH", HASH));
    private static final int TOP_LEVEL = 4;
    private static final int PINNED = 8;
    private static final Pattern HOLES = Pattern.compile("[0-9a-f]+-[0-9a-f]+ hole");

    /** Fetches the lists of one domain, {@code target} or {@code guard}, from both hosts and compares them; they stay there only if they differ. */
    static MemoryComparison of(String migrationId, String member, Host source, Host destination) {
        String list = FOLDER + migrationId + "-" + member + ".txt";
        MemoryComparison result = of(source.exec("cat " + list), destination.exec("cat " + list));
        if (result.differing().isEmpty()) {
            source.exec("rm " + list);
            destination.exec("rm " + list);
        }
        return result;
    }

    /** Compares two lists as {@code memhash} writes them; see there for the lines. */
    static MemoryComparison of(String source, String destination) {
        Map<Long, Page> before = pages(source);
        Map<Long, Page> after = pages(destination);
        Set<Long> frames = new TreeSet<>(before.keySet());
        frames.addAll(after.keySet());
        long compared = 0;
        Map<PageException, Integer> excepted = new EnumMap<>(PageException.class);
        Set<PageException> named = EnumSet.noneOf(PageException.class);
        List<String> differing = new ArrayList<>();
        for (long frame : frames) {
            Page was = before.getOrDefault(frame, Page.HOLE);
            Page is = after.getOrDefault(frame, Page.HOLE);
            Set<String> words = words(was, is);
            Optional<PageException> reason =
                    words.size() == 1 ? PageException.of(words.iterator().next()) : Optional.empty();
            reason.ifPresent(named::add);
            boolean isKept = was.isKeptBy(is);
            if (!isKept && reason.isPresent()) {
                excepted.merge(reason.get(), 1, Integer::sum);
                continue;
            }
            compared++;
            if (!isKept || (reason.isEmpty() && !words.isEmpty())) {
                differing.add("frame " + Long.toHexString(frame) + ": " + was + " became " + is);
            }
        }
        return new MemoryComparison(compared, excepted, named, differing);
    }

    /** Returns what both sides call the page: at most one word, if they agree or only one of them knows. */
    private static Set<String> words(Page was, Page is) {
        return Stream.of(was.reason(), is.reason())
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    private static Map<Long, Page> pages(String list) {
        Map<Long, Page> pages = new HashMap<>();
        for (String line : list.lines().toList()) {
            Matcher page = PAGE.matcher(line);
            if (page.matches()) {
                pages.put(Long.parseLong(page.group(1), 16), Page.of(page));
            } else if (!HOLES.matcher(line).matches()) {
                throw new AssertionError("no line of a list of pages: " + line);
            }
        }
        return pages;
    }

    /**
     * What a list says of one page.
     *
     * @param type Xen's type nibble in hex; empty for a hole
     * @param low the hash that the page has as a page table of level 1 to 3
     * @param top the same of level 4
     */
    private record Page(String type, String hash, String low, String top, String reason) {

        static final Page HOLE = new Page("", "hole", "hole", "hole", "");

        static Page of(Matcher line) {
            String hash = line.group(3);
            return new Page(
                    line.group(2),
                    hash,
                    Optional.ofNullable(line.group(4)).orElse(hash),
                    Optional.ofNullable(line.group(5)).orElse(hash),
                    Optional.ofNullable(line.group(6)).orElse(""));
        }

        /** Tells whether {@code after} has the same content; a table that Xen does not know as one there is looked at as the table it was. */
        boolean isKeptBy(Page after) {
            int level = level();
            String then = level == 0 || after.level() != 0 ? after.hash : level == TOP_LEVEL ? after.top : after.low;
            return hash.equals(then);
        }

        /** Returns the level of a page table, pinned or not, 0 for other pages. Source: xen/include/public/domctl.h, XEN_DOMCTL_PFINFO_*. */
        private int level() {
            int nibble = type.isEmpty() ? 0 : Integer.parseInt(type, 16);
            int level = nibble & PINNED - 1;
            return level <= TOP_LEVEL ? level : 0;
        }
    }
}
