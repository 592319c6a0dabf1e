/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

/** A migration that will not complete: KEEP is written. Its roll-back may still be under way; {@code migrate} and the report tell the end. */
public record CancelAccepted(String migrationId, String target) {}
