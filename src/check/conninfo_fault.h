
/*
 * What libpq would refuse of a connection string that it can read, found while
 * the configuration is read instead of at each attempt to connect.
 */


#ifndef API_CHECK_CONNINFO_FAULT_H
#define API_CHECK_CONNINFO_FAULT_H


#include "core/core.h"


/*
 * text: a string that api_db_conninfo_parse() has taken, a NUL behind; keywords
 * and values what came of it.  NULL, or why libpq does not take it (a service
 * that is not there, an sslmode that is none, a port that is no number): the
 * end of a sentence, from pool; it quotes neither host, port nor password.
 * Connects nowhere and looks no name up.  Not for workers: reads files.
 */
const char *api_check_conninfo_fault(ngx_pool_t *pool, const char *text,
    const char *const *keywords, const char *const *values);


#endif /* API_CHECK_CONNINFO_FAULT_H */
