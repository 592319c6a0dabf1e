/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A received object; every access checks type and range. */
final class JsonObject {

    private final Map<String, Object> members;

    JsonObject(Map<String, Object> members) {
        this.members = members;
    }

    /** Tells whether there is a member of that name. */
    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Returns a whole number between the bounds, which are allowed themselves. */
    long integer(String name, long least, long most) throws ProtocolException {
        return inRange(name, members.get(name), least, most);
    }

    /** Returns a truth value; one that is missing is false. */
    boolean flag(String name) throws ProtocolException {
        if (members.getOrDefault(name, false) instanceof Boolean flag) {
            return flag;
        }
        throw new ProtocolException(name + ": true or false is needed");
    }

    /** Returns a string of at most {@code lengthLimit} characters. */
    String string(String name, int lengthLimit) throws ProtocolException {
        if (members.get(name) instanceof String text && text.length() <= lengthLimit) {
            return text;
        }
        throw new ProtocolException(name + ": a string of at most " + lengthLimit + " characters is needed");
    }

    /** Returns the object of that name. */
    JsonObject object(String name) throws ProtocolException {
        if (members.get(name) instanceof JsonObject object) {
            return object;
        }
        throw new ProtocolException(name + ": an object is needed");
    }

    /** Returns an array of at most {@code lengthLimit} whole numbers between the bounds. */
    long[] integers(String name, int lengthLimit, long least, long most) throws ProtocolException {
        if (members.get(name) instanceof List<?> list && list.size() <= lengthLimit) {
            long[] result = new long[list.size()];
            for (int i = 0; i < result.length; i++) {
                result[i] = inRange(name, list.get(i), least, most);
            }
            return result;
        }
        throw new ProtocolException(name + ": an array of at most " + lengthLimit + " numbers is needed");
    }

    private static long inRange(String name, @Nullable Object value, long least, long most) throws ProtocolException {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw new ProtocolException(name + ": a whole number from " + least + " to " + most + " is needed");
    }
}
