/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_SHIM_LOG_H
#define VMCOUPLER_SHIM_LOG_H

/**
 * Writes one line, led by "vmcoupler-shim: ", to stderr in a single write; longer than 400 bytes is cut. Keeps errno.
 * Never stdout: that is libxl's channel with the save helper (tools/libs/light/libxl_save_helper.c, head comment).
 */
void shim_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
