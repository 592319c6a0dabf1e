/**
 * The configuration file, read once at the start into checked records. What is unknown, retired, of the wrong type or out of range stops the start
 * with one sentence that names file, line, key, value and what is allowed. Immutable; any thread. Depends on {@code fault} only.
 */
@NullMarked
package org.vmcoupler.config;

import org.jspecify.annotations.NullMarked;
