
/*
 * The block api_postgres { } and its settings.
 */


#ifndef API_CONF_POSTGRES_H
#define API_CONF_POSTGRES_H


#include "http/route.h"


/* NULL, or a sentence why a database cannot be called so */
const char *api_conf_database_name(const ngx_str_t *name);


#endif /* API_CONF_POSTGRES_H */
