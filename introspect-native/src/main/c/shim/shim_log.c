/* SPDX-License-Identifier: Apache-2.0 */
#include "shim_log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void shim_log(const char *format, ...)
{
    static const char prefix[] = "vmcoupler-shim: ";
    char line[400];
    int saved = errno;
    size_t used = sizeof(prefix) - 1;
    va_list arguments;
    int wanted;

    memcpy(line, prefix, used);
    va_start(arguments, format);
    wanted = vsnprintf(line + used, sizeof(line) - used - 1, format, arguments);
    va_end(arguments);
    if (wanted > 0)
        used += (size_t)wanted < sizeof(line) - used - 1 ? (size_t)wanted : sizeof(line) - used - 2;
    line[used++] = '\n';
    /* A log line that cannot be written must not fail a migration. */
    if (write(STDERR_FILENO, line, used) < 0)
        errno = saved;
    errno = saved;
}
