/** The guard agent's main loop. */
@NullMarked
package org.vmcoupler.guard;

import org.jspecify.annotations.NullMarked;
