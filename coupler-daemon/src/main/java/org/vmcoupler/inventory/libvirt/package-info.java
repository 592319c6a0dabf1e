/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * libvirt as the other manager, through libvirt-java: the only package that knows {@code org.libvirt}. libvirt.so is loaded at the first
 * question, by name ({@code virt}, which finds libvirt.so.0); without it, or without its daemon, {@link org.vmcoupler.inventory} says what is
 * lost. All calls into libvirt are made by one thread of its own, so that one that never returns holds up nothing else.
 */
@NullMarked
package org.vmcoupler.inventory.libvirt;

import org.jspecify.annotations.NullMarked;
