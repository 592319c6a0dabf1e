/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A shape that an allowed field may have; everything else is refused. */
enum AllowedField implements Predicate<JsonNode> {
    /** An integer from 0 to 2^53. */
    NUMBER {
        @Override
        public boolean test(JsonNode value) {
            return value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= 0
                    && value.longValue() <= 1L << 53;
        }
    },
    /** True, false, or libxl's word for neither. Source: Xen tools/libs/light/libxl_json.c, libxl_defbool_gen_json. */
    SWITCH {
        @Override
        public boolean test(JsonNode value) {
            return value.isBoolean() || SWITCHES.contains(value.asText());
        }
    },
    /** A word of an enumeration or a number in text, such as {@code native_paravirt}. */
    WORD {
        @Override
        public boolean test(JsonNode value) {
            return value.isTextual() && PLAIN.matcher(value.textValue()).matches();
        }
    },
    /** A set of small numbers: libxl's bitmap. */
    BITMAP {
        @Override
        public boolean test(JsonNode value) {
            if (!value.isArray() || value.size() > BITMAP_MAX) {
                return false;
            }
            for (JsonNode bit : value) {
                if (!bit.isInt() || bit.intValue() < 0 || bit.intValue() >= BITMAP_MAX) {
                    return false;
                }
            }
            return true;
        }
    };

    private static final Set<String> SWITCHES = Set.of("True", "False", "<default>");
    private static final int BITMAP_MAX = 512;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{0,64}");

    /** Returns the shape of a text that is one of these, and nothing else. */
    static Predicate<JsonNode> oneOf(String... words) {
        Set<String> allowed = Set.of(words);
        return value -> value.isTextual() && allowed.contains(value.textValue());
    }
}
