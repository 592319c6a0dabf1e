/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Memory of the target, seen from the guard: windows at fixed addresses, leases, scans. The only package with native methods; it depends on no
 * other. No buffer over foreign memory leaves the native layer: every read checks and copies. Every class but {@link
 * org.vmcoupler.introspect.Lease} may be used by any thread.
 */
@NullMarked
package org.vmcoupler.introspect;

import org.jspecify.annotations.NullMarked;
