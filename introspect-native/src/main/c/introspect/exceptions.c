/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "exceptions.h"

#include "library.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PACKAGE "org/vmcoupler/introspect/"

/* The one place where an errno becomes an exception; whatever is not listed is a MappingException. */
static const struct {
    int err;
    const char *type;
} TABLE[] = {
    {ENODATA, PACKAGE "HoleException"},
    {ESTALE, PACKAGE "LeaseOverException"},
    {ETIMEDOUT, PACKAGE "LeaseTimeoutException"},
    {ERANGE, "java/lang/IndexOutOfBoundsException"},
    {ENOMEM, "java/lang/OutOfMemoryError"},
};

void vmc_throw(JNIEnv *env, int err, const char *what) {
    const char *type = PACKAGE "MappingException";
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        if (TABLE[i].err == err) {
            type = TABLE[i].type;
        }
    }
    char message[384];
    char reason[128];
    const char *why = err == ELIBACC ? vmc_library_error() : strerror_r(err, reason, sizeof reason);
    const char *name = strerrorname_np(err);
    snprintf(message, sizeof message, "%s: %s (%s)", what, why, name != NULL ? name : "unknown errno");
    jclass class = (*env)->FindClass(env, type);
    if (class != NULL) { /* else NoClassDefFoundError is pending already */
        (*env)->ThrowNew(env, class, message);
    }
}
