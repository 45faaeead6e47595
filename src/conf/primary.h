
/*
 * Where a database is: a connection string, env:, file:; never quoted.
 */


#ifndef API_CONF_PRIMARY_H
#define API_CONF_PRIMARY_H


#include "http/route.h"


/* "primary" or "direct" (name) of api_postgres; as a directive's handler */
char *api_conf_primary(ngx_conf_t *cf, const ngx_str_t *name,
    const api_http_database_t *database, api_http_conninfo_t *conninfo,
    const ngx_str_t *value);


#endif /* API_CONF_PRIMARY_H */
