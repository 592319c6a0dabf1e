/**
 * What the destination admits of an offered domain: its own configuration is built from an allow-list, everything else is refused. Pure; any
 * thread. The coordinator depends on it; it depends on the hypervisor's records only.
 */
@NullMarked
package org.vmcoupler.admission;

import org.jspecify.annotations.NullMarked;
