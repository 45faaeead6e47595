
/*
 * Why a connection could not be made.  libpq's own words are not used: they
 * quote pieces of the conninfo, and so perhaps pieces of a password that holds
 * an "@" or a "/".
 */


#ifndef API_DB_REFUSAL_H
#define API_DB_REFUSAL_H


#include "core/core.h"


struct pg_conn;                /* PGconn */


/*
 * conn has failed, and was set to PQERRORS_VERBOSE before its
 * PQconnectPoll()s; otherwise there would be no SQLSTATE. Writes a phrase of
 * ours, or the SQLSTATE and the server's message, from *p, at most to last,
 * and moves *p behind it.
 *
 * NGX_DECLINED: out of reach, waiting may help: refused, no route, no such
 * name, closed, starting, stopping or full.
 *
 * NGX_ERROR: the answer will not change: password, role, database, TLS, or a
 * parameter that libpq does not take.
 */
ngx_int_t api_db_refusal(struct pg_conn *conn, u_char **p, u_char *last);

/* such a conn: did it fail for its password, a missing one, or the role? */
ngx_uint_t api_db_refusal_password(struct pg_conn *conn);

/*
 * Such a conn.  1: no server is at any of its hosts, or the answer will not
 * change.  0: one of them starts, stops, is full, is silent, or is not yet of
 * the kind asked for: waiting is worth it.
 */
ngx_uint_t api_db_refusal_flat(struct pg_conn *conn);

/*
 * Where conn leads, or was tried last: "127.0.0.1:5432, database "app"", from
 * p at most to last; returns the end.  For a socket PQhost() is its directory.
 */
u_char *api_db_refusal_place(struct pg_conn *conn, u_char *p, u_char *last);

/* the same for the parts of a connection string; each may be NULL */
u_char *api_db_refusal_place_of(const char *host, const char *port,
    const char *db, u_char *p, u_char *last);

/* appends at most size bytes of a text, as one line; returns the new end */
u_char *api_db_refusal_line(u_char *p, u_char *last, const char *text,
    size_t size);


#endif /* API_DB_REFUSAL_H */
