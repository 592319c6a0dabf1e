/** The one table of what can go wrong, shared by daemon, peer and CLI. Depends on nothing; any package may use it. */
@NullMarked
package org.vmcoupler.fault;

import org.jspecify.annotations.NullMarked;
