
/*
 * libpq's socket among nginx's events, for a connection and for a cancel
 * request.
 */


#ifndef API_DB_WIRE_H
#define API_DB_WIRE_H


#include "core/core.h"

#include <ngx_event.h>
#include <libpq-fe.h>


typedef struct {
    ngx_connection_t           *c;       /* NULL: not wrapped */
    ino_t                       inode;   /* of the socket */
    int                         spare;   /* a second descriptor of a unix
                                            socket, or -1 */
    int                         twin;    /* the same of any other socket,
                                            once it had a large result; or -1 */
} api_db_wire_t;


/*
 * Gives the socket as it is now an ngx_connection_t with this data and handler
 * (of both events), unless it has one already; no event is asked for yet.
 * NGX_OK, NGX_ERROR (no socket, or no worker_connections, which nginx logs).
 */
API_MUST_CHECK ngx_int_t api_db_wire_wrap(api_db_wire_t *wire, int fd,
    void *data, ngx_log_t *log, ngx_event_handler_pt handler);

/* before libpq closes the descriptor; harmless twice */
void api_db_wire_unwrap(api_db_wire_t *wire);

/* which events are wanted, level-triggered.  NGX_OK, NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_db_wire_events(api_db_wire_t *wire,
    ngx_uint_t read, ngx_uint_t write);

/* is it worth while to hold sends on this socket?  Prepares for that. */
void api_db_wire_holdable(api_db_wire_t *wire);

/*
 * Between hold and release libpq's sends stay together: over TCP in the kernel
 * (TCP_CORK), over a unix socket in libpq's own buffer, which the caller has
 * to PQflush() afterwards.  Nothing else may use the socket meanwhile.  stall:
 * from api_db_wire_stall(); with -1 unix sockets are not held.  release:
 * NGX_OK, or NGX_ERROR: then the connection is of no use.
 */
void api_db_wire_hold(const api_db_wire_t *wire, int stall);
API_MUST_CHECK ngx_int_t api_db_wire_release(const api_db_wire_t *wire,
    int stall);

/* a socket that takes no byte: pair[0]; -1 if there can be none */
void api_db_wire_stall(int pair[2]);
void api_db_wire_unstall(int pair[2]);

/*
 * PQconsumeInput() with a bound: while a message is not complete libpq would
 * read whatever comes, however much memory that takes, before it returns.
 * few: so little of it has come that a small read may be libpq's own.  *n:
 * bytes read, or a few more.  As with PQconsumeInput(), 0 means the
 * connection's end.  Without a pair of api_db_wire_stall() there is no bound,
 * only the number.
 */
int api_db_wire_read(api_db_wire_t *wire, PGconn *pg, const int stall[2],
    ngx_uint_t few, size_t *n);

/* bytes in the socket that nobody has read; 0 where that is not known */
size_t api_db_wire_unread(const api_db_wire_t *wire);

/*
 * bytes that TLS has decrypted and libpq has not read: no event tells of them
 */
ngx_uint_t api_db_wire_pending(PGconn *pg);


#endif /* API_DB_WIRE_H */
