/** The report of a migration, kept by both daemons. */
@NullMarked
package org.vmcoupler.report;

import org.jspecify.annotations.NullMarked;
