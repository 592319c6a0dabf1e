/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's own view of xenstore through /dev/xen/xenbus, as small as the lab's guests need it. */
#ifndef VMCOUPLER_LAB_XENSTORE_H
#define VMCOUPLER_LAB_XENSTORE_H

#include <stddef.h>

/* Opens the device; -1 with errno set on failure. */
int xenstore_open(void);

/* Watches a relative path. The watch fires once at once, and again after the guest has moved to another domain. */
int xenstore_watch(int fd, const char *path);

/* Blocks until any watch fires. 0, or -1 when the device fails. */
int xenstore_wait(int fd);

/* Reads a node into value (always ended by a zero byte). Its length, or -1 if there is no such node. */
int xenstore_read(int fd, const char *path, char *value, size_t size);

/* Writes a node. 0, or -1 if it was refused. */
int xenstore_write(int fd, const char *path, const char *value);

#endif
