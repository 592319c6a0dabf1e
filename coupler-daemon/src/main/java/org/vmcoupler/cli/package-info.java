/**
 * The vmcoupler command. One process per command, one thread; talks to the daemon through {@link org.vmcoupler.local.LocalClient}. The main class
 * alone knows the standard streams. Machine-readable output is the last line on stdout, all else goes to stderr. See docs/cli.md.
 */
@NullMarked
package org.vmcoupler.cli;

import org.jspecify.annotations.NullMarked;
