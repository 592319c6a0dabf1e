/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/**
 * What is measured at an event.
 *
 * @param nowMs milliseconds on any steady clock
 * @param bytesPerSecond rate of both streams together, 0 if not known yet
 */
public record Moment(long nowMs, double bytesPerSecond) {}
