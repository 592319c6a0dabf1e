/**
 * What the coordinator needs from one host's hypervisor, in our own records. {@code hypervisor.libxl} implements it on a real Xen. All calls
 * block and may take from microseconds to minutes; none may be made on an event loop. Implementations are thread-safe.
 */
@NullMarked
package org.vmcoupler.hypervisor;

import org.jspecify.annotations.NullMarked;
