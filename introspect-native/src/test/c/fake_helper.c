/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libxl-save-helper: `fake_helper --save-domain FD` saves the fake domain to FD, with stdout as libxl's channel. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_xen.h"

int xc_domain_save(void *xch, int fd, uint32_t domid, uint32_t flags, struct abi_save_callbacks *callbacks, int stream_type,
                   int recv_fd);

static int suspend(void *data)
{
    (void)data;
    return 1;
}

int main(int argc, char **argv)
{
    struct abi_save_callbacks callbacks = {.suspend = suspend};

    if (argc != 3 || strcmp(argv[1], "--save-domain") != 0 || !getenv("LD_PRELOAD"))
        return 90;
    fake_reset(64);
    if (write(STDOUT_FILENO, "ready", 5) != 5)
        return 91;
    return xc_domain_save(NULL, atoi(argv[2]), fake.domid, 1, &callbacks, ABI_STREAM_PLAIN, -1) == 0 ? 0 : 92;
}
