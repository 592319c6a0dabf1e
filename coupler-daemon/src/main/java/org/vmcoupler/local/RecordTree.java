/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Records from and to trees as {@link Json} has them. Components may be String, int, long, double, boolean, an enum (lower case, hyphens), a
 * record, a List or an Optional of these; an empty Optional is an absent member. The JSON names are the components' names, so renaming one is
 * a change of the protocol.
 */
final class RecordTree {

    private RecordTree() {}

    /** Returns the tree of a record, members in the order of its components. */
    static Map<String, Object> of(Record value) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object member = member(component, value);
            if (member instanceof Optional<?> optional) {
                optional.ifPresent(present -> map.put(component.getName(), tree(present)));
            } else {
                map.put(component.getName(), tree(member));
            }
        }
        return map;
    }

    /**
     * Returns the record that a tree holds. Members without a component are ignored, as a newer peer may send them.
     *
     * @throws IllegalArgumentException a member is missing, of a wrong type or out of its bounds; the message names it
     */
    static <R extends Record> R read(Class<R> type, Map<String, Object> tree) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] members = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            Type declared = components[i].getGenericType();
            Optional<Object> raw = Optional.ofNullable(tree.get(name));
            if (components[i].getType() == Optional.class) {
                Type inner = argument(declared);
                members[i] = raw.map(value -> value(name, inner, value));
            } else {
                members[i] = value(
                        name, declared, raw.orElseThrow(() -> new IllegalArgumentException(name + " is missing")));
            }
        }
        return make(type, components, members);
    }

    /** Returns how an enum's constant is written. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object member(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("accessor of " + component, e);
        }
    }

    private static Object tree(Object value) {
        if (value instanceof Record inner) {
            return of(inner);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RecordTree::tree).toList();
        }
        return value instanceof Enum<?> constant ? word(constant) : value;
    }

    private static Object value(String name, Type type, Object raw) {
        if (type instanceof ParameterizedType list && raw instanceof List<?> items) {
            Type item = argument(list);
            return items.stream().map(each -> value(name, item, each)).toList();
        }
        if (type instanceof Class<?> plain) {
            Optional<Object> scalar = scalar(plain, raw);
            if (scalar.isPresent()) {
                return scalar.get();
            }
            if (plain.isRecord() && raw instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked") // Json makes no other maps
                Map<String, Object> tree = (Map<String, Object>) map;
                return read(plain.asSubclass(Record.class), tree);
            }
        }
        throw new IllegalArgumentException(name + " has a wrong type or value");
    }

    private static Optional<Object> scalar(Class<?> type, Object raw) {
        Object value = null;
        if (type == String.class && raw instanceof String) {
            value = raw;
        } else if ((type == boolean.class || type == Boolean.class) && raw instanceof Boolean) {
            value = raw;
        } else if ((type == long.class || type == Long.class) && raw instanceof Long) {
            value = raw;
        } else if ((type == int.class || type == Integer.class) && raw instanceof Long number) {
            value = number == number.intValue() ? (Object) number.intValue() : null;
        } else if (type == double.class && raw instanceof Number number) {
            value = number.doubleValue();
        } else if (type.isEnum() && raw instanceof String word) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> word((Enum<?>) constant).equals(word))
                    .map(constant -> (Object) constant)
                    .findFirst();
        }
        return Optional.ofNullable(value);
    }

    private static Type argument(Type generic) {
        return ((ParameterizedType) generic).getActualTypeArguments()[0];
    }

    private static <R extends Record> R make(Class<R> type, RecordComponent[] components, Object[] members) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(members);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException bounds) {
                throw bounds;
            }
            throw new IllegalStateException("constructor of " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("constructor of " + type, e);
        }
    }
}
