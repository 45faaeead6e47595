
/*
 * A connection string, completed while the configuration is read: workers have
 * neither the environment nor the home directory that it may depend on.
 */


#ifndef API_DB_CONNINFO_H
#define API_DB_CONNINFO_H


#include "core/core.h"


#define API_DB_CONNINFO_MAX  65536       /* bytes of a file with one */


/*
 * conninfo: "postgresql://…" or key=value pairs.  What it does not say comes
 * from libpq's environment (PGHOST, PGUSER, …), a service (service=, or
 * PGSERVICE) and libpq's defaults, now; client_encoding is always UTF8, and
 * fallback_application_name is nginx unless given; a user that nobody has said
 * is left to libpq, which takes that of who connects; target_session_attrs asks
 * for a kind of server, not of session (read-write: primary).  The arrays are
 * NULL-ended, each keyword is there once, for PQconnectStartParams(…, 0).
 *
 * NGX_OK; NGX_DECLINED: *why is a sentence with the remedy that quotes
 * nothing of conninfo (libpq's own text would show pieces of passwords);
 * NGX_ERROR: memory.  Not for workers: may read files.
 */
API_MUST_CHECK ngx_int_t api_db_conninfo_parse(ngx_pool_t *pool,
    const ngx_str_t *conninfo, const char *const **keywords,
    const char *const **values, const char **why);

/* what the same conninfo leaves to the environment, a service and libpq */
API_MUST_CHECK ngx_int_t api_db_conninfo_fallback(ngx_pool_t *pool,
    const ngx_str_t *conninfo, const char *const **keywords,
    const char *const **values);

/*
 * In a worker: another conninfo, completed by what was found then; a service
 * stays what it was.  Returns as api_db_conninfo_parse().
 */
API_MUST_CHECK ngx_int_t api_db_conninfo_again(ngx_pool_t *pool,
    const ngx_str_t *conninfo, const char *const *fallback_keywords,
    const char *const *fallback_values, const char *const **keywords,
    const char *const **values, const char **why);


#endif /* API_DB_CONNINFO_H */
