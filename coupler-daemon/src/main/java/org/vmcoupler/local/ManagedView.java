/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

/**
 * A domain of a pair as libvirt sees it.
 *
 * @param role {@code target} or {@code guard}
 * @param name its name in libvirt
 * @param state its state in libvirt, which says nothing of what Xen runs
 */
public record ManagedView(String role, String name, String state) {}
