
#include "conf/says.h"
#include "conf/ahead.h"
#include "conf/location.h"
#include "conf/others.h"
#include "conf/rewrite.h"


/*
 * The configurations of nginx's modules begin with these members.  A location
 * that says nothing of its own has the very pointer of its server.
 *
 * The structures are private in ngx_http_access_module.c,
 * _auth_basic_module.c, _auth_request_module.c, _limit_req_module.c,
 * _limit_conn_module.c, _headers_filter_module.c and _log_module.c.
 */

typedef struct {
    ngx_array_t                *rules;
#if (NGX_HAVE_INET6)
    ngx_array_t                *rules6;
#endif
#if (NGX_HAVE_UNIX_DOMAIN)
    ngx_array_t                *rules_un;
#endif
} access_conf_t;

typedef struct {
    ngx_int_t                   expires;     /* an enum and its padding */
    time_t                      expires_time;
    ngx_http_complex_value_t   *expires_value;
    ngx_array_t                *headers;
} headers_conf_t;

typedef struct {
    const char                 *directive;
    const char                 *module;
    size_t                      offset;      /* of the pointer */
    ngx_uint_t                  of_root;     /* "/" as well */
} saying_t;


static ngx_uint_t differs(ngx_conf_t *cf, const saying_t *saying, void **one,
    void **other);
static const char *says_itself(ngx_http_core_loc_conf_t *clcf,
    const ngx_http_core_loc_conf_t *outer,
    const ngx_http_core_loc_conf_t *own);
static const char *says_ours(const api_http_loc_conf_t *alcf,
    const api_http_loc_conf_t *outer, const api_http_loc_conf_t *own);


static const saying_t  sayings[] = {
    { "deny", "ngx_http_access_module", 0, 1 },
#if (NGX_HAVE_INET6)
    { "deny", "ngx_http_access_module", offsetof(access_conf_t, rules6), 1 },
#endif
#if (NGX_HAVE_UNIX_DOMAIN)
    { "deny", "ngx_http_access_module", offsetof(access_conf_t, rules_un), 1 },
#endif
    { "auth_basic", "ngx_http_auth_basic_module", 0, 1 },
    { "auth_request", "ngx_http_auth_request_module",
      offsetof(ngx_str_t, data), 1 },
    { "limit_req", "ngx_http_limit_req_module", 0, 1 },
    { "limit_conn", "ngx_http_limit_conn_module", 0, 1 },
    { "add_header", "ngx_http_headers_filter_module",
      offsetof(headers_conf_t, headers), 1 },
    { "access_log", "ngx_http_log_module", 0, 0 },
    { NULL, NULL, 0, 0 }
};


/* of Lua, headers-more, njs, ModSecurity and modules of authentication: what
   they keep of it is theirs, so it is known by name */
static const char *const  alien[] = {
    "access_by_lua", "access_by_lua_block", "access_by_lua_file",
    "auth_digest", "auth_gss", "auth_jwt", "auth_ldap", "auth_oidc",
    "auth_pam", "auth_spnego",
    "body_filter_by_lua", "body_filter_by_lua_block",
    "body_filter_by_lua_file",
    "header_filter_by_lua", "header_filter_by_lua_block",
    "header_filter_by_lua_file",
    "js_access", "js_body_filter", "js_header_filter",
    "modsecurity", "modsecurity_rules", "modsecurity_rules_file",
    "more_clear_headers", "more_clear_input_headers", "more_set_headers",
    "more_set_input_headers",
    "rewrite_by_lua", "rewrite_by_lua_block", "rewrite_by_lua_file",
    NULL
};


const char *
api_conf_says_alien(ngx_conf_t *cf)
{
    if (!(cf->cmd_type & (NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF))) {
        return NULL;
    }

    return api_conf_ahead_among(cf, alien);
}


const char *
api_conf_says(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_conf_level_t *level, const api_http_route_t *route)
{
    const char                 *said;
    ngx_uint_t                  root;
    const saying_t             *saying;
    const api_conf_level_t     *server;
    const api_http_loc_conf_t  *alcf, *own;

    server = ascf->levels->elts;
    root = (level->clcf->name.len <= 1);
    own = route->loc_conf[ngx_http_api_module.ctx_index];

    said = api_conf_leads(cf, level->loc_conf);

    if (said != NULL) {
        return said;
    }

    for (saying = sayings; saying->directive != NULL; saying++) {

        if ((saying->of_root || !root)
            && differs(cf, saying, level->loc_conf, server->loc_conf)
            && !differs(cf, saying, route->loc_conf, server->loc_conf))
        {
            return saying->directive;
        }
    }

    /* limit_except says who may ask, too */

    if (level->clcf->limit_except) {
        return "limit_except";
    }

    if (level->clcf->internal) {
        return "internal";
    }

    alcf = level->loc_conf[ngx_http_api_module.ctx_index];

    if (alcf->marked != NULL && own->marked == NULL) {
        return alcf->marked;
    }

    if (alcf->added != NULL || alcf->alien != NULL) {
        return alcf->added != NULL ? alcf->added : alcf->alien;
    }

    if (root) {
        return NULL;
    }

    if (api_conf_returns(cf, level->loc_conf)) {
        return "return";
    }

    said = says_itself(level->clcf, server->clcf,
                       route->loc_conf[ngx_http_core_module.ctx_index]);

    if (said != NULL) {
        return said;
    }

    return says_ours(alcf, server->loc_conf[ngx_http_api_module.ctx_index],
                     own);
}


static ngx_uint_t
differs(ngx_conf_t *cf, const saying_t *saying, void **one, void **other)
{
    const u_char  *a, *b;

    a = api_conf_other(cf, one, saying->module);
    b = api_conf_other(cf, other, saying->module);

    return a != NULL && b != NULL
           && ngx_memcmp(a + saying->offset, b + saying->offset,
                         sizeof(void *)) != 0;
}


/* of nginx's core */

static const char *
says_itself(ngx_http_core_loc_conf_t *clcf,
    const ngx_http_core_loc_conf_t *outer, const ngx_http_core_loc_conf_t *own)
{
    return (clcf->error_pages != NULL
              && clcf->error_pages != outer->error_pages
              && own->error_pages == outer->error_pages) ? "error_page"
           : (clcf->satisfy != outer->satisfy
              && own->satisfy == outer->satisfy) ? "satisfy"
           : (clcf->client_max_body_size != outer->client_max_body_size
              && own->client_max_body_size == outer->client_max_body_size)
             ? "client_max_body_size"
           : NULL;
}


/* the first three add up */

static const char *
says_ours(const api_http_loc_conf_t *alcf, const api_http_loc_conf_t *outer,
    const api_http_loc_conf_t *own)
{
    return (alcf->headers != outer->headers) ? "api_header"
           : (alcf->errors != outer->errors) ? "api_error"
           : (alcf->params != outer->params) ? "api_param"
           : (alcf->timeout != outer->timeout
              && own->timeout == outer->timeout) ? "api_timeout"
           : (alcf->database != outer->database
              && own->database == outer->database) ? "api_database"
           : NULL;
}
