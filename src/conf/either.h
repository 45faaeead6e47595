
/*
 * A directive that ends in ";" or in "{", on any level: api_jwt { } and
 * api_jwt on.
 *
 * nginx looks into its table before it calls a handler, and there a directive
 * is the one or the other.  So all that stands in http { } is read ahead once,
 * included files as well, in the order that nginx will read it in; the table
 * says what the next one is.
 */


#ifndef API_CONF_EITHER_H
#define API_CONF_EITHER_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


typedef struct {
    ngx_command_t    *command;       /* its row */
    ngx_array_t       found;         /* of api_conf_either_one_t */
    ngx_uint_t        next;
} api_conf_either_t;


/* one that was seen */
typedef struct {
    ngx_str_t         file;
    ngx_uint_t        line;          /* of its ";" or "{" */
    ngx_uint_t        open;
} api_conf_either_one_t;


/* in preconfiguration, behind "http {".  NGX_OK or NGX_ERROR (memory): a file
   that cannot be read nginx will speak of. */
API_MUST_CHECK ngx_int_t api_conf_either_begin(ngx_conf_t *cf,
    ngx_command_t *command, api_conf_either_t *either);

/* in its handler: the row is set for the one behind it.  1: a block follows. */
ngx_uint_t api_conf_either_met(ngx_conf_t *cf, api_conf_either_t *either);


#endif /* API_CONF_EITHER_H */
