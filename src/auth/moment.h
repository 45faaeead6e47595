
/*
 * A moment that a table has, for comparing it with those of tokens.
 */


#ifndef API_AUTH_MOMENT_H
#define API_AUTH_MOMENT_H


#include "core/core.h"


/*
 * A moment as seconds since 1970, a part of one counting as a whole: what
 * PostgreSQL writes of a timestamptz (DateStyle ISO), or a number; infinity is
 * INT64_MAX, -infinity 0.  NGX_OK or NGX_DECLINED.
 */
API_MUST_CHECK ngx_int_t api_auth_moment(const ngx_str_t *text,
    int64_t *seconds);


#endif /* API_AUTH_MOMENT_H */
