/* SPDX-License-Identifier: Apache-2.0 */
/* usage: tsc-clock. Prints "TSC MONOTONIC_NS WIDTH_TICKS": the time stamp counter, which Xen's trace uses and a PV dom0 reads natively, and
 * CLOCK_MONOTONIC at the same moment. Of many tries that one is printed between whose two readings of the counter the least time went by;
 * the clock was read within WIDTH_TICKS around TSC. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

enum { TRIES = 20000 };

int main(void)
{
    uint64_t best = UINT64_MAX, tsc = 0, at = 0;
    for (int i = 0; i < TRIES; i++) {
        struct timespec now;
        _mm_mfence();
        uint64_t before = __rdtsc();
        clock_gettime(CLOCK_MONOTONIC, &now);
        _mm_mfence();
        uint64_t after = __rdtsc();
        if (after - before < best) {
            best = after - before;
            tsc = before + best / 2;
            at = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
        }
    }
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", tsc, at, best);
    return 0;
}
