/**
 * The daemon's side of the conversation with the shim in libxl's save helper (docs/shim-protocol.md): who a helper is, what it asks, and the
 * answers that hold a domain in pre-copy or let it suspend. Listeners are called on an event loop; sessions may be answered from any thread.
 * The coordinator depends on it; it knows nothing of migrations.
 */
@NullMarked
package org.vmcoupler.savehelper;

import org.jspecify.annotations.NullMarked;
