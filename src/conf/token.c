
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/members.h"
#include "conf/param.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/source.h"
#include "conf/token_key.h"
#include "http/token.h"


/* ten years */
#define TOKEN_EXPIRES  (10 * 366 * 24 * 3600)


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static ngx_int_t init_process(ngx_cycle_t *cycle);
static void exit_process(ngx_cycle_t *cycle);
static char *read_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *read_block(ngx_conf_t *cf, api_http_route_t *route,
    api_http_token_t *token);
static ngx_int_t read_line(ngx_conf_t *cf, void *data);
static const char *read_expires(api_http_token_t *token,
    const ngx_str_t *word);
static const char *read_jti(api_http_token_t *token, const ngx_str_t *word);
static ngx_int_t check(ngx_conf_t *cf, api_http_route_t *route);
static ngx_uint_t is_named(const api_http_route_t *route, ngx_uint_t from,
    ngx_uint_t index);
static api_http_made_t *made(const api_http_route_t *route, ngx_uint_t n);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_issue_token"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_ANY,
      read_token,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_token_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    init_process,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    exit_process,                          /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_http_step_t  step = {
    "token", API_PHASE_QUERY, NULL, api_http_token_step, api_http_token_forget
};

static const api_conf_pass_t  pass = {
    "tokens", check, API_PASS_BEHIND, .statements = 1, .after = "binds"
};

static const api_conf_source_t  source = {
    .source = &api_http_token_source,
    .made = made,
    .directive = "api_issue_token",
    .thing = "the token",
    .variable = API_HTTP_TOKEN_VAR,
    .early = "is known only when it is issued: move api_issue_token up"
};


/* a route's own: nothing flows down to it */

static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_token_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    api_http_token_chapter.module = &ngx_http_api_token_module;

    if (api_http_chapter_add(cf, &api_http_token_chapter) != NGX_OK
        || api_conf_source_add(cf, &source) != NGX_OK
        || api_http_token_vars_add(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static ngx_int_t
init_process(ngx_cycle_t *cycle)
{
    api_http_token_init(cycle);

    return NGX_OK;
}


static void
exit_process(ngx_cycle_t *cycle)
{
    (void) cycle;

    api_http_token_exit();
}


/* api_issue_token $name { claim value; expires TIME; … } */

static char *
read_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_token_loc_conf_t *tlcf = conf;

    char                  *rv;
    ngx_str_t             *value;
    api_http_token_t      *token, **slot;
    api_http_loc_conf_t   *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    token = ngx_pcalloc(cf->pool, sizeof(api_http_token_t));
    if (token == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    rv = api_conf_inside(cf, alcf);

    if (rv == NULL
        && (cf->args->nelts != 2
            || api_conf_name_dollar(&value[1], &token->made.name) != NULL
            || api_conf_name(&token->made.name) != NULL))
    {
        rv = "is written: api_issue_token $name { claim $value; expires 15m; "
             "… }";
    }

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    api_conf_place(cf, &token->made.place);

    if (tlcf->tokens.elts == NULL
        && ngx_array_init(&tlcf->tokens, cf->pool, 1, sizeof(void *))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    slot = ngx_array_push(&tlcf->tokens);
    if (slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = token;

    return read_block(cf, alcf->route, token);
}


static char *
read_block(ngx_conf_t *cf, api_http_route_t *route, api_http_token_t *token)
{
    const char  *why;

    token->claims = api_conf_members(cf, route, "api_issue_token", read_line,
                                     token);

    if (token->claims == NULL
        || api_conf_part_add(cf, route, route->queries.nelts, &step)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    token->made.from = token->claims->reader->at;

    why = (token->expires == 0)
              ? "has no \"expires\": a token that never ends cannot be taken "
                "back, say \"expires 15m;\""
              : NULL;

    if (why == NULL) {
        return NGX_CONF_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &token->made.place,
                 "api_issue_token $%V of \"%V\" %s", &token->made.name,
                 &route->name, why);

    return api_conf_keep(cf, route, 0);
}


/* what is no claim */

static ngx_int_t
read_line(ngx_conf_t *cf, void *data)
{
    api_http_token_t *token = data;

    ngx_str_t   *value;
    const char  *why;

    value = cf->args->elts;

    if (api_str_is(&value[0], "key")) {
        return api_conf_token_key(cf, token);
    }

    if (cf->args->nelts != 2) {
        return NGX_DECLINED;
    }

    if (api_str_is(&value[0], "expires")) {
        why = read_expires(token, &value[1]);

    } else if (api_str_is(&value[0], "jti")) {
        why = read_jti(token, &value[1]);

    } else if (api_str_is(&value[0], "exp") || api_str_is(&value[0], "iat")) {
        why = "is made of the clock: say \"expires TIME;\"";

    } else {
        return NGX_DECLINED;
    }

    if (why == NULL) {
        return NGX_OK;
    }

    api_conf_wrong(cf, 1, "\"%V\" of api_issue_token %s", &value[0], why);

    return NGX_ERROR;
}


static const char *
read_expires(api_http_token_t *token, const ngx_str_t *word)
{
    ngx_int_t  seconds;
    ngx_str_t  text;

    if (token->expires != 0) {
        return "is duplicate";
    }

    text = *word;
    seconds = ngx_parse_time(&text, 1);

    if (seconds == NGX_ERROR || seconds < 1 || seconds > TOKEN_EXPIRES) {
        return "must be a time from 1s to 3660d, as 15m";
    }

    token->expires = (time_t) seconds;

    return NULL;
}


static const char *
read_jti(api_http_token_t *token, const ngx_str_t *word)
{
    if (token->jti) {
        return "is duplicate";
    }

    if (!api_str_is(word, "auto")) {
        return "must be auto, which makes one of 128 random bits";
    }

    token->jti = 1;

    return NULL;
}


/* warns of statements below that do not need the token: they are another
   transaction in vain */

static ngx_int_t
check(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                i, at;
    const ngx_array_t        *list;
    api_http_token_t *const  *token;

    list = api_http_token_list(route);
    token = list->elts;

    for (i = 0; i < list->nelts; i++) {

        if (api_conf_token_jwt(cf, route, token[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        at = token[i]->claims->reader->at;

        if (at != 0 && at < route->queries.nelts && !is_named(route, at, i)) {
            api_conf_log(NGX_LOG_WARN, cf, &token[i]->made.place,
                         "api_issue_token $%V of \"%V\" stands above "
                         "statements that do not name it: they are a "
                         "transaction of their own now; move it below them",
                         &token[i]->made.name, &route->name);
        }
    }

    return NGX_OK;
}


static ngx_uint_t
is_named(const api_http_route_t *route, ngx_uint_t from, ngx_uint_t index)
{
    ngx_uint_t               i, n;
    const api_http_query_t  *query;

    query = route->queries.elts;

    for (i = from; i < route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {
            if (query[i].binds[n].source == &api_http_token_source
                && query[i].binds[n].index == index)
            {
                return 1;
            }
        }
    }

    return 0;
}


static api_http_made_t *
made(const api_http_route_t *route, ngx_uint_t n)
{
    const ngx_array_t        *list;
    api_http_token_t *const  *token;

    list = api_http_token_list(route);
    token = list->elts;

    return n < list->nelts ? &token[n]->made : NULL;
}
