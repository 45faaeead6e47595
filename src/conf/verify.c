
/*
 * api_verify_password: what stands above it is one transaction, what stands
 * below another; between them no connection is held.
 */

#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/password.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "conf/source.h"
#include "http/chapter.h"
#include "http/reader.h"
#include "http/source.h"
#include "http/thread.h"


/* a route's own: nothing flows down to it */
typedef struct {
    api_http_reader_t   *reader;     /* of the stored hash; NULL: none */
    ngx_str_t            password;   /* names without "$" */
    ngx_uint_t           field;      /* of route->body->fields */
    api_http_made_t      rehash;     /* without a name: it is not wanted */
    api_place_t          place;
} verify_loc_conf_t;


/* of a request */
typedef struct {
    ngx_str_t            rehash;
    ngx_uint_t           right;      /* the password is known to be right */
} verify_state_t;


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_verify(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, verify_loc_conf_t *vlcf,
    ngx_str_t *stored);
static verify_loc_conf_t *conf_of(const api_http_route_t *route);
static ngx_int_t check_password(ngx_conf_t *cf, api_http_route_t *route);
static ngx_int_t check_stored(ngx_conf_t *cf, api_http_route_t *route);
static api_http_made_t *made(const api_http_route_t *route, ngx_uint_t n);
static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t verify(api_http_ctx_t *ctx);
static ngx_int_t wrong(api_http_ctx_t *ctx, ngx_int_t verdict);
static void forget(api_http_ctx_t *ctx, ngx_uint_t cancel);
static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_verify_password"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      read_verify,
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


ngx_module_t  ngx_http_api_verify_module = {
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


/* where too many wait already, the client learns so before the database is
   asked */
static const api_http_step_t  steps[] = {
    { "room", API_PHASE_WORK, is_used, api_http_password_room,
      NULL },
    { NULL, API_PHASE_WORK, NULL, NULL, NULL }
};

static api_http_chapter_t  chapter = {
    .name = "verify",
    .steps = steps,
    .idle = directive_of
};

static const api_http_step_t  row = {
    "verify", API_PHASE_QUERY, NULL, verify, forget
};

/* when fields are known, and before a statement's name is looked for */
static const api_conf_pass_t  password_pass = {
    "passwords", check_password, .statements = 1, .after = "names"
};

static const api_conf_pass_t  stored_pass = {
    "stored", check_stored, API_PASS_BEHIND, .statements = 1,
    .after = "readers"
};

static const api_http_source_t  of_requests = {
    .name = "a hash, which is text",
    .value = value,
    .type = api_http_source_text
};

static const api_conf_source_t  source = {
    .source = &of_requests,
    .made = made,
    .directive = "\"rehash=\" of api_verify_password",
    .thing = "the new hash",
    .early = "is known only when the password is verified: move the "
             "statement below api_verify_password"
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(verify_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &chapter) != NGX_OK
        || api_conf_source_add(cf, &source) != NGX_OK
        || api_conf_pass_add(cf, &password_pass) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &stored_pass);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return conf_of(route)->reader != NULL ? "api_verify_password" : NULL;
}


/* api_verify_password $row.column $password [rehash=$name] */

static char *
read_verify(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    verify_loc_conf_t *vlcf = conf;

    char                 *rv;
    ngx_str_t             stored;
    const char           *why;
    api_http_route_t     *route;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    route = alcf->route;

    rv = api_conf_inside(cf, alcf);

    if (rv == NULL && vlcf->reader != NULL) {
        rv = "is duplicate";
    }

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    why = read_words(cf, vlcf, &stored);

    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, route, why);
    }

    api_conf_place(cf, &vlcf->place);
    vlcf->rehash.place = vlcf->place;

    vlcf->reader = api_conf_reader_add(cf, route, "api_verify_password");

    if (vlcf->reader == NULL
        || api_conf_reader_name(cf, vlcf->reader, &stored) != NGX_OK
        || api_conf_part_add(cf, route, route->queries.nelts, &row)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    vlcf->reader->guards = 1;
    vlcf->rehash.from = vlcf->reader->at;

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, verify_loc_conf_t *vlcf, ngx_str_t *stored)
{
    ngx_str_t   *value, word;
    const char  *why;

    static const char  form[] =
        "is written: api_verify_password $row.column $password "
        "[rehash=$name], where $row is a statement's \"as=row\" and $password "
        "a field of api_body";

    value = cf->args->elts;

    if (cf->args->nelts != 3 && cf->args->nelts != 4) {
        return form;
    }

    if (api_conf_name_dollar(&value[1], stored) != NULL
        || api_conf_name_dots(stored) != NULL
        || api_conf_name_dollar(&value[2], &vlcf->password) != NULL
        || api_conf_name_dots(&vlcf->password) != NULL)
    {
        return form;
    }

    if (cf->args->nelts == 3) {
        return NULL;
    }

    if (ngx_strncmp(value[3].data, "rehash=", 7) != 0) {
        return form;
    }

    word.data = value[3].data + 7;
    word.len = value[3].len - 7;

    why = api_conf_name_dollar(&word, &vlcf->rehash.name);

    if (why != NULL || api_conf_name(&vlcf->rehash.name) != NULL) {
        return form;
    }

    return NULL;
}


static verify_loc_conf_t *
conf_of(const api_http_route_t *route)
{
    return route->loc_conf[ngx_http_api_verify_module.ctx_index];
}


static ngx_int_t
check_password(ngx_conf_t *cf, api_http_route_t *route)
{
    const char         *why;
    verify_loc_conf_t  *vlcf;

    vlcf = conf_of(route);

    if (vlcf->reader == NULL) {
        return NGX_OK;
    }

    why = api_conf_password_field(cf, route, &vlcf->password, &vlcf->field);

    if (why != NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &vlcf->place,
                     "api_verify_password of \"%V\": \"$%V\": %s",
                     &route->name, &vlcf->password, why);
        return NGX_ERROR;
    }

    api_conf_password_needed(cf);

    return NGX_OK;
}


/* who is unknown must not be told from who has another password */

static ngx_int_t
check_stored(ngx_conf_t *cf, api_http_route_t *route)
{
    const api_http_read_t   *read;
    const api_http_query_t  *query;
    verify_loc_conf_t       *vlcf;

    vlcf = conf_of(route);

    if (vlcf->reader == NULL) {
        return NGX_OK;
    }

    read = vlcf->reader->reads.elts;

    if (read->bind.source != &api_http_source_row) {
        api_conf_log(NGX_LOG_EMERG, cf, &vlcf->place,
                     "api_verify_password of \"%V\": the stored hash must be "
                     "a column of a row that a statement above has read, as "
                     "$user.password_hash of \"as=user\", not \"$%V\"",
                     &route->name, &read->param.name);
        return NGX_ERROR;
    }

    query = route->queries.elts;
    query += read->bind.index;

    if (query->none != 0) {
        api_conf_log(NGX_LOG_WARN, cf, &query->place,
                     "\"none=\" of \"%V\" answers before the password is "
                     "looked at, so that everybody can ask who has an account: "
                     "drop it, without a row api_verify_password says 401 "
                     "after the time that a wrong password takes",
                     &route->name);
    }

    return NGX_OK;
}


static api_http_made_t *
made(const api_http_route_t *route, ngx_uint_t n)
{
    verify_loc_conf_t  *vlcf;

    vlcf = conf_of(route);

    return (n == 0 && vlcf->rehash.name.len != 0) ? &vlcf->rehash : NULL;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    verify_loc_conf_t  *vlcf;

    vlcf = loc_conf[ngx_http_api_verify_module.ctx_index];

    return vlcf->reader != NULL;
}


/* what it has found stays when the request begins again */

static ngx_int_t
verify(api_http_ctx_t *ctx)
{
    ngx_int_t                  rc;
    api_value_t                stored, *password;
    verify_state_t            *state;
    verify_loc_conf_t         *vlcf;
    api_http_password_ask_t    ask;
    api_http_password_told_t   told;

    vlcf = conf_of(ctx->route);
    state = api_http_chapter_of(ctx, &chapter);

    if (state == NULL) {
        state = ngx_pcalloc(ctx->request->pool, sizeof(verify_state_t));
        if (state == NULL) {
            return NGX_ERROR;
        }

        api_http_chapter_of(ctx, &chapter) = state;
    }

    if (state->right || ctx->none != 0) {
        return NGX_OK;
    }

    if (api_http_reader_value(ctx, vlcf->reader, 0, &stored) != NGX_OK) {
        return NGX_ERROR;
    }

    password = &ctx->fields[vlcf->field];

    /* without a password nothing is right, and it takes as long */

    if (stored.null || password->null) {
        ngx_str_null(&stored.text);
    }

    ngx_str_null(&ask.password);

    if (!password->null) {
        ask.password = password->text;
    }

    ask.stored = &stored.text;
    ask.hash = (vlcf->rehash.name.len != 0);

    rc = api_http_password(ctx, &ask, &told);

    if (rc != NGX_OK) {
        return rc;
    }

    if (told.verdict != NGX_OK) {
        return wrong(ctx, told.verdict);
    }

    state->right = 1;
    state->rehash = told.hash;

    return NGX_OK;
}


static ngx_int_t
wrong(api_http_ctx_t *ctx, ngx_int_t verdict)
{
    static ngx_uint_t  said;

    if (verdict == NGX_ABORT && !said) {
        said = 1;

        ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                      "%V: what its table has of a password is no hash that "
                      "api_verify_password knows, or one beyond its bounds; "
                      "it is taken for wrong, and this worker says so once",
                      &ctx->route->name);
    }

    api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED,
                  "the name or the password is wrong");

    return NGX_DECLINED;
}


static void
forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    (void) cancel;

    api_http_task_forget(ctx);
}


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    const verify_state_t  *state;

    state = api_http_chapter_of(ctx, &chapter);

    if (state == NULL || state->rehash.data == NULL) {
        out->null = 1;
        return NGX_OK;
    }

    out->text = state->rehash;

    return NGX_OK;
}
