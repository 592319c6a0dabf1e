/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.fault;

/**
 * Everything that can go wrong, each with a number of its own, which is also the exit code of the CLI. Numbers never change their meaning; a
 * retired one stays unused. 0 is success, 2 is kept for wrong usage of the command line (as picocli has it).
 */
public enum ErrorCode {
    /** A fault of ours; the log says more. */
    INTERNAL(1, Category.INTERNAL, false),
    /** No domain has this name. */
    UNKNOWN_DOMAIN(10, Category.USER, false),
    /** The target belongs to no pair. */
    NOT_COUPLED(11, Category.USER, false),
    /** The domain is of a kind that cannot be a target (PV) or a guard (not PV). */
    WRONG_KIND(12, Category.USER, false),
    /** The guard's agent does not answer. */
    GUARD_NOT_ALIVE(13, Category.USER, true),
    /** The guard has a disk or a network interface, which cannot be kept in quarantine. */
    GUARD_HAS_DEVICES(14, Category.USER, false),
    /** The destination cannot be reached. */
    PEER_UNREACHABLE(15, Category.PEER, true),
    /** The destination is not listed in the configuration. */
    PEER_NOT_LISTED(16, Category.USER, false),
    /** The destination has not enough free memory. */
    NO_MEMORY(17, Category.PEER, true),
    /** The destination, or at {@code start} this host, already has a domain of this name or UUID. */
    NAME_TAKEN(18, Category.PEER, false),
    /** A migration of this pair is already under way. */
    BUSY(19, Category.USER, true),
    /** The destination runs another version of Xen. */
    XEN_VERSION(20, Category.PEER, false),
    /** The destination speaks another version of our protocol, or broke it. */
    PROTOCOL(21, Category.PEER, false),
    /** The domain is already in a pair, or the guard has already had a target. */
    ALREADY_COUPLED(22, Category.USER, false),
    /** The domain's shutdown actions are not all {@code preserve}. */
    NOT_PRESERVED(23, Category.USER, false),
    /** The destination does not accept this configuration. */
    CONFIG_REFUSED(24, Category.PEER, false),
    /** The configuration of the daemon does not allow this. */
    NOT_ALLOWED(25, Category.USER, false),
    /** No migration or report has this id. */
    UNKNOWN_MIGRATION(26, Category.USER, false),
    /** The operation needs {@code --yes}. */
    NOT_CONFIRMED(27, Category.USER, false),
    /** A suspend of the target, asked for by a migration that was rolled back, may still come. */
    SUSPEND_PENDING(28, Category.USER, true),
    /** libvirt has a job under way on one of the domains, or holds a lock for it. */
    LIBVIRT_BUSY(29, Category.USER, true),
    /** Rolled back: pre-copy did not converge within its limits; the pair runs on at the source, watched. */
    NOT_CONVERGED(30, Category.OUTCOME, true),
    /** Rolled back on request; the pair runs on at the source, watched. */
    CANCELLED(31, Category.OUTCOME, true),
    /** Rolled back after a failure; the pair runs on at the source, watched. */
    ROLLED_BACK(32, Category.OUTCOME, true),
    /** The source gave the pair up and has no answer yet; the target is paused here or runs there, never both. */
    IN_DOUBT(33, Category.OUTCOME, false),
    /** The guard was lost; the target stays paused. */
    GUARD_LOST(34, Category.OUTCOME, false),
    /** A guard agent gave an answer that cannot be trusted. */
    LOOK_NOT_PROVEN(35, Category.OUTCOME, true),
    /** Another process in the guard still maps the target. */
    FOREIGN_MAPPING(36, Category.OUTCOME, true),
    /** Xen or its tools are missing, or a call to them failed. */
    HYPERVISOR(40, Category.HOST, true),
    /** The local daemon does not answer. */
    NO_DAEMON(41, Category.HOST, true),
    /** The caller may not talk to the daemon. */
    NO_PERMISSION(42, Category.HOST, false),
    /** The configuration file is wrong. */
    BAD_CONFIG(43, Category.HOST, false);

    private final int number;
    private final Category category;
    private final boolean retryable;

    ErrorCode(int number, Category category, boolean retryable) {
        this.number = number;
        this.category = category;
        this.retryable = retryable;
    }

    /** Returns the number, 1 to 125, also the exit code. */
    public int number() {
        return number;
    }

    /** Returns who can do something about it. */
    public Category category() {
        return category;
    }

    /** Tells whether the same request may succeed later without any change. */
    public boolean retryable() {
        return retryable;
    }
}
