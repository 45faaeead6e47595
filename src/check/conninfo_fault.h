
/*
 * What libpq would refuse in a connection string that can be parsed: found
 * while the configuration is read, instead of at each attempt to connect.
 */


#ifndef API_CHECK_CONNINFO_FAULT_H
#define API_CHECK_CONNINFO_FAULT_H


#include "core/core.h"


/*
 * text: a string that api_db_conninfo_parse() has taken, with a NUL behind it;
 * keywords and values are what it returned.  NULL, or why libpq does not
 * accept it (an unknown service, sslmode or port): the end of a sentence, from
 * pool, which quotes neither host, port nor password.  Connects nowhere and
 * looks no name up.  Not for workers: it reads files.
 */
const char *api_check_conninfo_fault(ngx_pool_t *pool, const char *text,
    const char *const *keywords, const char *const *values);


#endif /* API_CHECK_CONNINFO_FAULT_H */
