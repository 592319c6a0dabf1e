/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/*
 * The native methods of org.vmcoupler.introspect.ForeignMemory. A window travels as the address of its struct; only that
 * package-private class holds it. Arguments are checked in Java where a wrong one would be a bug there, here where bytes could be
 * read that are not ours.
 */
#include "exceptions.h"
#include "library.h"
#include "scan.h"
#include "window.h"

#include <errno.h>
#include <stdlib.h>

#define METHOD(type, name) JNIEXPORT type JNICALL Java_org_vmcoupler_introspect_ForeignMemory_##name

METHOD(void, open)(JNIEnv *env, jclass class, jstring path);
METHOD(jlong, reserve)(JNIEnv *env, jclass class, jint pages);
METHOD(void, release)(JNIEnv *env, jclass class, jlong window);
METHOD(jint, map)(JNIEnv *env, jclass class, jlong window, jint domid, jlongArray gfns, jint count, jint generation);
METHOD(void, unmap)(JNIEnv *env, jclass class, jlong window, jint timeout_ms);
METHOD(jlong, address)(JNIEnv *env, jclass class, jlong window);
METHOD(jint, read)(JNIEnv *env, jclass class, jlong window, jint generation, jlong at, jbyteArray into, jint offset);
METHOD(jlong, readWord)(JNIEnv *env, jclass class, jlong window, jint generation, jlong at);
METHOD(jint, scan)(JNIEnv *env, jclass class, jlong window, jint generation, jint kind, jint from);

static struct vmc_window *window_of(jlong window) { return (struct vmc_window *)(uintptr_t)window; }

METHOD(void, open)(JNIEnv *env, jclass class, jstring path) {
    (void)class;
    const char *name = (*env)->GetStringUTFChars(env, path, NULL);
    if (name == NULL) {
        return;
    }
    int rc = vmc_library_open(name);
    (*env)->ReleaseStringUTFChars(env, path, name);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot open privcmd");
    }
}

METHOD(jlong, reserve)(JNIEnv *env, jclass class, jint pages) {
    (void)class;
    struct vmc_window *window = vmc_window_reserve(pages > 0 ? (size_t)pages : 0);
    if (window == NULL) {
        vmc_throw(env, errno, "cannot reserve address space for a window");
    }
    return (jlong)(uintptr_t)window;
}

METHOD(void, release)(JNIEnv *env, jclass class, jlong window) {
    (void)env;
    (void)class;
    vmc_window_release(window_of(window));
}

METHOD(jint, map)(JNIEnv *env, jclass class, jlong window, jint domid, jlongArray gfns, jint count, jint generation) {
    (void)class;
    if (count <= 0 || domid < 0 || (*env)->GetArrayLength(env, gfns) < count) {
        vmc_throw(env, EINVAL, "bad frame list");
        return 0;
    }
    jlong *list = (*env)->GetLongArrayElements(env, gfns, NULL);
    if (list == NULL) {
        return 0;
    }
    struct vmc_frames frames = {.domid = (uint32_t)domid, .count = (size_t)count, .gfns = (const uint64_t *)list};
    size_t holes = 0;
    int rc = vmc_window_map(window_of(window), &frames, generation, &holes);
    (*env)->ReleaseLongArrayElements(env, gfns, list, JNI_ABORT);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot map frames of the target");
    }
    return (jint)holes;
}

METHOD(void, unmap)(JNIEnv *env, jclass class, jlong window, jint timeout_ms) {
    (void)class;
    int rc = vmc_window_unmap(window_of(window), timeout_ms > 0 ? timeout_ms : 0);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot unmap a window");
    }
}

METHOD(jlong, address)(JNIEnv *env, jclass class, jlong window) {
    (void)env;
    (void)class;
    return (jlong)(uintptr_t)vmc_window_address(window_of(window));
}

METHOD(jint, read)(JNIEnv *env, jclass class, jlong window, jint generation, jlong at, jbyteArray into, jint offset) {
    (void)class;
    jsize length = (*env)->GetArrayLength(env, into);
    if (at < 0 || offset < 0 || offset > length) {
        vmc_throw(env, ERANGE, "read out of range");
        return 0;
    }
    size_t page_rest = VMC_PAGE_SIZE - (uint64_t)at % VMC_PAGE_SIZE;
    size_t wanted = (size_t)(length - offset);
    size_t count = wanted < page_rest ? wanted : page_rest;
    const void *data;
    int rc = vmc_window_begin_read(window_of(window), generation, (uint64_t)at, count, &data);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot read the target's memory");
        return 0;
    }
    (*env)->SetByteArrayRegion(env, into, offset, (jsize)count, data);
    vmc_window_end_read(window_of(window));
    return (jint)count;
}

METHOD(jlong, readWord)(JNIEnv *env, jclass class, jlong window, jint generation, jlong at) {
    (void)class;
    const void *data;
    int rc = at < 0 || at % 8 != 0 ? ERANGE
                                   : vmc_window_begin_read(window_of(window), generation, (uint64_t)at, sizeof(jlong), &data);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot read the target's memory");
        return 0;
    }
    jlong word = __atomic_load_n((const jlong *)data, __ATOMIC_RELAXED);
    vmc_window_end_read(window_of(window));
    return word;
}

METHOD(jint, scan)(JNIEnv *env, jclass class, jlong window, jint generation, jint kind, jint from) {
    (void)class;
    int64_t found = -1;
    int rc = from < 0 ? ERANGE : vmc_scan(window_of(window), generation, (enum vmc_page_kind)kind, (size_t)from, &found);
    if (rc != 0) {
        vmc_throw(env, rc, "cannot scan the target's memory");
    }
    return (jint)found;
}
