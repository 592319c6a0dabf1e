/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.vmcoupler.fault.ErrorCode;

/**
 * The daemon's last word on a request.
 *
 * @param result empty object after a refusal
 * @param code what the command would exit with; 0 for success
 * @param message empty after a success
 */
record Reply(JsonNode result, int code, String message) {

    /** Takes a line of the local protocol that is no progress. */
    static Reply of(JsonNode line) {
        JsonNode error = line.path("error");
        if (!error.isMissingNode()) {
            return new Reply(
                    line.path("result"),
                    error.path("number").asInt(),
                    error.path("message").asText());
        }
        JsonNode result = line.path("result");
        JsonNode outcome = result.path("outcome");
        if (outcome.isMissingNode() || outcome.asText().equals("completed")) {
            return new Reply(result, 0, "");
        }
        String name = outcome.asText().toUpperCase(Locale.ROOT).replace('-', '_');
        return new Reply(
                result, ErrorCode.valueOf(name).number(), result.path("reason").asText());
    }

    /** Fails unless the request was met. */
    JsonNode orFail() {
        if (code != 0) {
            throw new AssertionError("code " + code + ": " + message + " " + result);
        }
        return result;
    }
}
