/* SPDX-License-Identifier: Apache-2.0 */
/* What a hostile target can do to whoever watches it, by hypercalls on itself. Needs the module xen-privcmd, unrestricted. */
#ifndef VMCOUPLER_LAB_HOSTILE_H
#define VMCOUPLER_LAB_HOSTILE_H

/* Puts another frame with the same contents under a page of this process, which nobody else may touch meanwhile. how is "gmfn" (a spare frame
 * is moved there) or "balloon" (the page is given back to Xen and populated again). 0, or -1 after a line on stdout. */
int hostile_swap(const char *how, void *page);

/* Suspends this domain without being asked to, `times` times, `pause_ms` apart. Returns when the last one was resumed; -1 if Xen refuses. */
int hostile_suspend(unsigned times, unsigned pause_ms);

#endif
