
#include "db/wire.h"

#include <netinet/tcp.h>


/* bytes read at a time of a result that may be large */
#define API_DB_WIRE_PIECE  (32 * 1024)


static int api_db_wire_feed(PGconn *pg, const int stall[2],
    const u_char *piece, size_t size);
static ngx_int_t api_db_wire_back(int from, int fd);


ngx_int_t
api_db_wire_wrap(api_db_wire_t *wire, int fd, void *data, ngx_log_t *log,
    ngx_event_handler_pt handler)
{
    struct stat        st;
    ngx_connection_t  *c;

    if (fd == -1 || fstat(fd, &st) == -1) {
        return NGX_ERROR;
    }

    /* a new socket often gets the number of the one just closed */

    if (wire->c && wire->c->fd == fd && wire->inode == st.st_ino) {
        return NGX_OK;
    }

    api_db_wire_unwrap(wire);

    c = ngx_get_connection(fd, log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = data;
    c->read->log = log;
    c->write->log = log;
    c->read->handler = handler;
    c->write->handler = handler;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);

    /* libpq closes the descriptor */

    c->shared = 1;

    log->connection = c->number;

    wire->c = c;
    wire->inode = st.st_ino;
    wire->spare = -1;
    wire->twin = -1;

    return NGX_OK;
}


void
api_db_wire_unwrap(api_db_wire_t *wire)
{
    ngx_connection_t  *c;

    c = wire->c;

    if (c == NULL) {
        return;
    }

    /* they would keep the file open, and so epoll's watch */

    if (wire->spare != -1) {
        (void) close(wire->spare);
        wire->spare = -1;
    }

    if (wire->twin != -1) {
        (void) close(wire->twin);
        wire->twin = -1;
    }

    if (ngx_del_conn) {
        (void) ngx_del_conn(c, NGX_CLOSE_EVENT);

    } else {

        if (c->read->active || c->read->disabled) {
            (void) ngx_del_event(c->read, NGX_READ_EVENT, NGX_CLOSE_EVENT);
        }

        if (c->write->active || c->write->disabled) {
            (void) ngx_del_event(c->write, NGX_WRITE_EVENT, NGX_CLOSE_EVENT);
        }
    }

    ngx_close_connection(c);

    wire->c = NULL;
}


ngx_int_t
api_db_wire_events(api_db_wire_t *wire, ngx_uint_t read, ngx_uint_t write)
{
    ngx_event_t  *rev, *wev;

    rev = wire->c->read;
    wev = wire->c->write;

    if (write && !wev->active
        && ngx_add_event(wev, NGX_WRITE_EVENT, NGX_LEVEL_EVENT) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (read && !rev->active
        && ngx_add_event(rev, NGX_READ_EVENT, NGX_LEVEL_EVENT) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!read && rev->active
        && ngx_del_event(rev, NGX_READ_EVENT, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!write && wev->active
        && ngx_del_event(wev, NGX_WRITE_EVENT, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
api_db_wire_holdable(api_db_wire_t *wire)
{
    socklen_t                len;
    struct sockaddr_storage  addr;

    len = sizeof(struct sockaddr_storage);

    if (getsockname(wire->c->fd, (struct sockaddr *) &addr, &len) == 0
        && addr.ss_family == AF_UNIX)
    {
        wire->spare = fcntl(wire->c->fd, F_DUPFD_CLOEXEC, 0);
    }
}


/*
 * Before libpq 17 each Sync is a send, and each send wakes the backend.  On a
 * busy machine the backend then takes our processor at once: two context
 * switches a query.  A unix socket cannot be corked.  So while a turn's jobs
 * are queued, libpq's descriptor leads to a socket that is full: libpq keeps
 * what it would have sent, and sends it in one piece afterwards.  epoll's
 * watch belongs to the file, which the spare descriptor keeps open.
 */

void
api_db_wire_hold(const api_db_wire_t *wire, int stall)
{
#ifdef TCP_CORK
    int  on;
#endif

    if (wire->spare != -1) {

        if (stall != -1) {
            (void) dup2(stall, wire->c->fd);
        }

        return;
    }

#ifdef TCP_CORK
    on = 1;
    (void) setsockopt(wire->c->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(int));
#endif
}


ngx_int_t
api_db_wire_release(const api_db_wire_t *wire, int stall)
{
    int  rc;

    if (wire->spare != -1) {

        if (stall == -1) {
            return NGX_OK;
        }

        return api_db_wire_back(wire->spare, wire->c->fd);
    }

#ifdef TCP_CORK
    rc = 0;
    (void) setsockopt(wire->c->fd, IPPROTO_TCP, TCP_CORK, &rc, sizeof(int));
#endif

    return NGX_OK;
}


static ngx_int_t
api_db_wire_back(int from, int fd)
{
    int  rc;

    do {
        rc = dup2(from, fd);
    } while (rc == -1 && (ngx_errno == NGX_EINTR || ngx_errno == EBUSY));

    return rc == -1 ? NGX_ERROR : NGX_OK;
}


/*
 * What is read here is given to libpq through the full socket that its
 * descriptor leads to meanwhile: it finds no more to read there, and cannot
 * send.
 */

int
api_db_wire_read(api_db_wire_t *wire, PGconn *pg, const int stall[2],
    ngx_uint_t few, size_t *n)
{
    int      fd, own, alive;
    u_char   piece[API_DB_WIRE_PIECE];
    ssize_t  size;

    fd = wire->c->fd;
    *n = api_db_wire_unread(wire);

    if (few && *n <= API_DB_WIRE_PIECE / 2) {
        return PQconsumeInput(pg);
    }

    if (wire->spare == -1 && wire->twin == -1 && stall[0] != -1) {
        wire->twin = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }

    own = wire->spare != -1 ? wire->spare : wire->twin;

    if (stall[0] == -1 || own == -1) {
        return PQconsumeInput(pg);
    }

    size = 0;
    *n = 0;

    if (!api_db_wire_pending(pg)) {

        do {
            size = recv(fd, piece, sizeof(piece), 0);
        } while (size == -1 && ngx_errno == NGX_EINTR);

        if (size == -1 && ngx_errno == NGX_EAGAIN) {
            return 1;
        }

        if (size <= 0) {
            /* libpq itself must see the end */
            return PQconsumeInput(pg);
        }

        *n = (size_t) size;
    }

    if (dup2(stall[0], fd) == -1) {
        return 0;
    }

    alive = api_db_wire_feed(pg, stall, piece, (size_t) size);

    /* libpq has closed it: the number is not ours any more */

    if (PQsocket(pg) != fd || api_db_wire_back(own, fd) != NGX_OK) {
        return 0;
    }

    return alive;
}


static int
api_db_wire_feed(PGconn *pg, const int stall[2], const u_char *piece,
    size_t size)
{
    int      left, before;
    u_char   rest[4096];
    ssize_t  n;

    do {
        n = size ? send(stall[1], piece, size, MSG_NOSIGNAL) : 0;

        if (n < 0) {
            return 0;
        }

        piece += n;
        size -= (size_t) n;
        left = (int) n;

        do {
            before = left;

            if (PQconsumeInput(pg) != 1
                || ioctl(stall[0], FIONREAD, &left) == -1)
            {
                left = -1;
                break;
            }

            /* rows leave the buffer, which need not grow then */

            (void) PQisBusy(pg);

        } while (left > 0 && (left < before || api_db_wire_pending(pg)));

    } while (size > 0 && left == 0);

    if (left == 0) {
        return 1;
    }

    while (recv(stall[0], rest, sizeof(rest), 0) > 0) { /* void */ }

    return 0;
}


size_t
api_db_wire_unread(const api_db_wire_t *wire)
{
    int  n;

    return ioctl(wire->c->fd, FIONREAD, &n) == -1 || n < 0 ? 0 : (size_t) n;
}


void
api_db_wire_stall(int pair[2])
{
    char  zeros[4096];

    pair[0] = -1;
    pair[1] = -1;

#if (NGX_LINUX)

    if (socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0, pair)
        == -1)
    {
        pair[0] = -1;
        pair[1] = -1;
        return;
    }

    ngx_memzero(zeros, sizeof(zeros));

    while (send(pair[0], zeros, sizeof(zeros), MSG_NOSIGNAL) > 0) {
        /* void */
    }

    /* all of it, to the last byte */

    while (send(pair[0], zeros, 1, MSG_NOSIGNAL) > 0) { /* void */ }

#else
    (void) zeros;
#endif
}


void
api_db_wire_unstall(int pair[2])
{
    if (pair[0] != -1) {
        (void) close(pair[0]);
        (void) close(pair[1]);
    }

    pair[0] = -1;
    pair[1] = -1;
}


ngx_uint_t
api_db_wire_pending(PGconn *pg)
{
#if (NGX_OPENSSL)
    SSL  *ssl;

    if (PQsslInUse(pg)) {
        ssl = PQsslStruct(pg, "OpenSSL");

        return ssl && SSL_pending(ssl) > 0;
    }
#else
    (void) pg;
#endif

    return 0;
}
