
/*
 * The directive api_schema_path; an api_body compiled, and the files found
 * that its schema refers to.
 */


#ifndef API_CONF_SCHEMA_H
#define API_CONF_SCHEMA_H


#include "http/route.h"


/* the JSON of a schema's file, read once, whose name stands in that word of the
   directive that is being read; *file is absolute then. NGX_OK or NGX_ERROR
   (logged) */
API_MUST_CHECK ngx_int_t api_conf_schema_file(ngx_conf_t *cf,
    ngx_uint_t word, ngx_str_t *file, api_json_t **document);

/* the route's api_body compiled. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_schema(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_SCHEMA_H */
