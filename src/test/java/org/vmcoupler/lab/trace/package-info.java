/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Xen's own trace of what ran when, against the proven looks that the daemons wrote down. Pure; knows no lab. Any thread. */
@NullMarked
package org.vmcoupler.lab.trace;

import org.jspecify.annotations.NullMarked;
