/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list is closed only if all who have it have the same one. */
class PageExceptionTest {

    private static final Path TREE = Path.of("../..");
    private static final Set<String> LIST =
            Stream.of(PageException.values()).map(PageException::word).collect(Collectors.toCollection(TreeSet::new));

    @Test
    void theProgramThatHashesKnowsNoOther() throws IOException {
        Path source = TREE.resolve("introspect-native/src/main/c/memhash/exceptions.c");
        assertEquals(LIST, words(Files.readString(source), ", \"([a-z0-9_-]+)\"[)}]"));
    }

    @Test
    void theSpecificationGivesAReasonForEach() throws IOException {
        String text = Files.readString(TREE.resolve("docs/specification.md"));
        String table = text.substring(text.indexOf("| reason | kind |"));
        String rows = table.substring(0, table.indexOf("\n\n"));
        assertEquals(LIST, words(rows.replaceAll("(?m)^(\\|[^|]*\\|).*", "$1"), "`([^`]+)`"));
    }

    @Test
    void aWordIsReadAsItIsWritten() {
        for (PageException one : PageException.values()) {
            assertEquals(Optional.of(one), PageException.of(one.word()));
        }
        assertEquals(Optional.empty(), PageException.of("whim"));
    }

    private static Set<String> words(String text, String pattern) {
        Set<String> words = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            words.add(matcher.group(1));
        }
        return words;
    }
}
