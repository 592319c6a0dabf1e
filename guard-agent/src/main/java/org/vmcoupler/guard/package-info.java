/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The agent that runs in the guard: answers the daemon, keeps the view of the target, watches its counter. Two threads: the main thread takes
 * requests, the watcher samples; {@link org.vmcoupler.guard.GuardSession} is what they share, under its own monitor.
 */
@NullMarked
package org.vmcoupler.guard;

import org.jspecify.annotations.NullMarked;
