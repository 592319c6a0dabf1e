/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What another manager of this host's domains, beside us, knows of them, in our own records; {@code inventory.libvirt} asks libvirt. Whatever
 * keeps it from being asked is logged and taken for "it manages nothing": nothing but this is lost. All calls block, until a deadline at most;
 * none may be made on an event loop or under a lock. Implementations are thread-safe.
 */
@NullMarked
package org.vmcoupler.inventory;

import org.jspecify.annotations.NullMarked;
