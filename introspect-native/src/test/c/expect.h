/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_EXPECT_H
#define VMCOUPLER_EXPECT_H

#include <stdio.h>
#include <stdlib.h>

/** Ends the test program with the place and the text of the first condition that does not hold. */
#define EXPECT(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s: not so: %s\n", __FILE__, __LINE__, __func__, #condition); \
            exit(1); \
        } \
    } while (0)

#endif
