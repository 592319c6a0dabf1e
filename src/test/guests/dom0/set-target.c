/* SPDX-License-Identifier: Apache-2.0 */
/* usage: set-target GUARD_DOMID TARGET_DOMID. Couples two domains by hand, for work on the agent alone. Once per guard. */
#include <stdio.h>
#include <stdlib.h>
#include <xenctrl.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: set-target GUARD_DOMID TARGET_DOMID\n");
        return 2;
    }
    xc_interface *xch = xc_interface_open(NULL, NULL, 0);
    if (xch == NULL) {
        perror("xc_interface_open");
        return 1;
    }
    int failed = xc_domain_set_target(xch, (uint32_t)atoi(argv[1]), (uint32_t)atoi(argv[2]));
    if (failed)
        perror("xc_domain_set_target");
    xc_interface_close(xch);
    return failed ? 1 : 0;
}
