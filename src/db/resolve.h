
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


/*
 * addresses: NULL when no host needs a look-up; valid during the call
 */
typedef void (*api_db_resolve_pt)(api_db_conn_t *conn,
    const api_db_addresses_t *addresses);


/*
 * Calls done(conn, …) once: inside this call when no host needs a look-up or
 * there is no thread, else later; conn->resolve is set meanwhile.
 * addresses->host is empty when nothing was found.  NGX_OK, NGX_ERROR (memory,
 * or too many look-ups; done() is not called).
 */
API_MUST_CHECK ngx_int_t api_db_resolve(api_db_conn_t *conn,
    api_db_resolve_pt done);

/* the connection closes while a look-up runs: the result is dropped */
void api_db_resolve_forget(api_db_conn_t *conn);


#endif /* API_DB_RESOLVE_H */
