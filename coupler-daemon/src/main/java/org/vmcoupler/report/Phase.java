/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.report;

/**
 * One step of a migration.
 *
 * @param startMs begin in milliseconds after the migration's start, source's clock
 * @param endMs end, likewise, not before {@code startMs}
 */
public record Phase(String name, long startMs, long endMs) {}
