/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/**
 * How long the source waits for each thing before YIELD, in milliseconds. After YIELD it waits without limit, so nothing of that is here.
 *
 * @param answerMs from Begin to Accept or Refuse
 * @param startMs from Accept to the first question of both save helpers
 * @param prepareMs for the guard to park its checks
 * @param restMs for the rest of one stream: its last round, or what is left after the stop
 * @param suspendMs for a domain to suspend once its helper was told so; below libxl's own 60 s, after which libxl takes the request back without
 *     a word. Source: Xen tools/libs/light/libxl_dom_suspend.c, domain_suspend_common_pvcontrol_suspending
 * @param lookMs for the guard's last look
 * @param readyMs from Stopped to Ready: both restores end, the pair is coupled, the guard looks
 */
public record WaitLimits(
        long answerMs, long startMs, long prepareMs, long restMs, long suspendMs, long lookMs, long readyMs) {}
