/**
 * dom0's xenstore over xenstored's own socket, in plain Java, so that every call has a deadline. {@code hypervisor.libxl} hands it out; nothing
 * else needs it. Thread-safe. Source: Xen docs/misc/xenstore.txt and xen/include/public/io/xs_wire.h.
 */
@NullMarked
package org.vmcoupler.hypervisor.xenstore;

import org.jspecify.annotations.NullMarked;
