
/*
 * Name servers that take their time: LD_PRELOAD for t/system/threads.py.
 *
 * The file of the environment's SILENT_FILE holds three 64-bit numbers of this
 * machine: how often a name below silent.test was looked up, which has no
 * answer until the third number is not 0; and how often slow.test, which is
 * 127.0.0.1 after a second.  missing.test is not known.  Once the third number
 * is 2, all of them are 127.0.0.1.
 *
 * A process that ends gets all its answers at the last moment, when everything
 * else of it is gone.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


typedef int (*getaddrinfo_pt)(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **list);


static volatile int64_t  *silent;
static volatile int       asked, ending;


__attribute__((constructor))
static void
attach(void)
{
    int          fd;
    void        *p;
    const char  *name;

    name = getenv("SILENT_FILE");
    fd = name ? open(name, O_RDWR) : -1;

    if (fd == -1) {
        return;
    }

    p = mmap(NULL, 3 * sizeof(int64_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
             0);
    close(fd);

    if (p != MAP_FAILED) {
        silent = p;
    }
}


__attribute__((destructor))
static void
end(void)
{
    if (asked) {
        ending = 1;
        usleep(100000);
    }
}


int
getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **list)
{
    size_t          len;
    getaddrinfo_pt  next;

    len = node ? strlen(node) : 0;

    if (silent && len > 12 && strcmp(node + len - 12, ".silent.test") == 0) {

        __sync_add_and_fetch(&silent[0], 1);
        asked = 1;

        while (silent[2] == 0 && !ending) {
            usleep(20000);
        }

        if (silent[2] != 2) {
            return EAI_AGAIN;
        }

        node = "127.0.0.1";
    }

    if (silent && len == 12 && strcmp(node, "missing.test") == 0) {

        if (silent[2] != 2) {
            return EAI_NONAME;
        }

        node = "127.0.0.1";
    }

    if (silent && len == 9 && strcmp(node, "slow.test") == 0) {

        __sync_add_and_fetch(&silent[1], 1);

        usleep(1000000);
        node = "127.0.0.1";
    }

    next = (getaddrinfo_pt) dlsym(RTLD_NEXT, "getaddrinfo");

    return next(node, service, hints, list);
}
