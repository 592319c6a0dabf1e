/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Keeps the pairs of this host: looks at each of them again and again, and carries out what {@code life} says. One thread for each pair, which
 * alone touches its domains while no migration has it. Used by {@code daemon}; uses {@code life}, {@code hold}, {@code migration} for a guard's work, and the
 * hypervisor.
 */
@org.jspecify.annotations.NullMarked
package org.vmcoupler.keeper;
