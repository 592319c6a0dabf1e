/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.Map;
import org.vmcoupler.fault.ErrorCode;

/** Machine-readable output of the command line, in the same JSON as the protocol. */
public final class LocalText {

    private LocalText() {}

    /** Returns a result as one line of JSON. */
    public static String json(Record result) {
        return Json.write(RecordTree.of(result));
    }

    /** Returns an error as one line of JSON: {@code {"error":{"code","number","message"}}}. */
    public static String json(ErrorCode code, String message) {
        return error(code.name(), code.number(), message);
    }

    /** Returns wrong usage of the command line as one line of JSON; its number is 2. */
    public static String usage(String message) {
        return error("USAGE", 2, message);
    }

    private static String error(String code, int number, String message) {
        return Json.write(Map.of("error", LocalProtocol.errorTree(code, number, message)));
    }
}
