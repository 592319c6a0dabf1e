/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vmc_library library;
static bool opened;
static char error[256];

static void *symbol(void *so, const char *name) {
    void *found = dlsym(so, name);
    if (found == NULL) {
        const char *why = dlerror();
        snprintf(error, sizeof error, "%s", why != NULL ? why : name);
    }
    return found;
}

static int load(const char *path) {
    void *(*open_handle)(void *logger, unsigned flags);
    void *so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (so == NULL) {
        const char *why = dlerror();
        snprintf(error, sizeof error, "%s", why != NULL ? why : path);
        return ELIBACC;
    }
    void *opener = symbol(so, "xenforeignmemory_open");
    void *mapper = symbol(so, "xenforeignmemory_map2");
    if (opener == NULL || mapper == NULL) {
        dlclose(so);
        return ELIBACC;
    }
    /* ISO C has no conversion from void * to a function pointer; POSIX guarantees that the bytes are the same. */
    memcpy(&open_handle, &opener, sizeof open_handle);
    memcpy(&library.map2, &mapper, sizeof library.map2);
    errno = 0;
    library.handle = open_handle(NULL, 0);
    if (library.handle == NULL) {
        int why = errno != 0 ? errno : ENODEV;
        dlclose(so);
        return why;
    }
    return 0;
}

int vmc_library_open(const char *path) {
    pthread_mutex_lock(&lock);
    int rc = opened ? 0 : load(path);
    opened = rc == 0;
    pthread_mutex_unlock(&lock);
    return rc;
}

const struct vmc_library *vmc_library(void) {
    pthread_mutex_lock(&lock);
    const struct vmc_library *found = opened ? &library : NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

const char *vmc_library_error(void) { return error; }
