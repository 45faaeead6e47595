
/*
 * $changes: the columns of an UPDATE that are fields of the body, each changed
 * if it was sent.
 */


#ifndef API_CONF_CHANGES_H
#define API_CONF_CHANGES_H


#include "http/route.h"


/*
 * A pass, before the body's schema is compiled: statements with $changes read
 * as if their author had written
 *
 *     "title" = CASE WHEN $title? THEN $title ELSE "title" END, ...
 *
 * of all fields of api_body that the statement does not name besides; and a
 * body without any field is 422.  NGX_OK or NGX_ERROR (told, or memory).
 */
API_MUST_CHECK ngx_int_t api_conf_changes(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_CHANGES_H */
