/** Strict reading of JSON: one mapper that forgives nothing. Any package may use it; it depends on none of ours. */
@NullMarked
package org.vmcoupler.json;

import org.jspecify.annotations.NullMarked;
