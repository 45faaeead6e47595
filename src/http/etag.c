
#include "http/etag.h"
#include "http/etag_text.h"
#include "http/headers.h"
#include "http/learned.h"
#include "http/typed.h"
#include "auth/digest.h"
#include "json/read.h"
#include "sql/bind.h"
#include "sql/inferred.h"


/* bytes of a hash */
#define ETAG_BYTES  16


/* of a request */
typedef struct {
    api_http_etags_t  match;       /* what If-Match names */
    unsigned          sent:1;      /* it was sent */
    unsigned          none:1;      /* If-None-Match: * */
} etag_state_t;


static ngx_uint_t has_conditions(void **loc_conf);
static ngx_uint_t has_tags(void **loc_conf);
static ngx_int_t conditions(api_http_ctx_t *ctx);
static ngx_int_t read_match(api_http_ctx_t *ctx, etag_state_t *state);
static ngx_int_t read_none(api_http_ctx_t *ctx, etag_state_t *state);
static ngx_int_t read_header(api_http_ctx_t *ctx, const ngx_str_t *name,
    api_http_etags_t *tags, ngx_uint_t *sent);
static ngx_int_t fit(api_http_ctx_t *ctx, etag_state_t *state);
static ngx_int_t fit_list(api_http_ctx_t *ctx, etag_state_t *state,
    ngx_uint_t step, ngx_uint_t n);
static ngx_int_t refuse(api_http_ctx_t *ctx, const ngx_str_t *header,
    const char *code, const char *message);
static ngx_int_t fail(api_http_ctx_t *ctx);
static ngx_int_t match_value(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *out);
static void type_of(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_type_t *type);
static ngx_int_t none_value(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *out);
static void none_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type);
static ngx_int_t add_tag(api_http_ctx_t *ctx);
static ngx_int_t make_tag(api_http_ctx_t *ctx,
    const api_http_etag_loc_conf_t *elcf, ngx_str_t *tag);
static ngx_int_t read_conditions(api_http_ctx_t *ctx, const ngx_str_t *tag);
static ngx_int_t send_tag(ngx_http_request_t *r, const ngx_str_t *tag);


static const ngx_str_t  if_match = ngx_string("If-Match");
static const ngx_str_t  if_none_match = ngx_string("If-None-Match");


static const api_http_step_t  steps[] = {
    { "conditions", API_PHASE_INPUT, has_conditions, conditions, NULL },
    { "etag", API_PHASE_ANSWER, has_tags, add_tag, NULL },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};

api_http_chapter_t  api_http_etag_chapter = {
    .name = "etag",
    .steps = steps
};


const api_http_source_t  api_http_etag_match_source = {
    .name = "the version that If-Match names",
    .value = match_value,
    .form = API_SOURCE_JSON,
    .checked = API_SOURCE_APART
};

const api_http_source_t  api_http_etag_none_source = {
    .name = "whether If-None-Match is *, a bool",
    .value = none_value,
    .type = none_type
};


static ngx_uint_t
has_conditions(void **loc_conf)
{
    const api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(loc_conf, &api_http_etag_chapter);

    return elcf->matches || elcf->nones;
}


static ngx_uint_t
has_tags(void **loc_conf)
{
    const api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(loc_conf, &api_http_etag_chapter);

    return elcf->kind != API_HTTP_ETAG_OFF;
}


/* what a write asks to be as it thinks it is */

static ngx_int_t
conditions(api_http_ctx_t *ctx)
{
    ngx_int_t                        rc;
    etag_state_t                    *state;
    const api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(ctx->route->loc_conf, &api_http_etag_chapter);

    state = ngx_pcalloc(ctx->request->pool, sizeof(etag_state_t));

    if (state == NULL
        || api_http_etags_init(ctx->request->pool, &state->match) != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_http_chapter_of(ctx, &api_http_etag_chapter) = state;

    rc = elcf->matches ? read_match(ctx, state) : NGX_OK;

    if (rc == NGX_OK && elcf->nones) {
        rc = read_none(ctx, state);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->conditional = state->sent || state->none;

    if (elcf->required && !ctx->conditional) {
        api_error_set(&ctx->error, API_ERROR_PRECONDITION_REQUIRED,
                      "this write needs an If-Match header with the ETag of "
                      "what it changes");
        return NGX_DECLINED;
    }

    return elcf->matches ? fit(ctx, state) : NGX_OK;
}


static ngx_int_t
read_match(api_http_ctx_t *ctx, etag_state_t *state)
{
    ngx_int_t   rc;
    ngx_uint_t  sent;

    rc = read_header(ctx, &if_match, &state->match, &sent);

    state->sent = (sent != 0);

    return rc == NGX_DECLINED
           ? refuse(ctx, &if_match, "form", "must be the ETag of an answer as "
                    "it was sent, in its quotes; several with commas between "
                    "them; or *")
           : rc;
}


/* of writes only whether there is anything is asked */

static ngx_int_t
read_none(api_http_ctx_t *ctx, etag_state_t *state)
{
    ngx_int_t         rc;
    ngx_uint_t        sent;
    api_http_etags_t  none;

    if (api_http_etags_init(ctx->request->pool, &none) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = read_header(ctx, &if_none_match, &none, &sent);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || (sent && !none.any)) {
        return refuse(ctx, &if_none_match, "form",
                      "must be * here: it may ask that there is nothing yet");
    }

    state->none = none.any;

    return NGX_OK;
}


/* NGX_OK, sent or not; NGX_DECLINED: it is no such list; NGX_ERROR */

static ngx_int_t
read_header(api_http_ctx_t *ctx, const ngx_str_t *name, api_http_etags_t *tags,
    ngx_uint_t *sent)
{
    ngx_int_t                 rc;
    ngx_table_elt_t          *h;
    api_http_headers_walk_t   walk;

    *sent = 0;

    api_http_headers_begin(&walk, &ctx->request->headers_in.headers);

    while ((h = api_http_headers_next(&walk, name)) != NULL) {

        rc = api_http_etag_read(ctx->request->pool, &h->value, tags);

        if (rc != NGX_OK) {
            return rc;
        }

        *sent = 1;
    }

    return tags->any && tags->list.nelts != 0 ? NGX_DECLINED : NGX_OK;
}


/* a text that is no value of the column's type is no version there is */

static ngx_int_t
fit(api_http_ctx_t *ctx, etag_state_t *state)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    api_failure_t            failure;
    const api_sql_param_t   *param;
    const api_http_query_t  *query;

    if (state->match.list.nelts == 0) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {

        param = query[i].sql.params.elts;

        for (n = 0; n < query[i].sql.params.nelts; n++) {

            /* of IS NULL it is asked no more than that */

            if (query[i].binds[n].source != &api_http_etag_match_source
                || query[i].binds[n].sent || param[n].null)
            {
                continue;
            }

            rc = fit_list(ctx, state, i, n);

            if (rc != NGX_OK) {
                return rc;
            }

            ngx_memzero(&failure, sizeof(api_failure_t));

            rc = api_http_typed_bind(ctx, i, n, &failure);

            if (rc == NGX_DECLINED) {
                ctx->unsure = 1;
                return fail(ctx);
            }

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


/* of several those stay that are of the type of the list's items */

static ngx_int_t
fit_list(api_http_ctx_t *ctx, etag_state_t *state, ngx_uint_t step,
    ngx_uint_t n)
{
    ngx_uint_t      i, kept;
    api_rule_t      rule;
    api_json_t     *tag;
    api_failure_t   failure;

    ngx_memzero(&rule, sizeof(api_rule_t));
    type_of(ctx, step, n, &rule.type);

    if (!rule.type.array) {
        return state->match.list.nelts == 1 ? NGX_OK
               : refuse(ctx, &if_match, "max", "names more than one ETag, and "
                        "this path compares one");
    }

    rule.type.array = 0;
    tag = state->match.list.elts;

    for (i = 0, kept = 0; i < state->match.list.nelts; i++) {

        ngx_memzero(&failure, sizeof(api_failure_t));

        switch (api_value_check(ctx->request->pool, &rule, &tag[i].text, NULL,
                                &failure))
        {
        case NGX_OK:
            tag[kept++] = tag[i];
            break;

        case NGX_DECLINED:
            break;

        default:
            return NGX_ERROR;
        }
    }

    state->match.list.nelts = kept;

    return kept != 0 ? NGX_OK : fail(ctx);
}


static ngx_int_t
refuse(api_http_ctx_t *ctx, const ngx_str_t *header, const char *code,
    const char *message)
{
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    ngx_str_set(&failure.in, "header");
    failure.field = *header;
    failure.code.data = api_unconst(code);
    failure.code.len = ngx_strlen(code);
    failure.message.data = api_unconst(message);
    failure.message.len = ngx_strlen(message);

    api_error_set(&ctx->error, API_ERROR_BAD_PARAMETER,
                  "a header is against the rules");

    return api_error_fail(ctx->request->pool, &ctx->error.failures,
                          API_ERROR_FAILURES, &failure)
           == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}


static ngx_int_t
fail(api_http_ctx_t *ctx)
{
    api_error_set(&ctx->error, API_ERROR_PRECONDITION,
                  API_HTTP_CTX_CONDITION);

    return NGX_DECLINED;
}


static ngx_int_t
match_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    api_type_t           type;
    api_json_t           list;
    const etag_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_etag_chapter);

    if (state == NULL || state->match.list.nelts == 0) {
        out->null = 1;
        return NGX_OK;
    }

    type_of(ctx, step, n, &type);

    if (!type.array) {
        out->text = ((api_json_t *) state->match.list.elts)->text;
        return NGX_OK;
    }

    ngx_memzero(&list, sizeof(api_json_t));

    list.type = API_JSON_ARRAY;
    list.items = state->match.list.elts;
    list.count = state->match.list.nelts;

    return api_sql_bind_json(ctx->request->pool, &type, &list, out);
}


/* where nobody could be asked when the configuration was read, by what the
   worker has learned */

static void
type_of(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_type_t *type)
{
    const unsigned      *oids;
    api_sql_inferred_t   builtin[2];

    *type = api_http_source_bind(ctx->route, step, n)->as;

    if (type->kind != API_TYPE_NONE) {
        return;
    }

    oids = api_http_learned_params(ctx, step);

    if (oids != NULL && api_sql_inferred_builtin(oids[n], builtin)) {
        *type = api_sql_inferred_nearest(builtin);

    } else {
        type->kind = API_TYPE_STRING;
    }
}


static ngx_int_t
none_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    const etag_state_t  *state;

    (void) step;
    (void) n;

    state = api_http_chapter_of(ctx, &api_http_etag_chapter);

    if (state != NULL && state->none) {
        ngx_str_set(&out->text, "true");

    } else {
        ngx_str_set(&out->text, "false");
    }

    return NGX_OK;
}


static void
none_type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *type)
{
    (void) route;
    (void) bind;

    type->kind = API_TYPE_BOOL;
}


static ngx_int_t
add_tag(api_http_ctx_t *ctx)
{
    ngx_int_t                        rc;
    ngx_str_t                        tag;
    ngx_uint_t                       reads, status;
    const api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(ctx->route->loc_conf, &api_http_etag_chapter);
    reads = (ctx->route->method == API_METHOD_GET);
    status = ctx->status ? ctx->status : ctx->route->status;

    /* a read with another status is no version of the thing; of a write's
       bytes no tag is made, which the next read would not have */

    if (ctx->none != 0
        || (reads ? status != NGX_HTTP_OK
                  : (elcf->kind != API_HTTP_ETAG_COLUMN || elcf->hashed)))
    {
        return NGX_OK;
    }

    rc = make_tag(ctx, elcf, &tag);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    /* the headers that a subrequest has are about the main request's answer */

    if (reads && ctx->request == ctx->request->main) {
        rc = read_conditions(ctx, &tag);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return send_tag(ctx->request, &tag);
}


/* NGX_OK; NGX_DECLINED: the column is NULL, or not there; NGX_ERROR */

static ngx_int_t
make_tag(api_http_ctx_t *ctx, const api_http_etag_loc_conf_t *elcf,
    ngx_str_t *tag)
{
    u_char                      hash[ETAG_BYTES], hex[2 * ETAG_BYTES];
    ngx_str_t                   bytes;
    ngx_http_variable_value_t  *vv;

    if (elcf->kind == API_HTTP_ETAG_COLUMN && !elcf->hashed) {

        vv = ngx_http_get_flushed_variable(ctx->request,
                                           (ngx_uint_t) elcf->index);

        if (vv == NULL || vv->not_found) {
            return NGX_DECLINED;
        }

        return api_http_etag_write(ctx->request->pool, vv->data, vv->len,
                                   tag);
    }

    bytes.data = ctx->out.start;
    bytes.len = api_buf_len(&ctx->out);

    api_auth_digest_short(&bytes, hash, ETAG_BYTES);
    (void) ngx_hex_dump(hex, hash, ETAG_BYTES);

    return api_http_etag_write(ctx->request->pool, hex, sizeof(hex), tag);
}


/*
 * If-Match of a read is answered here: behind this nginx's own filter makes the
 * 304s.  Dates it need not compare: we tell none (RFC 9110, 13.1.3).
 */

static ngx_int_t
read_conditions(api_http_ctx_t *ctx, const ngx_str_t *tag)
{
    ngx_int_t            rc;
    ngx_str_t            own;
    ngx_uint_t           i;
    api_json_t          *sent;
    etag_state_t         state;
    api_http_etags_t     mine;
    ngx_http_request_t  *r;

    r = ctx->request;

    r->headers_in.if_modified_since = NULL;
    r->headers_in.if_unmodified_since = NULL;

    if (r->headers_in.if_match == NULL) {
        return NGX_OK;
    }

    r->headers_in.if_match = NULL;

    if (api_http_etags_init(r->pool, &state.match) != NGX_OK
        || api_http_etags_init(r->pool, &mine) != NGX_OK
        || api_http_etag_read(r->pool, tag, &mine) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = read_match(ctx, &state);

    if (rc != NGX_OK || state.match.any) {
        return rc;
    }

    own = ((api_json_t *) mine.list.elts)->text;
    sent = state.match.list.elts;

    for (i = 0; i < state.match.list.nelts; i++) {
        if (api_str_equal(&sent[i].text, &own)) {
            return NGX_OK;
        }
    }

    return fail(ctx);
}


static ngx_int_t
send_tag(ngx_http_request_t *r, const ngx_str_t *tag)
{
    ngx_table_elt_t  *h;

    static const ngx_str_t  name = ngx_string("ETag");

    if (api_http_headers_add(r, &name, tag) != NGX_OK) {
        return NGX_ERROR;
    }

    h = api_http_headers_find(r, &name);

    r->headers_out.etag = h;

    return NGX_OK;
}
