/* SPDX-License-Identifier: Apache-2.0 */
/* A process that the kernel cannot freeze, so that the guest acknowledges each request to suspend and then gives it up: after 20 s of its time
 * the freezer fails and all goes on. It locks a page whose fault nobody handles, and the kernel waits for that in TASK_KILLABLE, which the freezer's
 * fake signal does not end.
 * Source: Linux mm/gup.c, faultin_page (no FAULT_FLAG_INTERRUPTIBLE); fs/userfaultfd.c, userfaultfd_get_blocking_state; kernel/power/process.c,
 * try_to_freeze_tasks; drivers/xen/manage.c, do_suspend. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096 };

int main(void)
{
    struct uffdio_api api = {.api = UFFD_API};
    int faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register range = {.range = {.start = (unsigned long)page, .len = PAGE_BYTES}, .mode = UFFDIO_REGISTER_MODE_MISSING};

    if (faults < 0 || page == MAP_FAILED || ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &range)) {
        perror("refuse-suspend");
        return 1;
    }
    puts("refuse-suspend: not to be frozen");
    fflush(stdout);
    return mlock(page, PAGE_BYTES) != 0;
}
