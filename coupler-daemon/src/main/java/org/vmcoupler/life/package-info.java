/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The life of a coupled pair on one host, outside migrations, as a pure machine: what its guard's loss or its target's end leads to. States take
 * {@link org.vmcoupler.life.LifeEvent}s and say what is to be done as {@link org.vmcoupler.life.LifeEffect}s; docs/pairs.md has the diagram. Nothing here blocks, reads a
 * clock or knows a hypervisor. Used by {@code keeper}.
 */
@org.jspecify.annotations.NullMarked
package org.vmcoupler.life;
