/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints what the installed Xen headers say, one "name value" a line, for AbiTest to compare with the Java mirrors.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

#include <libxl.h>
#include <libxl_event.h>
#include <libxl_utils.h>
#include <xenctrl.h>
#include <xentoollog.h>
#include <xen/hvm/params.h>

#define VALUE(name, value) printf("%s %lld\n", name, (long long)(value))
#define ERROR(name) VALUE(#name, name)

int main(void) {
    VALUE("LIBXL_VERSION", LIBXL_VERSION);
    VALUE("LIBXL_SUSPEND_LIVE", LIBXL_SUSPEND_LIVE);
    VALUE("INVALID_DOMID", (int)INVALID_DOMID);
    VALUE("SELECTIVE_REAP", libxl_sigchld_owner_libxl_always_selective_reap);
    VALUE("chldowner", offsetof(libxl_childproc_hooks, chldowner));
    VALUE("stream_version", offsetof(libxl_domain_restore_params, stream_version));
    VALUE("XTL_INFO", XTL_INFO);
    VALUE("HIDE_PROGRESS", XTL_STDIOSTREAM_HIDE_PROGRESS);
    VALUE("SHADOW_OP_OFF", XEN_DOMCTL_SHADOW_OP_OFF);
    VALUE("STORE_PFN", HVM_PARAM_STORE_PFN);
    VALUE("F_SETFD", F_SETFD);
    VALUE("F_GETFL", F_GETFL);
    VALUE("O_CLOEXEC", O_CLOEXEC);
    VALUE("SOCK_CLOEXEC", SOCK_CLOEXEC);
    VALUE("SO_SNDBUFFORCE", SO_SNDBUFFORCE);
    VALUE("SO_SNDBUF", SO_SNDBUF);
    VALUE("libxl_dominfo", sizeof(libxl_dominfo));
    VALUE("libxl_domain_config", sizeof(libxl_domain_config));
    VALUE("libxl_domain_restore_params", sizeof(libxl_domain_restore_params));
    VALUE("libxl_physinfo", sizeof(libxl_physinfo));
    ERROR(ERROR_NONSPECIFIC);
    ERROR(ERROR_VERSION);
    ERROR(ERROR_FAIL);
    ERROR(ERROR_NI);
    ERROR(ERROR_NOMEM);
    ERROR(ERROR_INVAL);
    ERROR(ERROR_BADFAIL);
    ERROR(ERROR_GUEST_TIMEDOUT);
    ERROR(ERROR_TIMEDOUT);
    ERROR(ERROR_NOPARAVIRT);
    ERROR(ERROR_NOT_READY);
    ERROR(ERROR_OSEVENT_REG_FAIL);
    ERROR(ERROR_BUFFERFULL);
    ERROR(ERROR_UNKNOWN_CHILD);
    ERROR(ERROR_LOCK_FAIL);
    ERROR(ERROR_JSON_CONFIG_EMPTY);
    ERROR(ERROR_DEVICE_EXISTS);
    ERROR(ERROR_CHECKPOINT_DEVOPS_DOES_NOT_MATCH);
    ERROR(ERROR_CHECKPOINT_DEVICE_NOT_SUPPORTED);
    ERROR(ERROR_VNUMA_CONFIG_INVALID);
    ERROR(ERROR_DOMAIN_NOTFOUND);
    ERROR(ERROR_ABORTED);
    ERROR(ERROR_NOTFOUND);
    ERROR(ERROR_DOMAIN_DESTROYED);
    ERROR(ERROR_FEATURE_REMOVED);
    return 0;
}
