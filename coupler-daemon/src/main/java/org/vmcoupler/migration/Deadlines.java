/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;

/**
 * How long each step may take.
 *
 * @param guard a guard's answer while nothing is stopped: status, prepare
 * @param quiesce the last look and the unmapping of everything, inside the downtime
 * @param look a guard's proven look after a move, inside the downtime
 * @param suspend from the abort of a save to the end of its helper; libxl itself waits 60 s twice
 * @param goesOn until a released target's counter must have moved
 * @param rollBack all tries of a roll-back together
 * @param destroy until a destroyed domain is gone
 */
public record Deadlines(
        Duration guard,
        Duration quiesce,
        Duration look,
        Duration suspend,
        Duration goesOn,
        Duration rollBack,
        Duration destroy) {}
