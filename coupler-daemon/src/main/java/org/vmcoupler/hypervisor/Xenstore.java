/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** dom0's view of xenstore. Paths are absolute. Each call has a deadline of its own (5 s) and throws {@link HypervisorException}. */
public interface Xenstore {

    /** Returns the value of a node, or empty if there is no such node. The bytes may come from a guest: treat them as hostile. */
    Optional<String> read(String path);

    /** Returns the names of the children, or an empty list if there is no such node. */
    List<String> list(String path);

    /** Writes a node, owned by dom0. */
    void write(String path, String value);

    /** Writes all nodes in one transaction, owned by dom0; each is readable by {@code reader}, if given. */
    void writeAll(Map<String, String> nodes, Optional<Domid> reader);

    /** Removes a node and all below; no node is no error. */
    void remove(String path);

    /** Replaces the value by {@code to} in a transaction if it is {@code from}; tells whether it did. */
    boolean replace(String path, String from, String to);

    /**
     * Waits until the node exists and returns its value, or empty when the deadline has passed. Woken by a xenstore watch, so that an answer is
     * seen at once.
     */
    Optional<String> await(String path, Duration deadline);
}
