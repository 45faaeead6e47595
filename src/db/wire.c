
#include "db/wire.h"

#include <netinet/tcp.h>


ngx_int_t
api_db_wire_wrap(api_db_wire_t *wire, int fd, void *data, ngx_log_t *log,
    ngx_event_handler_pt handler)
{
    struct stat        st;
    ngx_connection_t  *c;

    if (fd == -1 || fstat(fd, &st) == -1) {
        return NGX_ERROR;
    }

    /* a new socket likes to get the number of the one just closed */

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


ngx_uint_t
api_db_wire_tcp(const api_db_wire_t *wire)
{
    socklen_t                len;
    struct sockaddr_storage  addr;

    len = sizeof(struct sockaddr_storage);

    return getsockname(wire->c->fd, (struct sockaddr *) &addr, &len) == 0
           && addr.ss_family != AF_UNIX;
}


void
api_db_wire_cork(const api_db_wire_t *wire, int on)
{
#ifdef TCP_CORK
    (void) setsockopt(wire->c->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(int));
#else
    (void) wire;
    (void) on;
#endif
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
