/** Puts the parts together: the daemon's start and stop, its service for local clients, its door for other daemons. Nothing depends on it. */
@NullMarked
package org.vmcoupler.daemon;

import org.jspecify.annotations.NullMarked;
