
#include "http/found.h"
#include "http/escape.h"
#include "http/headers.h"
#include "core/scan.h"


/* what stands in brackets behind the name is no number */
#define FOUND_NAMED  2


static ngx_int_t find_query(ngx_http_request_t *r,
    const api_http_input_t *input, ngx_array_t *found);
static ngx_int_t find_header(ngx_http_request_t *r,
    const api_http_input_t *input, ngx_array_t *found);
static ngx_int_t find_cookie(const ngx_str_t *line, const ngx_str_t *name,
    ngx_array_t *found);
static ngx_int_t push(ngx_array_t *found, u_char *data, size_t len,
    ngx_uint_t brackets);


ngx_int_t
api_http_found_all(ngx_http_request_t *r, const api_http_input_t *input,
    ngx_array_t *found)
{
    if (input->in == API_IN_QUERY) {
        return find_query(r, input, found);
    }

    return find_header(r, input, found);
}


static ngx_int_t
find_query(ngx_http_request_t *r, const api_http_input_t *input,
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

        brackets = api_http_found_brackets(&name, &input->name) ? 1 : 0;

        if (!brackets && !api_str_equal(&name, &input->name)) {

            if (name.len <= input->name.len
                || name.data[input->name.len] != '['
                || ngx_memcmp(name.data, input->name.data, input->name.len)
                   != 0)
            {
                continue;
            }

            /* the client means a filter, and it must not be ignored
               silently */

            brackets = FOUND_NAMED;
        }

        if (push(found, value.data, value.len, brackets)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
api_http_found_brackets(const ngx_str_t *key, const ngx_str_t *name)
{
    return key->len > name->len
           && ngx_memcmp(key->data, name->data, name->len) == 0
           && api_scan_brackets(key) == name->len;
}


/* headers, and cookies in their header */

static ngx_int_t
find_header(ngx_http_request_t *r, const api_http_input_t *input,
    ngx_array_t *found)
{
    ngx_int_t                 rc;
    ngx_str_t                 name;
    ngx_table_elt_t          *h;
    api_http_headers_walk_t   walk;

    if (input->in == API_IN_COOKIE) {
        ngx_str_set(&name, "cookie");

    } else {
        name = input->lowcase;
    }

    api_http_headers_begin(&walk, &r->headers_in.headers);

    while ((h = api_http_headers_next(&walk, &name)) != NULL) {

        rc = (input->in == API_IN_COOKIE)
             ? find_cookie(&h->value, &input->name, found)
             : push(found, h->value.data, h->value.len, 0);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* "a=1; b=2" (RFC 6265, section 4.2.1), names as they are */

static ngx_int_t
find_cookie(const ngx_str_t *line, const ngx_str_t *name,
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

        if (push(found, eq, (size_t) (semi - eq), 0) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* one more than the bound is kept, so that the caller sees that there are too
   many */

static ngx_int_t
push(ngx_array_t *found, u_char *data, size_t len,
    ngx_uint_t brackets)
{
    api_http_found_t  *f;

    if (found->nelts > API_HTTP_FOUND_MAX) {
        return NGX_OK;
    }

    f = ngx_array_push(found);
    if (f == NULL) {
        return NGX_ERROR;
    }

    f->raw.data = data;
    f->raw.len = len;
    f->brackets = (brackets != 0);
    f->named = (brackets == FOUND_NAMED);

    return NGX_OK;
}


ngx_int_t
api_http_found_text(ngx_pool_t *pool, const api_http_input_t *input,
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
