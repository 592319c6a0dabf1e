/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "real_symbol.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "shim_log.h"

int real_symbol(const char *name, void *slot)
{
    void *address;

    memcpy(&address, slot, sizeof(address));
    if (address)
        return 0;
    address = dlsym(RTLD_NEXT, name);
    if (!address) {
        shim_log("no library has %s", name);
        errno = ENOSYS;
        return -1;
    }
    memcpy(slot, &address, sizeof(address));
    return 0;
}
