/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VMC_INTROSPECT_EXCEPTIONS_H
#define VMC_INTROSPECT_EXCEPTIONS_H

#include <jni.h>

/* Throws the Java exception that stands for errno value err in this library, see the table. */
void vmc_throw(JNIEnv *env, int err, const char *what);

#endif
