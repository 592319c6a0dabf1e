/**
 * A host's hypervisor and xenstore in memory, for tests of what stands above the port. Domains have real pages, pauses and suspends; streams are
 * not simulated. Thread-safe.
 */
@NullMarked
package org.vmcoupler.hypervisor.sim;

import org.jspecify.annotations.NullMarked;
