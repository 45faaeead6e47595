
/*
 * Api_body: a file, a type, or blocks of fields.
 */


#ifndef API_CONF_BODY_H
#define API_CONF_BODY_H


#include "http/route.h"


/* where a field of its short form stands */
void api_conf_body_place(const api_body_t *body,
    const api_body_short_t *field, api_place_t *place);

/* the defaults of a compiled short form. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_body_defaults(ngx_conf_t *cf,
    const api_body_t *body);


#endif /* API_CONF_BODY_H */
