/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.regex.Pattern;

/** One shape that an allowed field may have; everything else is refused. */
enum AllowedField {
    /** An integer from 0 to 2^53. */
    NUMBER {
        @Override
        boolean admits(JsonNode value) {
            return value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= 0
                    && value.longValue() <= 1L << 53;
        }
    },
    /** True, false, or libxl's word for neither. Source: Xen tools/libs/light/libxl_json.c, libxl_defbool_gen_json. */
    SWITCH {
        @Override
        boolean admits(JsonNode value) {
            return value.isBoolean() || SWITCHES.contains(value.asText());
        }
    },
    /** A word of an enumeration or a number in text, such as {@code native_paravirt}. */
    WORD {
        @Override
        boolean admits(JsonNode value) {
            return value.isTextual() && PLAIN.matcher(value.textValue()).matches();
        }
    },
    /** A set of small numbers: libxl's bitmap. */
    BITMAP {
        @Override
        boolean admits(JsonNode value) {
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

    /** Tells whether {@code value} has this shape. */
    abstract boolean admits(JsonNode value);
}
