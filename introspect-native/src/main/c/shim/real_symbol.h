/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_REAL_SYMBOL_H
#define VMCOUPLER_REAL_SYMBOL_H

/** Marks a function that takes the place of Xen's of the same name; all other symbols of the shim are hidden. */
#define SHIM_INTERPOSED __attribute__((visibility("default")))

/**
 * Stores the address of the function NAME of the next library after the shim at SLOT, a pointer to a function pointer, unless
 * it is already there. Returns 0, or -1 with errno ENOSYS and a line in the log if no library has it.
 */
int real_symbol(const char *name, void *slot);

#endif
