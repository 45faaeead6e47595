
/*
 * A file's text while the configuration is read.
 */


#ifndef API_CONF_FILE_H
#define API_CONF_FILE_H


#include "http/route.h"


/* a file's whole text, a NUL behind; its name is relative to the folder of
   nginx.conf, and stands in that word of the directive that is being read.
   NGX_OK (name is absolute now) or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_file(ngx_conf_t *cf, ngx_uint_t word,
    ngx_str_t *name, size_t max, ngx_str_t *text);


#endif /* API_CONF_FILE_H */
