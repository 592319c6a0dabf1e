/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;

/**
 * How often and how long.
 *
 * @param interval between two looks
 * @param guardStart until a new guard's agent answers
 * @param stop until a target that was asked to end has ended
 */
public record KeeperTimes(Duration interval, Duration guardStart, Duration stop) {}
