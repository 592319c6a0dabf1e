/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/** One table of the file. Every get marks its key as known; {@link #refuseRest} refuses the others. One thread. */
final class Section {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:%_-]{0,252}");
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]{0,31}://[!-~]{0,200}");
    private static final int LIST_LIMIT = 1_000;

    private final TomlLines lines;
    private final String table;
    private final int index;
    private final JsonNode node;
    private final Set<String> known = new HashSet<>();

    private Section(TomlLines lines, String table, int index, JsonNode node) {
        this.lines = lines;
        this.table = table;
        this.index = index;
        this.node = node;
    }

    static Section parse(String text, String file) {
        TomlLines lines = new TomlLines(text, file);
        try {
            JsonNode root = new TomlMapper().readTree(text);
            JsonNode tree = root.isObject() ? root : JsonNodeFactory.instance.objectNode();
            return new Section(lines, "", 0, tree);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new Refusal(
                    ErrorCode.BAD_CONFIG, lines.at(line) + " is not TOML: " + e.getOriginalMessage() + ".", e);
        }
    }

    /** Returns a table, an empty one if it is not in the file. */
    Section table(String key) {
        JsonNode value = get(key);
        if (value == null) {
            return new Section(lines, key, 0, JsonNodeFactory.instance.objectNode());
        }
        if (!value.isObject()) {
            throw wrong(key, value.toString(), "a table [" + key + "]");
        }
        return new Section(lines, key, 0, value);
    }

    /** Returns the tables of an array of tables. */
    List<Section> tables(String key) {
        JsonNode value = get(key);
        List<Section> out = new ArrayList<>();
        for (int i = 0; value != null && i < Math.max(1, value.size()); i++) {
            JsonNode item = value.isArray() && i < value.size() ? value.get(i) : value;
            if (item.isArray() && item.isEmpty()) {
                break;
            }
            if (!value.isArray() || !item.isObject()) {
                throw wrong(key, value.toString(), "a list of tables [[" + key + "]]");
            }
            out.add(new Section(lines, key, i, item));
        }
        return out;
    }

    boolean flag(String key, boolean fallback) {
        JsonNode value = get(key);
        if (value != null && !value.isBoolean()) {
            throw wrong(key, value.toString(), "true or false");
        }
        return value == null ? fallback : value.booleanValue();
    }

    int number(String key, int fallback, int from, int to) {
        JsonNode value = get(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < from || value.intValue() > to) {
            throw wrong(key, value.toString(), "a whole number from " + from + " to " + to);
        }
        return value.intValue();
    }

    int port(String key, int fallback) {
        return number(key, fallback, 1, 65_535);
    }

    Duration duration(String key, String fallback, Duration from, Duration to) {
        String text = text(key, fallback, DurationText.SHAPE);
        return DurationText.parse(text)
                .filter(d -> d.compareTo(from) >= 0 && d.compareTo(to) <= 0)
                .orElseThrow(() -> wrong(
                        key,
                        quoted(text),
                        DurationText.SHAPE + ", from " + DurationText.format(from) + " to " + DurationText.format(to)));
    }

    /** Returns a constant by its name in lower case. */
    <E extends Enum<E>> E choice(String key, E fallback) {
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        String allowed =
                Arrays.stream(all).map(Section::lower).map(Section::quoted).collect(Collectors.joining(" or "));
        String text = text(key, lower(fallback), allowed);
        return Arrays.stream(all)
                .filter(e -> lower(e).equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(key, quoted(text), allowed));
    }

    /** Returns a constant by its name in lower case; those named true and false are TOML's own. */
    <E extends Enum<E>> E flagOr(String key, E fallback) {
        JsonNode value = get(key);
        String text = value == null ? lower(fallback) : value.asText();
        return Arrays.stream(fallback.getDeclaringClass().getEnumConstants())
                .filter(e -> lower(e).equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(key, String.valueOf(value), "true, false or " + quoted(lower(fallback))));
    }

    String uri(String key, String fallback) {
        return matching(key, fallback, URI, "a connection URI, for example \"xen:///system\"");
    }

    String name(String key, String fallback) {
        return matching(key, fallback, NAME, "a name of at most 63 letters, digits and . _ + -");
    }

    String requiredName(String key) {
        String value = name(key, "");
        if (value.isEmpty()) {
            throw wrong(key, "missing", "a name of at most 63 letters, digits and . _ + -");
        }
        return value;
    }

    String host(String key, String fallback) {
        return matching(key, fallback, HOST, "an IP address or host name");
    }

    Path path(String key, String fallback) {
        String shape = "an absolute path without ..";
        return checkedPath(key, text(key, fallback, shape), shape);
    }

    List<String> names(String key) {
        List<String> out = texts(key);
        for (String text : out) {
            if (!NAME.matcher(text).matches()) {
                throw wrong(key, quoted(text), "names of at most 63 letters, digits and . _ + -");
            }
        }
        return out;
    }

    List<Path> paths(String key) {
        return texts(key).stream()
                .map(text -> checkedPath(key, text, "absolute paths without .."))
                .toList();
    }

    /** Refuses the first key that nobody asked for. */
    void refuseRest() {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                String near = known.stream().sorted().collect(Collectors.joining(", "));
                throw new Refusal(
                        ErrorCode.BAD_CONFIG,
                        lines.at(lines.find(table, index, key)) + ": there is no property " + dotted(key)
                                + "; known here are " + near + ".");
            }
        });
    }

    Refusal wrong(String key, String value, String allowed) {
        return new Refusal(
                ErrorCode.BAD_CONFIG,
                lines.at(lines.find(table, index, key)) + ": " + dotted(key) + " is " + value + ", allowed is "
                        + allowed + ".");
    }

    private Path checkedPath(String key, String text, String shape) {
        if (!text.startsWith("/")
                || text.indexOf('\0') >= 0
                || Arrays.asList(text.split("/")).contains("..")) {
            throw wrong(key, quoted(text), shape);
        }
        return Path.of(text);
    }

    private List<String> texts(String key) {
        JsonNode value = get(key);
        List<String> out = new ArrayList<>();
        if (value == null) {
            return out;
        }
        if (!value.isArray() || value.size() > LIST_LIMIT) {
            throw wrong(key, value.toString(), "a list of at most 1000 strings");
        }
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw wrong(key, item.toString(), "a list of strings");
            }
            out.add(item.textValue());
        }
        return out;
    }

    private String matching(String key, String fallback, Pattern pattern, String shape) {
        String text = text(key, fallback, shape);
        if (!text.equals(fallback) && !pattern.matcher(text).matches()) {
            throw wrong(key, quoted(text), shape);
        }
        return text;
    }

    private String text(String key, String fallback, String shape) {
        JsonNode value = get(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isTextual()) {
            throw wrong(key, value.toString(), shape);
        }
        return value.textValue();
    }

    private @Nullable JsonNode get(String key) {
        known.add(key);
        return node.get(key);
    }

    private String dotted(String key) {
        return table.isEmpty() ? key : table + "." + key;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
