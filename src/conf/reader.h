
/*
 * Names that a directive reads, as a statement would: see http/reader.h.
 */


#ifndef API_CONF_READER_H
#define API_CONF_READER_H


#include "http/route.h"


/*
 * While a route's block is read: a reader of the rows above, without names.
 * what: the directive, static memory.  NULL: memory.
 */
api_http_reader_t *api_conf_reader_add(ngx_conf_t *cf,
    api_http_route_t *route, const char *what);

/* one name more, without "$", of the line that is being read.  NGX_OK or
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_reader_name(ngx_conf_t *cf,
    api_http_reader_t *reader, const ngx_str_t *name);

/* all names of the route's readers to what they stand for.  NGX_OK or NGX_ERROR
   (told) */
API_MUST_CHECK ngx_int_t api_conf_readers_bind(ngx_conf_t *cf,
    api_http_route_t *route);


/* does a reader take a column of the n-th query's row?  guards: 1, only those
   that answer a missing row themselves; 0, only the others */
ngx_uint_t api_conf_reader_reads(const api_http_route_t *route, ngx_uint_t n,
    ngx_uint_t guards);


#endif /* API_CONF_READER_H */
