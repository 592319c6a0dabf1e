/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The fields of one reply, each checked as it is read: a missing or wrong one is a {@link GuardFailure}. */
final class ReplyFields {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]{1,40}");
    private static final int WORDS_MAX = 16;

    private final String what;
    private final JsonNode node;

    ReplyFields(String what, JsonNode node) {
        this.what = what;
        this.node = node;
    }

    long number(String name, long from, long to) {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < from
                || value.longValue() > to) {
            throw bad(name + " is no number in " + from + ".." + to);
        }
        return value.longValue();
    }

    boolean flag(String name) {
        if (!node.path(name).isBoolean()) {
            throw bad(name + " is not true or false");
        }
        return node.path(name).booleanValue();
    }

    /** Returns lower-case hex of exactly {@code digits}, or nothing if {@code mayBeEmpty}. */
    String hex(String name, int digits, boolean mayBeEmpty) {
        String value = node.path(name).isTextual() ? node.path(name).textValue() : "?";
        if (!HEX.matcher(value).matches() || (value.length() != digits && !(mayBeEmpty && value.isEmpty()))) {
            throw bad(name + " is not " + digits + " lower-case hex digits");
        }
        return value;
    }

    /** Returns a list of at most 16 words of at most 40 letters and digits. */
    List<String> words(String name) {
        JsonNode value = node.path(name);
        if (!value.isArray() || value.size() > WORDS_MAX) {
            throw bad(name + " is no list of at most " + WORDS_MAX + " words");
        }
        List<String> words = new ArrayList<>();
        for (JsonNode word : value) {
            if (!word.isTextual() || !WORD.matcher(word.textValue()).matches()) {
                throw bad(name + " holds something else than plain words");
            }
            words.add(word.textValue());
        }
        return words;
    }

    GuardStanding standing() {
        String state = node.path("state").isTextual() ? node.path("state").textValue() : "?";
        for (GuardStanding.State known : GuardStanding.State.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(state)) {
                return new GuardStanding(known, (int) number("domid", -1, 32_751), printable(node.path("agent"), 80));
            }
        }
        throw bad("state is none of idle, watching, prepared, quiesced");
    }

    GuardReply.Counter counter() {
        return new GuardReply.Counter(
                number("counterGfn", -1, GuardLink.FRAMES_MAX - 1), number("counter", -1, Long.MAX_VALUE));
    }

    GuardReply.Coverage coverage() {
        return new GuardReply.Coverage(
                number("mappedPages", 0, GuardLink.FRAMES_MAX), number("holes", 0, GuardLink.FRAMES_MAX));
    }

    GuardFailure bad(String why) {
        return new GuardFailure(
                GuardFailure.Code.BAD_REPLY, what + ": the reply breaks the protocol: " + why + ".", -1, "");
    }

    /** Returns the failure that the reply reports. */
    GuardFailure failure() {
        JsonNode error = node.path("error");
        String name = error.path("code").isTextual() ? error.path("code").textValue() : "";
        for (GuardFailure.Code code : GuardFailure.Code.values()) {
            if (code != GuardFailure.Code.BAD_REPLY && code.name().equals(name)) {
                int pid = error.path("pid").isInt()
                        ? Math.max(-1, error.path("pid").intValue())
                        : -1;
                String comm = printable(error.path("comm"), 64);
                return new GuardFailure(
                        code, message(code, printable(error.path("message"), 500), pid, comm), pid, comm);
            }
        }
        return bad("an error without a known code");
    }

    private String message(GuardFailure.Code code, String said, int pid, String comm) {
        String process = pid < 0 ? "" : " (process " + pid + (comm.isEmpty() ? "" : " \"" + comm + "\"") + ")";
        return what + ": " + code + process + (said.isEmpty() ? "." : ": " + said);
    }

    private static String printable(JsonNode value, int limitChars) {
        String text = value.isTextual() ? value.textValue() : "";
        String cut = text.substring(0, Math.min(text.length(), limitChars));
        return cut.replaceAll("[^ -~]", "?");
    }
}
