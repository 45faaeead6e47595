
/*
 * api_answer { }: a route's answer out of names, instead of a statement's rows.
 */

#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/members.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "http/chapter.h"
#include "http/outcome.h"
#include "http/unsent.h"


typedef struct {
    api_http_members_t  *members;   /* NULL: none */
    ngx_uint_t           behind;    /* so many statements are above it */
    api_place_t          place;
} compose_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_answer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t check(ngx_conf_t *cf, api_http_route_t *route);
static compose_loc_conf_t *conf_of(const api_http_route_t *route);
static ngx_int_t compose(api_http_ctx_t *ctx);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_answer"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_ANY,
      read_answer,
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


ngx_module_t  ngx_http_api_compose_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static api_http_chapter_t  chapter = {
    .name = "compose",
    .idle = directive_of
};

static const api_http_step_t  step = {
    "answer", API_PHASE_QUERY, NULL, compose, NULL
};

/* before statements say which of them is the answer */
static const api_conf_pass_t  pass = {
    "answers", check, .statements = 1, .after = "inputs"
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(compose_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &chapter) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return conf_of(route)->members != NULL ? "api_answer" : NULL;
}


/* api_answer { name $value; … } */

static char *
read_answer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    compose_loc_conf_t *clcf = conf;

    char                 *rv;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    rv = api_conf_inside(cf, alcf);

    if (rv == NULL && cf->args->nelts != 1) {
        rv = "is written: api_answer { name $value; … }";
    }

    if (rv == NULL && alcf->route->composed) {
        rv = "is duplicate";
    }

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, alcf->route, rv);
    }

    api_conf_place(cf, &clcf->place);

    clcf->behind = alcf->route->queries.nelts;
    clcf->members = api_conf_members(cf, alcf->route, "api_answer", NULL,
                                     NULL);

    if (clcf->members == NULL
        || api_conf_part_add(cf, alcf->route, clcf->behind, &step) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    alcf->route->composed = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
check(ngx_conf_t *cf, api_http_route_t *route)
{
    const char          *why;
    compose_loc_conf_t  *clcf;

    clcf = conf_of(route);

    if (clcf->members == NULL) {
        return NGX_OK;
    }

    why = (clcf->behind != route->queries.nelts)
              ? "stands above a statement, and is made when all have run: "
                "let it be the last"
          : (route->answer != NGX_CONF_UNSET_UINT)
              ? "is the answer, and so is a statement that says \"answer\": "
                "keep one"
              : NULL;

    if (why == NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &clcf->place, "api_answer of \"%V\" %s",
                 &route->name, why);

    return NGX_ERROR;
}


static compose_loc_conf_t *
conf_of(const api_http_route_t *route)
{
    return route->loc_conf[ngx_http_api_compose_module.ctx_index];
}


static ngx_int_t
compose(api_http_ctx_t *ctx)
{
    ngx_int_t             rc;
    api_http_loc_conf_t  *alcf;

    if (ctx->none != 0) {
        return NGX_OK;
    }

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    if (api_buf_init(&ctx->out, ctx->request->pool, 512, alcf->max_answer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = api_http_members_write(ctx, conf_of(ctx->route)->members, &ctx->out);

    api_http_unsent_keep(ctx, (size_t) (ctx->out.end - ctx->out.start));

    if (rc != NGX_OK && ctx->out.full) {
        api_http_outcome_too_large(ctx, ctx->route->queries.nelts - 1);
        return NGX_DECLINED;
    }

    return rc;
}
