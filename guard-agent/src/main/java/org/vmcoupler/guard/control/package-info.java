/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How the agent talks with the daemon: requests and replies of docs/guard-protocol.md, and xenstore spoken on /dev/xen/xenbus. One thread;
 * depends on no other package. What is read is hostile.
 */
@NullMarked
package org.vmcoupler.guard.control;

import org.jspecify.annotations.NullMarked;
