
/*
 * Which values are put in the form of their type.
 */


#ifndef API_CONF_FORM_H
#define API_CONF_FORM_H


#include "http/route.h"


/* what a statement's parameter, of the type oid, is made of, or NULL, where
   PostgreSQL reads it in another form than it is sent; may change the index of
   a field's. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_form(api_http_route_t *route,
    api_http_query_t *query, ngx_uint_t n, unsigned oid,
    const api_sql_type_t *type);


#endif /* API_CONF_FORM_H */
