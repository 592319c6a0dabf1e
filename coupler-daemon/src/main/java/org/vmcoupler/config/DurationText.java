/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and one of ms, s, min, h, with or without a space. */
public final class DurationText {

    /** For messages. */
    public static final String SHAPE = "a whole number and ms, s, min or h, for example \"300 ms\"";

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}) ?(ms|s|min|h)");

    private DurationText() {}

    /** Returns the duration, or empty if the text has another shape. */
    public static Optional<Duration> parse(String text) {
        Matcher match = TEXT.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(match.group(1));
        return Optional.of(
                switch (match.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "min" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                });
    }

    /** Returns the text of a duration of whole milliseconds in the largest unit that fits. */
    public static String format(Duration duration) {
        long ms = duration.toMillis();
        if (ms % 3_600_000 == 0 && ms > 0) {
            return ms / 3_600_000 + " h";
        }
        if (ms % 60_000 == 0 && ms > 0) {
            return ms / 60_000 + " min";
        }
        return ms % 1_000 == 0 ? ms / 1_000 + " s" : ms + " ms";
    }
}
