
/*
 * The catalog's fingerprint that db/doubt compares, taken while the
 * configuration is read.
 */


#ifndef API_CHECK_CATALOG_H
#define API_CHECK_CATALOG_H


#include "check/session.h"


/* a fingerprint of the catalog, into API_DB_CATALOG bytes.  NGX_OK, or
   NGX_DECLINED: s->why */
API_MUST_CHECK ngx_int_t api_check_catalog(api_check_session_t *s,
    u_char *catalog);


#endif /* API_CHECK_CATALOG_H */
