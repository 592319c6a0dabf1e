/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the line of a key for a message; the TOML parser gives values without their places. A key in an unusual spelling is not found. */
record TomlLines(List<String> lines, String file) {

    private static final Pattern HEADER = Pattern.compile("\\s*\\[{1,2}\\s*([A-Za-z0-9_.-]+)\\s*]{1,2}.*");

    TomlLines(String text, String file) {
        this(text.lines().toList(), file);
    }

    /** Returns the 1-based line of {@code key} in the {@code index}th table of this name, else the table's header, or 0 if neither is found. */
    int find(String table, int index, String key) {
        Pattern assignment = Pattern.compile("\\s*\"?" + Pattern.quote(key) + "\"?\\s*[=.].*");
        String current = "";
        int seen = table.isEmpty() ? 0 : -1;
        int header = 0;
        for (int i = 0; i < lines.size(); i++) {
            Matcher match = HEADER.matcher(lines.get(i));
            if (match.matches()) {
                current = match.group(1);
                seen += current.equals(table) ? 1 : 0;
                header = current.equals(table) && seen == index ? i + 1 : header;
                if (table.isEmpty() && current.equals(key)) {
                    return i + 1;
                }
            } else if (current.equals(table)
                    && seen == index
                    && assignment.matcher(lines.get(i)).matches()) {
                return i + 1;
            }
        }
        return header;
    }

    /** Returns the file and line for the begin of a sentence. */
    String at(int line) {
        return line > 0 ? file + ", line " + line : file;
    }
}
