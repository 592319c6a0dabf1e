/** Waiting: polls on a condition with a deadline. Any package may use it; it depends on none. */
@NullMarked
package org.vmcoupler.time;

import org.jspecify.annotations.NullMarked;
