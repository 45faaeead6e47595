
/*
 * Memory that fails once: LD_PRELOAD for t/system/memory.py.
 *
 * The file of the environment's SCARCE_FILE holds three 64-bit numbers of this
 * machine: a process id; how many of that process' allocations succeed before
 * one fails, 0 for none; and how many it has made.
 */


#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>


void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static int fails(void);


static volatile int64_t  *scarce;


__attribute__((constructor))
static void
attach(void)
{
    int          fd;
    void        *p;
    const char  *name;

    name = getenv("SCARCE_FILE");
    fd = name ? open(name, O_RDWR) : -1;

    if (fd == -1) {
        return;
    }

    p = mmap(NULL, 3 * sizeof(int64_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
             0);
    close(fd);

    if (p != MAP_FAILED) {
        scarce = p;
    }
}


static int
fails(void)
{
    if (scarce == NULL || scarce[0] != getpid()) {
        return 0;
    }

    __sync_add_and_fetch(&scarce[2], 1);

    if (scarce[1] <= 0 || __sync_sub_and_fetch(&scarce[1], 1) != 0) {
        return 0;
    }

    errno = ENOMEM;

    return 1;
}


void *
malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}


void *
calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}


void *
realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    if (fails()) {
        return ENOMEM;
    }

    *p = __libc_memalign(alignment, size);

    return *p != NULL ? 0 : ENOMEM;
}
