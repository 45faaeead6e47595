
/*
 * An older libpq that sends as libpq 17 does: LD_PRELOAD for t/flush.t.
 *
 * A Sync stays in libpq's buffer, with all in front of it, until somebody
 * flushes: PQpipelineSync() finds a socket that is full, and nothing to read.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>


typedef struct pg_conn  PGconn;

int PQpipelineSync(PGconn *conn);


static __thread int  holds;


int
PQpipelineSync(PGconn *conn)
{
    int   rc;
    int (*sync)(PGconn *);

    *(void **) &sync = dlsym(RTLD_NEXT, "PQpipelineSync");

    if (sync == NULL) {

        /* libpq came with a module, behind what RTLD_NEXT knows */

        *(void **) &sync = dlsym(dlopen("libpq.so.5", RTLD_LAZY|RTLD_NOLOAD),
                                 "PQpipelineSync");
    }

    holds = 1;
    rc = sync(conn);
    holds = 0;

    return rc;
}


ssize_t
send(int fd, const void *data, size_t size, int flags)
{
    if (holds) {
        errno = EAGAIN;
        return -1;
    }

    return sendto(fd, data, size, flags, NULL, 0);
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
