
/*
 * A chapter for tests of fetched keys, without tokens: test_keys /LOCATION
 * [refresh=…] … has an access step that lets in whoever names, by ?kid=, a key
 * of the set; 401 if it is unknown, 503 if there are none.
 * t/system/keys.py builds it.
 */


#include "conf/keyset.h"
#include "http/chapter.h"


typedef struct {
    api_http_keyset_t          *set;
} test_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *read_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t run(api_http_ctx_t *ctx);
static ngx_int_t wait_for_keys(api_http_ctx_t *ctx, api_http_keyset_t *set,
    uint64_t generation);
static void ready(void *data);
static void forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


extern ngx_module_t  ngx_http_api_test_keys_module;


static const api_http_step_t  steps[] = {
    { "test_keys", API_PHASE_ACCESS, is_used, run, forget },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};

static api_http_chapter_t  chapter = { .name = "test_keys", .steps = steps };


static ngx_command_t  commands[] = {
    { ngx_string("test_keys"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      read_keys,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter, NULL, NULL, NULL, NULL, NULL, create_loc, NULL
};


ngx_module_t  ngx_http_api_test_keys_module = {
    NGX_MODULE_V1,
    &module_ctx,
    commands,
    NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};


ngx_module_t  *ngx_modules[] = { &ngx_http_api_test_keys_module, NULL };
char  *ngx_module_names[] = { "ngx_http_api_test_keys_module", NULL };

/* before what makes the zone of the sets */
char  *ngx_module_order[] = {
    "ngx_http_api_test_keys_module", "ngx_http_api_request_id_module", NULL
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(test_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    return api_http_chapter_add(cf, &chapter);
}


static char *
read_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    test_loc_conf_t *tlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;
    const char  *why;

    value = cf->args->elts;
    why = api_conf_keyset_looks(&value[1])
          ? api_conf_keyset_add(cf, &value[1], &tlcf->set)
          : "is a file";

    for (i = 2; i < cf->args->nelts && why == NULL; i++) {
        why = api_conf_keyset_option(tlcf->set, &value[i]);
    }

    return (char *) why;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    test_loc_conf_t  *tlcf;

    tlcf = loc_conf[ngx_http_api_test_keys_module.ctx_index];

    return tlcf->set != NULL;
}


static ngx_int_t
run(api_http_ctx_t *ctx)
{
    u_char               name[64], *last;
    uint64_t             generation;
    ngx_str_t            text, kid;
    test_loc_conf_t     *tlcf;
    ngx_http_request_t  *r;

    r = ctx->request;
    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_api_test_keys_module);

    switch (api_http_keyset_text(tlcf->set, r->pool, &text, &generation)) {

    case NGX_AGAIN:

        if (wait_for_keys(ctx, tlcf->set, 0) == NGX_AGAIN) {
            return NGX_AGAIN;
        }

        api_error_set(&ctx->error, API_ERROR_BUSY, "the keys are away");
        ctx->error.retry_after = 5;
        return NGX_DECLINED;

    case NGX_ERROR:
        return NGX_ERROR;
    }

    if (ngx_http_arg(r, (u_char *) "kid", 3, &kid) == NGX_OK) {

        last = ngx_slprintf(name, name + sizeof(name) - 1, "\"%V\"", &kid);
        *last = '\0';

        if (ngx_strnstr(text.data, (char *) name, text.len) != NULL) {
            return NGX_OK;
        }
    }

    if (wait_for_keys(ctx, tlcf->set, generation) == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED, "no such key");

    return NGX_DECLINED;
}


static ngx_int_t
wait_for_keys(api_http_ctx_t *ctx, api_http_keyset_t *set, uint64_t generation)
{
    api_http_keyset_wait_t  *wait;

    wait = api_http_chapter_of(ctx, &chapter);

    if (wait == NULL) {
        wait = ngx_pcalloc(ctx->request->pool, sizeof(api_http_keyset_wait_t));
        if (wait == NULL) {
            return NGX_DECLINED;
        }

        wait->ready = ready;
        wait->data = ctx;

        api_http_chapter_of(ctx, &chapter) = wait;
    }

    return api_http_keyset_wait(set, wait, generation);
}


static void
ready(void *data)
{
    api_http_ctx_t *ctx = data;

    ctx->resume(ctx);
}


static void
forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    api_http_keyset_wait_t  *wait;

    wait = api_http_chapter_of(ctx, &chapter);

    if (wait != NULL) {
        api_http_keyset_forget(wait);
    }
}
