
#include "http/input.h"
#include "http/escape.h"
#include "http/faults.h"
#include "http/list.h"
#include "http/typed.h"
#include "http/unknown.h"
#include "body/numbers.h"
#include "core/scan.h"
#include "sql/fallback.h"


/* what stands in brackets behind the name is no number */
#define INPUT_NAMED  2


static ngx_int_t api_http_input_one(api_http_ctx_t *ctx,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);
static ngx_int_t api_http_input_find(api_http_ctx_t *ctx,
    const api_http_input_t *input, ngx_array_t *found);
static ngx_int_t api_http_input_query(ngx_http_request_t *r,
    const api_http_input_t *input, ngx_array_t *found);
static ngx_int_t api_http_input_header(ngx_http_request_t *r,
    const api_http_input_t *input, ngx_array_t *found);
static ngx_int_t api_http_input_cookie(const ngx_str_t *line,
    const ngx_str_t *name, ngx_array_t *found);
static ngx_int_t api_http_input_scalar(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *raw, api_value_t *out,
    api_failure_t *failure);
static ngx_int_t api_http_input_push(ngx_array_t *found, u_char *data,
    size_t len, ngx_uint_t brackets);
static ngx_int_t api_http_input_list(api_http_ctx_t *ctx,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);
static ngx_int_t api_http_input_absent(ngx_pool_t *pool,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);


/* indexed by api_http_in_e */
const ngx_str_t  api_http_input_names[] = {
    ngx_string("path"),
    ngx_string("query"),
    ngx_string("header"),
    ngx_string("cookie")
};


ngx_int_t
api_http_input_parameters(api_http_ctx_t *ctx)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    ngx_pool_t              *pool;
    ngx_array_t             *failures;
    api_failure_t            failure;
    const api_http_input_t  *input;

    n = ctx->route->inputs.nelts;
    pool = ctx->request->pool;
    failures = NULL;
    input = ctx->route->inputs.elts;

    if (n != 0) {
        ctx->inputs = ngx_pcalloc(pool, n * sizeof(api_value_t));
        if (ctx->inputs == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < n; i++) {
        ngx_memzero(&failure, sizeof(api_failure_t));

        rc = api_http_input_one(ctx, &input[i], &ctx->inputs[i], &failure);

        if (rc == NGX_OK) {
            rc = api_http_typed_input(ctx, i, &failure);
        }

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        failure.in = api_http_input_names[input[i].in];
        failure.field = input[i].name;

        if (api_error_fail(pool, &failures, API_HTTP_FAULTS,
                           &failure)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ctx->request->args.len != 0
        && api_http_unknown(ctx, &failures) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (failures == NULL) {
        return NGX_OK;
    }

    api_http_faults_refuse(ctx, failures);

    return NGX_DECLINED;
}


static ngx_int_t
api_http_input_one(api_http_ctx_t *ctx, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_pool_t        *pool;
    ngx_array_t        found;
    api_http_found_t  *f;

    pool = ctx->request->pool;

    if (input->in == API_IN_PATH) {
        return api_http_input_scalar(pool, input,
                                     &ctx->segments[input->segment], out,
                                     failure);
    }

    if (input->rule.type.array) {
        return api_http_input_list(ctx, input, out, failure);
    }

    if (ngx_array_init(&found, pool, 1, sizeof(api_http_found_t)) != NGX_OK
        || api_http_input_find(ctx, input, &found) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (found.nelts == 0) {
        return api_http_input_absent(pool, input, out, failure);
    }

    /*
     * Of cookies of one name browsers send the one with the longest path first
     * (RFC 6265, section 5.4): it is the one that is meant here
     */

    if (found.nelts > 1 && input->in != API_IN_COOKIE) {
        ngx_str_set(&failure->code, "duplicate");
        ngx_str_set(&failure->message, "must be given only once");
        return NGX_DECLINED;
    }

    f = found.elts;

    if (f->brackets) {
        /* who sends a list means it: it is not to be passed over in silence */
        ngx_str_set(&failure->code, "type");
        ngx_str_set(&failure->message, "must be one value, without brackets "
                                       "after the name");
        return NGX_DECLINED;
    }

    return api_http_input_scalar(pool, input, &f->raw, out, failure);
}


/* many short items take a hundred times as much as their text */

static ngx_int_t
api_http_input_list(api_http_ctx_t *ctx, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_int_t     rc;
    ngx_pool_t   *pool, *temporary;
    ngx_array_t   found;

    pool = ctx->request->pool;

    temporary = ngx_create_pool(4096, pool->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_array_init(&found, temporary, 4, sizeof(api_http_found_t))
        == NGX_OK
        && api_http_input_find(ctx, input, &found) == NGX_OK)
    {
        rc = found.nelts ? api_http_list(temporary, pool, input, &found, out,
                                         failure)
                         : api_http_input_absent(pool, input, out, failure);
    }

    ngx_destroy_pool(temporary);

    return rc;
}


static ngx_int_t
api_http_input_absent(ngx_pool_t *pool, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_int_t  rc;

    if (input->rule.required) {
        ngx_str_set(&failure->code, "required");
        ngx_str_set(&failure->message, "is required");
        return NGX_DECLINED;
    }

    if (!input->rule.has_default) {
        out->null = 1;
        out->absent = 1;
        return NGX_OK;
    }

    rc = api_sql_fallback(pool, &input->rule, out);
    out->absent = 1;

    return rc;
}


static ngx_int_t
api_http_input_find(api_http_ctx_t *ctx, const api_http_input_t *input,
    ngx_array_t *found)
{
    if (input->in == API_IN_QUERY) {
        return api_http_input_query(ctx->request, input, found);
    }

    return api_http_input_header(ctx->request, input, found);
}


static ngx_int_t
api_http_input_query(ngx_http_request_t *r, const api_http_input_t *input,
    ngx_array_t *found)
{
    u_char      *p;
    ngx_int_t    rc;
    ngx_str_t    name, value;
    ngx_uint_t   brackets;

    p = r->args.data;

    while (api_http_escape_pair(&p, r->args.data + r->args.len, &name, &value))
    {
        rc = api_http_escape_name(r->pool, &name);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            continue;
        }

        brackets = api_http_input_brackets(&name, &input->name) ? 1 : 0;

        if (!brackets && !api_str_equal(&name, &input->name)) {

            if (name.len <= input->name.len
                || name.data[input->name.len] != '['
                || ngx_memcmp(name.data, input->name.data, input->name.len)
                   != 0)
            {
                continue;
            }

            /* who sends it means a filter, which is never silently gone */

            brackets = INPUT_NAMED;
        }

        if (api_http_input_push(found, value.data, value.len, brackets)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
api_http_input_brackets(const ngx_str_t *key, const ngx_str_t *name)
{
    return key->len > name->len
           && ngx_memcmp(key->data, name->data, name->len) == 0
           && api_scan_brackets(key) == name->len;
}


/* headers, and cookies in their header */

static ngx_int_t
api_http_input_header(ngx_http_request_t *r, const api_http_input_t *input,
    ngx_array_t *found)
{
    ngx_int_t         rc;
    ngx_str_t         name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    if (input->in == API_IN_COOKIE) {
        ngx_str_set(&name, "cookie");

    } else {
        name = input->lowcase;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].hash == 0 || h[i].key.len != name.len
                || ngx_strncasecmp(h[i].key.data, name.data, name.len) != 0)
            {
                continue;
            }

            rc = (input->in == API_IN_COOKIE)
                 ? api_http_input_cookie(&h[i].value, &input->name, found)
                 : api_http_input_push(found, h[i].value.data,
                                       h[i].value.len, 0);

            if (rc != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* "a=1; b=2" (RFC 6265, section 4.2.1), names as they are */

static ngx_int_t
api_http_input_cookie(const ngx_str_t *line, const ngx_str_t *name,
    ngx_array_t *found)
{
    u_char  *p, *end, *semi, *eq;

    p = line->data;
    end = p + line->len;

    for ( /* void */ ; p < end; p = semi + 1) {

        semi = ngx_strlchr(p, end, ';');
        if (semi == NULL) {
            semi = end;
        }

        while (p < semi && *p == ' ') {
            p++;
        }

        eq = ngx_strlchr(p, semi, '=');

        if (eq == NULL || (size_t) (eq - p) != name->len
            || ngx_memcmp(p, name->data, name->len) != 0)
        {
            continue;
        }

        eq++;

        if (api_http_input_push(found, eq, (size_t) (semi - eq), 0) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* beyond the bound by one, so that too many are seen to be */

static ngx_int_t
api_http_input_push(ngx_array_t *found, u_char *data, size_t len,
    ngx_uint_t brackets)
{
    api_http_found_t  *f;

    if (found->nelts > API_HTTP_INPUT_ITEMS) {
        return NGX_OK;
    }

    f = ngx_array_push(found);
    if (f == NULL) {
        return NGX_ERROR;
    }

    f->raw.data = data;
    f->raw.len = len;
    f->brackets = (brackets != 0);
    f->named = (brackets == INPUT_NAMED);

    return NGX_OK;
}


static ngx_int_t
api_http_input_scalar(ngx_pool_t *pool, const api_http_input_t *input,
    const ngx_str_t *raw, api_value_t *out, api_failure_t *failure)
{
    ngx_int_t   rc;
    ngx_str_t   text;
    api_rule_t  rule;

    rc = api_http_input_text(pool, input, raw, &text, failure);

    if (rc != NGX_OK) {
        return rc;
    }

    rule = input->rule;

    if (rule.type.kind == API_TYPE_NONE) {
        /* PostgreSQL says what it is: any text will do until then */
        rule.type.kind = API_TYPE_STRING;
    }

    if (rule.type.kind == API_TYPE_JSON) {
        rc = api_body_numbers_json(pool, &text, failure);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return api_value_check(pool, &rule, &text, out, failure);
}


ngx_int_t
api_http_input_text(ngx_pool_t *pool, const api_http_input_t *input,
    const ngx_str_t *raw, ngx_str_t *text, api_failure_t *failure)
{
    ngx_int_t  rc;

    if (input->in == API_IN_QUERY) {
        rc = api_http_escape_decode(pool, raw, text);

        if (rc == NGX_DECLINED) {
            ngx_str_set(&failure->code, "encoding");
            ngx_str_set(&failure->message, "contains an invalid %-escape");
        }

        return rc;
    }

    text->data = ngx_pnalloc(pool, raw->len + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, raw->data, raw->len);
    text->data[raw->len] = '\0';
    text->len = raw->len;

    return NGX_OK;
}
