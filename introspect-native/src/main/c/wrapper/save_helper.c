/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libxl starts as its save helper (environment LIBXL_SAVE_HELPER): runs the real one with the shim preloaded, for this
 * one process only. Descriptors 0 and 1 are libxl's channel with the helper and are not touched.
 * Source: tools/libs/light/libxl_save_callout.c, run_helper().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libvmcoupler-save-helper.so"
#define DEFAULT_REAL_HELPER "/usr/lib/xen-4.17/bin/libxl-save-helper"

static int fail(const char *what, const char *name)
{
    dprintf(STDERR_FILENO, "vmcoupler-save-helper: %s %s: %s\n", what, name, strerror(errno));
    return 1;
}

/* The library lies beside this program; its path must hold nothing that ld.so takes for a separator. */
static int library_path(char path[PATH_MAX])
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    if (length <= 0)
        return -1;
    self[length] = '\0';
    slash = strrchr(self, '/');
    if (!slash || strpbrk(self, ": ")) {
        errno = EINVAL;
        return -1;
    }
    *slash = '\0';
    if (snprintf(path, PATH_MAX, "%s/%s", self, LIBRARY) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return access(path, R_OK);
}

int main(int argc, char **argv)
{
    const char *real = getenv("VMCOUPLER_REAL_SAVE_HELPER");
    char library[PATH_MAX];

    (void)argc;
    if (!real || !*real)
        real = DEFAULT_REAL_HELPER;
    if (library_path(library))
        return fail("cannot use", LIBRARY);
    if (setenv("LD_PRELOAD", library, 1))
        return fail("cannot set", "LD_PRELOAD");
    execv(real, argv);
    return fail("cannot run", real);
}
