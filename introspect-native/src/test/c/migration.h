/* SPDX-License-Identifier: Apache-2.0 */
/* One save of the fake domain into a receiver that applies the stream, so that a test can compare both memories at the end. */
#ifndef VMCOUPLER_MIGRATION_H
#define VMCOUPLER_MIGRATION_H

#include <pthread.h>
#include <stdbool.h>

#include "fake_xen.h"

struct migration {
    int stream[2];
    pthread_t receiver;
    bool ended;
    bool seen[FAKE_PAGES_MAX];
    uint8_t type[FAKE_PAGES_MAX];
    unsigned long times_sent[FAKE_PAGES_MAX];
    unsigned char *image;
};

/** Makes the stream and starts the receiver. */
void migration_open(struct migration *migration);
/** Calls xc_domain_save, whoever has taken its place, closes the stream and waits for the receiver. Returns its result. */
int migration_save(struct migration *migration, struct abi_save_callbacks *callbacks);
/** Pages whose type or bytes at the destination are not those of the source now. */
unsigned migration_differences(const struct migration *migration);
void migration_close(struct migration *migration);

/** libxl's suspend callback: the domain stops. */
int migration_suspend(void *data);

#endif
