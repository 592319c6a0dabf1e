/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What keeps a target from running, and who has to know of it. Used by {@code keeper} and {@code migration}; uses the hypervisor. */
@org.jspecify.annotations.NullMarked
package org.vmcoupler.hold;
