
/*
 * An older libpq that sends as libpq 17 does: LD_PRELOAD for t/system/flush.py.
 *
 * A Sync stays in libpq's buffer, with all in front of it, until somebody
 * flushes: PQpipelineSync() finds a socket that is full, and nothing to read.
 *
 * And where PQflush() finds a socket that is full indeed, libpq reads: what the
 * other side has to say has come by then.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>


#define MEANWHILE  50000   /* µs */


typedef struct pg_conn  PGconn;
typedef int (*libpq_pt)(PGconn *conn);

int PQpipelineSync(PGconn *conn);
int PQflush(PGconn *conn);


static libpq_pt of_libpq(const char *name);


static __thread int  holds;     /* in a Sync */
static __thread int  flushes;


/* RTLD_NEXT does not know what came with a module */

static libpq_pt
of_libpq(const char *name)
{
    libpq_pt  function;

    *(void **) &function = dlsym(dlopen("libpq.so.5", RTLD_LAZY|RTLD_NOLOAD),
                                 name);

    return function;
}


int
PQpipelineSync(PGconn *conn)
{
    int  rc;

    holds = 1;
    rc = of_libpq("PQpipelineSync")(conn);
    holds = 0;

    return rc;
}


int
PQflush(PGconn *conn)
{
    int  rc;

    flushes = 1;
    rc = of_libpq("PQflush")(conn);
    flushes = 0;

    return rc;
}


ssize_t
send(int fd, const void *data, size_t size, int flags)
{
    int      e;
    ssize_t  n;

    if (holds) {
        errno = EAGAIN;
        return -1;
    }

    n = sendto(fd, data, size, flags, NULL, 0);

    if (flushes && n < (ssize_t) size) {
        e = errno;
        usleep(MEANWHILE);
        errno = e;
    }

    return n;
}


ssize_t
recv(int fd, void *data, size_t size, int flags)
{
    if (holds) {
        errno = EAGAIN;
        return -1;
    }

    return recvfrom(fd, data, size, flags, NULL, NULL);
}
