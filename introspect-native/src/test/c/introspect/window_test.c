/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/* Windows, holes, generations and scans over memory that stands for a target's. Usage: introspect-window-test LIBRARY */
#define _GNU_SOURCE
#include "library.h"
#include "scan.h"
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 8

#define CHECK(condition)                                                                    \
    do {                                                                                    \
        if (!(condition)) {                                                                 \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);       \
            exit(1);                                                                        \
        }                                                                                   \
    } while (0)

static char folder[] = "/tmp/vmcoupler-window-test-XXXXXX";
static const uint64_t GFNS[PAGES] = {0, 1, 2, 3, 4, 5, 6, 7};

static void write_domain(uint32_t domid, unsigned char fill, int frames) {
    char path[128];
    snprintf(path, sizeof path, "%s/%u.mem", folder, domid);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    for (size_t i = 0; i < (size_t)frames * VMC_PAGE_SIZE; i++) {
        fputc(fill, file);
    }
    CHECK(fclose(file) == 0);
}

static void write_page(uint32_t domid, int page, const void *bytes, size_t length) {
    char path[128];
    snprintf(path, sizeof path, "%s/%u.mem", folder, domid);
    int fd = open(path, O_WRONLY);
    CHECK(fd >= 0);
    CHECK(pwrite(fd, bytes, length, (off_t)page * 4096) == (ssize_t)length);
    close(fd);
}

static int map(struct vmc_window *window, uint32_t domid, int32_t generation, size_t *holes) {
    struct vmc_frames frames = {.domid = domid, .count = PAGES, .gfns = GFNS};
    return vmc_window_map(window, &frames, generation, holes);
}

static int byte_at(struct vmc_window *window, int32_t generation, uint64_t at) {
    const void *data;
    int rc = vmc_window_begin_read(window, generation, at, 1, &data);
    if (rc != 0) {
        return -rc;
    }
    int byte = *(const unsigned char *)data;
    vmc_window_end_read(window);
    return byte;
}

static void test_same_address_new_domain_and_holes(void) {
    struct vmc_window *window = vmc_window_reserve(PAGES);
    const void *address = vmc_window_address(window);
    size_t holes = 99;
    CHECK(byte_at(window, 1, 0) == -ESTALE);
    CHECK(map(window, 1, 1, &holes) == 0 && holes == 1);
    CHECK(byte_at(window, 1, 0) == 0x11 && byte_at(window, 1, 6 * 4096 + 4095) == 0x11);
    CHECK(byte_at(window, 1, 7 * 4096) == -ENODATA);
    CHECK(byte_at(window, 1, 8 * 4096) == -ERANGE);
    CHECK(byte_at(window, 2, 0) == -ESTALE && byte_at(window, 0, 0) == -ESTALE);
    CHECK(vmc_window_unmap(window, 0) == 0 && vmc_window_unmap(window, 0) == 0);
    CHECK(byte_at(window, 1, 0) == -ESTALE && vmc_window_count(window) == 0);
    CHECK(mmap((void *)(uintptr_t)address, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
    CHECK(map(window, 2, 2, &holes) == 0 && holes == 0);
    CHECK(vmc_window_address(window) == address);
    CHECK(byte_at(window, 2, 7 * 4096) == 0x22 && byte_at(window, 1, 0) == -ESTALE);
    vmc_window_release(window);
}

static void fail_by(uint32_t domid, const char *kind) {
    char path[128];
    snprintf(path, sizeof path, "%s/%u.fail", folder, domid);
    unlink(path);
    if (kind != NULL) {
        FILE *file = fopen(path, "w");
        CHECK(file != NULL && fputs(kind, file) >= 0 && fclose(file) == 0);
    }
}

/* How many mappings of frames the kernel lists. */
static int mappings_of_frames(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    int count = 0;
    CHECK(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        count += strstr(line, folder) != NULL;
    }
    fclose(maps);
    return count;
}

/* The target's frames are mapped while the window shows them and never else, whatever has failed. */
static void test_no_mapping_is_left(void) {
    static const char *const KINDS[] = {"mmap", "privcmd", "pages"};
    struct vmc_window *window = vmc_window_reserve(PAGES);
    size_t holes;
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        CHECK(map(window, 1, 1, &holes) == 0 && mappings_of_frames() > 0);
        fail_by(1, KINDS[i]);
        CHECK(map(window, 1, 2, &holes) != 0 && mappings_of_frames() == 0);
        fail_by(1, NULL);
    }
    CHECK(map(window, 1, 1, &holes) == 0 && vmc_window_unmap(window, 0) == 0 && mappings_of_frames() == 0);
    CHECK(map(window, 1, 1, &holes) == 0 && mappings_of_frames() > 0);
    vmc_window_release(window);
    CHECK(mappings_of_frames() == 0);
}

/* A mapping that fails costs nothing but itself: the next one is at the same address again. frames: fewer than reserved, or all. */
static void test_failures_do_not_lose_the_range(size_t frames) {
    static const struct {
        const char *kind;
        int rc;
    } FAILURES[] = {{"mmap", ENOMEM}, {"privcmd", EPERM}, {"pages", EPERM}};
    struct vmc_window *window = vmc_window_reserve(PAGES);
    const void *address = vmc_window_address(window);
    struct vmc_frames wanted = {.domid = 2, .count = frames, .gfns = GFNS};
    size_t holes;
    for (size_t i = 0; i < sizeof FAILURES / sizeof FAILURES[0]; i++) {
        fail_by(2, FAILURES[i].kind);
        CHECK(vmc_window_map(window, &wanted, 1, &holes) == FAILURES[i].rc);
        CHECK(byte_at(window, 1, 0) == -ESTALE);
        CHECK(mmap((void *)(uintptr_t)address, PAGES * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)
              == MAP_FAILED);
        fail_by(2, NULL);
        CHECK(vmc_window_map(window, &wanted, 1, &holes) == 0 && byte_at(window, 1, (frames - 1) * 4096) == 0x22);
        CHECK(vmc_window_address(window) == address);
    }
    vmc_window_release(window);
}

/* What was faster keeps its memory, and the window takes the range again once that is gone. */
static void test_a_range_that_is_taken_is_not_mapped_over(size_t frames) {
    struct vmc_window *window = vmc_window_reserve(PAGES);
    struct vmc_frames wanted = {.domid = 2, .count = frames, .gfns = GFNS};
    unsigned char *stranger = (unsigned char *)(uintptr_t)vmc_window_address(window);
    size_t holes;
    fail_by(2, "race");
    CHECK(vmc_window_map(window, &wanted, 1, &holes) == EADDRINUSE);
    fail_by(2, NULL);
    stranger[0] = 77;
    CHECK(vmc_window_map(window, &wanted, 1, &holes) == EADDRINUSE && vmc_window_unmap(window, 0) == 0 && stranger[0] == 77);
    CHECK(munmap(stranger, 4096) == 0);
    CHECK(vmc_window_map(window, &wanted, 1, &holes) == 0 && byte_at(window, 1, 0) == 0x22);
    CHECK((const unsigned char *)vmc_window_address(window) == stranger);
    vmc_window_release(window);
}

static void test_failed_map_keeps_the_range(void) {
    struct vmc_window *window = vmc_window_reserve(PAGES);
    const void *address = vmc_window_address(window);
    size_t holes;
    CHECK(map(window, 1, 1, &holes) == 0);
    CHECK(map(window, 77, 2, &holes) == ESRCH);
    CHECK(byte_at(window, 1, 0) == -ESTALE && byte_at(window, 2, 0) == -ESTALE);
    CHECK(map(window, 2, 3, &holes) == 0 && vmc_window_address(window) == address && byte_at(window, 3, 0) == 0x22);
    CHECK(map(window, 2, 0, &holes) == EINVAL);
    struct vmc_frames many = {.domid = 1, .count = PAGES + 1, .gfns = GFNS};
    CHECK(vmc_window_map(window, &many, 4, &holes) == EINVAL);
    vmc_window_release(window);
    CHECK(vmc_window_reserve(0) == NULL && vmc_window_reserve(VMC_WINDOW_PAGES_MAX + 1) == NULL);
}

static void test_unmap_waits_for_a_reader_but_not_for_ever(void) {
    struct vmc_window *window = vmc_window_reserve(PAGES);
    size_t holes;
    const void *data;
    CHECK(map(window, 1, 1, &holes) == 0);
    CHECK(vmc_window_begin_read(window, 1, 4090, 7, &data) == ERANGE);
    CHECK(vmc_window_begin_read(window, 1, 0, 4096, &data) == 0);
    CHECK(vmc_window_unmap(window, 20) == ETIMEDOUT);
    CHECK(((const unsigned char *)data)[4095] == 0x11);
    vmc_window_end_read(window);
    CHECK(vmc_window_unmap(window, 20) == 0);
    vmc_window_release(window);
}

static void test_scan(void) {
    unsigned char page[VMC_PAGE_SIZE] = {0};
    uint64_t words[5] = {UINT64_C(0x564d434f55504c52), 7, UINT64_C(0x1122334455667788), UINT64_C(0xfeedfacecafebeef), 0};
    memcpy(page, words, sizeof words);
    write_page(1, 2, page, sizeof page); /* the constants alone: not the page */
    words[4] = words[0] ^ words[2];
    memcpy(page, words, sizeof words);
    write_page(1, 5, page, sizeof page);
    memset(page, 0, sizeof page);
    strcpy((char *)page, "OSRELEASE=%s\n");
    write_page(1, 3, page, sizeof page);
    memset(page, 0, sizeof page);
    memcpy(page + 12, "VMCOREINFO", 11);
    strcpy((char *)page + 24, "OSRELEASE=6.1.0\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=ffff\n");
    write_page(1, 4, page, sizeof page);
    struct vmc_window *window = vmc_window_reserve(PAGES);
    size_t holes;
    int64_t found;
    CHECK(map(window, 1, 1, &holes) == 0 && holes == 1);
    CHECK(vmc_scan(window, 1, VMC_PAGE_COUNTER, 0, &found) == 0 && found == 5);
    CHECK(vmc_scan(window, 1, VMC_PAGE_COUNTER, 6, &found) == 0 && found == -1);
    CHECK(vmc_scan(window, 1, VMC_PAGE_VMCOREINFO, 0, &found) == 0 && found == 4);
    CHECK(vmc_scan(window, 2, VMC_PAGE_COUNTER, 0, &found) == ESTALE && found == -1);
    CHECK(vmc_scan(window, 1, (enum vmc_page_kind)9, 0, &found) == EINVAL);
    vmc_window_release(window);
}

static struct vmc_window *shared;
static atomic_int stop;
static atomic_long reads;

static void *read_all_the_time(void *unused) {
    (void)unused;
    for (uint64_t at = 0; !atomic_load(&stop); at = (at + 4096) % (PAGES * 4096)) {
        for (int32_t generation = 1; generation <= 2; generation++) {
            int byte = byte_at(shared, generation, at);
            CHECK(byte == -ESTALE || byte == -ENODATA || byte == generation * 0x11);
            atomic_fetch_add(&reads, byte > 0);
        }
    }
    return NULL;
}

/* A reader is never faulted and never sees bytes of another generation, whatever is mapped and unmapped under it. */
static void test_readers_against_remaps(void) {
    size_t holes;
    write_domain(1, 0x11, 7);
    shared = vmc_window_reserve(PAGES);
    pthread_t readers[2];
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&readers[i], NULL, read_all_the_time, NULL) == 0);
    }
    for (int i = 0; i < 2000 || atomic_load(&reads) < 1000; i++) {
        CHECK(map(shared, 1 + (uint32_t)(i % 2), 1 + i % 2, &holes) == 0);
        CHECK(i % 3 != 0 || vmc_window_unmap(shared, 1000) == 0);
        CHECK(i < 10000000);
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < 2; i++) {
        pthread_join(readers[i], NULL);
    }
    vmc_window_release(shared);
}

int main(int count, char **arguments) {
    CHECK(count == 2 && mkdtemp(folder) != NULL);
    setenv("VMCOUPLER_FILE_MEMORY", folder, 1);
    write_domain(1, 0x11, 7);
    write_domain(2, 0x22, 8);
    CHECK(vmc_library() == NULL);
    CHECK(vmc_library_open("/nonexistent/lib.so") == ELIBACC && strstr(vmc_library_error(), "nonexistent") != NULL);
    CHECK(vmc_library_open(arguments[1]) == 0);
    test_same_address_new_domain_and_holes();
    test_failed_map_keeps_the_range();
    test_no_mapping_is_left();
    test_failures_do_not_lose_the_range(PAGES);
    test_failures_do_not_lose_the_range(PAGES - 3);
    test_a_range_that_is_taken_is_not_mapped_over(PAGES);
    test_a_range_that_is_taken_is_not_mapped_over(PAGES - 3);
    test_unmap_waits_for_a_reader_but_not_for_ever();
    test_scan();
    test_readers_against_remaps();
    char path[128];
    for (int domid = 1; domid <= 2; domid++) {
        snprintf(path, sizeof path, "%s/%d.mem", folder, domid);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}
