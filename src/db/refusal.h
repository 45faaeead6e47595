
/*
 * Why a connection could not be made, without libpq's own words about it: it
 * quotes pieces of the conninfo, and these may be pieces of a password that
 * holds an "@" or a "/".
 */


#ifndef API_DB_REFUSAL_H
#define API_DB_REFUSAL_H


#include "core/core.h"


struct pg_conn;                /* PGconn */


/*
 * conn: failed, and set to PQERRORS_VERBOSE before its PQconnectPoll()s, else
 * the SQLSTATE is not there.  Writes from *p, at most to last, a phrase of
 * ours or the SQLSTATE and the server's message, and moves *p behind it.
 *
 *   NGX_DECLINED  out of reach, waiting may help: refused, no route, no such
 *                 name, closed, starting, stopping or full;
 *   NGX_ERROR     an answer that stays: password, role, database, TLS, or a
 *                 parameter that libpq does not take.
 */
ngx_int_t api_db_refusal(struct pg_conn *conn, u_char **p, u_char *last);

/* such a conn: was it the password, or the want of one, or the role? */
ngx_uint_t api_db_refusal_password(struct pg_conn *conn);

/*
 * The same conn: at none of its hosts is anybody, or the answer stays; 0: one
 * of them starts, stops, is full, silent, or not yet what is asked for, and
 * waiting is worth it.
 */
ngx_uint_t api_db_refusal_flat(struct pg_conn *conn);

/*
 * Where conn leads, or was tried last: "127.0.0.1:5432, database "app"", from p
 * at most to last; returns the end.  PQhost() is a folder for a socket.
 */
u_char *api_db_refusal_place(struct pg_conn *conn, u_char *p, u_char *last);

/* the same of what a connection string says; each may be NULL */
u_char *api_db_refusal_place_of(const char *host, const char *port,
    const char *db, u_char *p, u_char *last);

/* adds a text's first size bytes or fewer, as one line; returns the new end */
u_char *api_db_refusal_line(u_char *p, u_char *last, const char *text,
    size_t size);


#endif /* API_DB_REFUSAL_H */
