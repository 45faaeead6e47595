
/*
 * Host names to addresses before libpq sees them: it would look them up
 * inside PQconnectStartParams() and block the worker.
 *
 * A "host" list may mix names, addresses and socket directories; a name
 * with several addresses becomes several hosts, as libpq would try them.
 */


#ifndef API_DB_RESOLVE_H
#define API_DB_RESOLVE_H


#include "db/engine.h"
#include "db/hosts.h"


/* addresses: NULL when the configuration needs no look-up; valid during the
 * call */
typedef void (*api_db_resolve_pt)(api_db_conn_t *conn,
    const api_db_addresses_t *addresses);


/*
 * Calls done(conn, …) once: inside the call when nothing has to be looked up
 * or there is no thread pool, else later with conn->resolve set meanwhile.
 * addresses->host is empty when nothing could be found.
 * NGX_OK, NGX_ERROR (memory, or the thread pool is full; done() is not
 * called).
 */
API_MUST_CHECK ngx_int_t api_db_resolve(api_db_conn_t *conn,
    api_db_resolve_pt done);

/* the connection closes while a look-up runs: its result is dropped */
void api_db_resolve_forget(api_db_conn_t *conn);


#endif /* API_DB_RESOLVE_H */
