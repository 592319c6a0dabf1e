/**
 * The hypervisor port on a real Xen, through libxl, libxenctrl and libxenforeignmemory. The only package that may import JNA. Calls run on the
 * caller's thread and may block for minutes; one libxl context serves all threads, also several long operations at once (Source: Xen
 * tools/include/libxl_event.h, libxl_ctx is thread-safe). Structs are opaque: over-allocated, and filled and read as libxl's own JSON.
 *
 * <p>x86-64 only: {@code size_t}, {@code unsigned long} and {@code xen_pfn_t} are mirrored as {@code long}.
 */
@NullMarked
package org.vmcoupler.hypervisor.libxl;

import org.jspecify.annotations.NullMarked;
