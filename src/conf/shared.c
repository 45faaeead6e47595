
#include "conf/shared.h"
#include "conf/fault.h"
#include "conf/keep.h"
#include "conf/place.h"


/* of one location */
#define SHARED_MOST  8


static const char *why_not(const api_http_loc_conf_t *alcf,
    const api_http_query_t *read);


ngx_uint_t
api_conf_shared_is(ngx_conf_t *cf, const api_http_loc_conf_t *alcf)
{
    return cf->cmd_type == NGX_HTTP_LOC_CONF && alcf->route == NULL;
}


char *
api_conf_shared(ngx_conf_t *cf, api_http_loc_conf_t *alcf,
    const api_http_query_t *read, const char *why)
{
    ngx_str_t          *value;
    api_conf_shared_t  *shared;

    if (why == NULL) {
        why = why_not(alcf, read);
    }

    if (why != NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &read->place,
                     "api_query of a location: %s", why);
        return api_conf_keep(cf, NULL, 1);
    }

    if (alcf->shared == NULL) {
        alcf->shared = ngx_array_create(cf->pool, 1,
                                        sizeof(api_conf_shared_t));
        if (alcf->shared == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    shared = ngx_array_push(alcf->shared);
    if (shared == NULL) {
        return NGX_CONF_ERROR;
    }

    alcf->marked = "api_query";

    value = cf->args->elts;

    shared->read = *read;
    shared->read.shared = 1;
    shared->word = value[API_CONF_SQL_WORD];

    return NGX_CONF_OK;
}


static const char *
why_not(const api_http_loc_conf_t *alcf, const api_http_query_t *read)
{
    ngx_uint_t                i;
    const api_conf_shared_t  *other;

    if (alcf->has_routes) {
        return "it stands below a route, which would not have it: move it "
               "above the routes of its location";
    }

    if (read->answer) {
        return "what it answers is for the statements of its routes, by "
               "\"as=NAME\": drop \"answer\"";
    }

    if (read->keeps) {
        return "it stands in a transaction with those of its routes, which an "
               "error's status rolls back: drop \"keep\"";
    }

    if (alcf->shared == NULL) {
        return NULL;
    }

    if (alcf->shared->nelts == SHARED_MOST) {
        return "a location has at most 8";
    }

    other = alcf->shared->elts;

    for (i = 0; i < alcf->shared->nelts; i++) {
        if (read->as.len != 0 && api_str_equal(&read->as, &other[i].read.as)) {
            return "two statements have the same \"as=\": rename one";
        }
    }

    return NULL;
}
