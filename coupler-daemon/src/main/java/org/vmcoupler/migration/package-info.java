/**
 * Carries out what {@code coupling} decides. Each migration has one thread of its own per host, on which its events are handled one after the
 * other and its short effects (journal, messages, answers to save helpers) are carried out in their order; long ones (saves, restores, looks,
 * roll-back) run on worker threads and end in an event. Only the {@code daemon} package may depend on this one.
 */
@NullMarked
package org.vmcoupler.migration;

import org.jspecify.annotations.NullMarked;
