
/*
 * The name of a claim, with those of the objects it is in:
 * "realm_access.roles", "\"https://example.com/role\"".
 */


#ifndef API_AUTH_PATH_H
#define API_AUTH_PATH_H


#include "core/core.h"
#include "json/read.h"


/* API_AUTH_DEPTH of a token's JSON allows no more */
#define API_AUTH_PATH  16


typedef struct {
    ngx_uint_t   count;
    ngx_str_t   *names;          /* the outermost object's first */
} api_auth_path_t;


/*
 * Names with dots between; one with a dot or a quote in it stands in double
 * quotes, where a backslash is before a quote or a backslash.  NGX_OK: *path,
 * in the pool; NGX_DECLINED: *why is the end of a sentence; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_path_read(ngx_pool_t *pool,
    const ngx_str_t *text, api_auth_path_t *path, const char **why);

/* the value there; NULL: there is none, or it is null */
const api_json_t *api_auth_path_find(const api_json_t *claims,
    const api_auth_path_t *path);


#endif /* API_AUTH_PATH_H */
