
#include "http/headers.h"


static ngx_int_t send_one(ngx_http_request_t *r,
    api_http_header_t *header);
static ngx_uint_t has_columns(ngx_http_request_t *r,
    const api_http_header_t *header);
static ngx_uint_t is_there(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value);
static ngx_uint_t is_control(u_char ch);


ngx_int_t
api_http_headers_send(ngx_http_request_t *r, const ngx_array_t *headers)
{
    ngx_uint_t          i, success;
    api_http_header_t  *header;

    success = (r->headers_out.status < NGX_HTTP_BAD_REQUEST);
    header = headers->elts;

    for (i = 0; i < headers->nelts; i++) {
        if ((success || header[i].always)
            && send_one(r, &header[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
send_one(ngx_http_request_t *r, api_http_header_t *header)
{
    ngx_str_t  value, line;

    if (header->source.len == 0 || !has_columns(r, header)) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, &header->value, &value) != NGX_OK
        || api_http_headers_line(r->pool, &value, &line) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (line.len == 0 || is_there(r, &header->name, &line)) {
        return NGX_OK;
    }

    return api_http_headers_add(r, &header->name, &line);
}


/* a header made of a row's columns is not sent where there is no row */

static ngx_uint_t
has_columns(ngx_http_request_t *r, const api_http_header_t *header)
{
    ngx_uint_t                  i, *index;
    ngx_http_variable_value_t  *v;

    if (header->columns == NULL) {
        return 1;
    }

    index = header->columns->elts;

    for (i = 0; i < header->columns->nelts; i++) {
        v = ngx_http_get_flushed_variable(r, index[i]);

        if (v == NULL || v->not_found || v->len == 0) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
is_there(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t          *h;
    api_http_headers_walk_t   walk;

    api_http_headers_begin(&walk, &r->headers_out.headers);

    while ((h = api_http_headers_next(&walk, name)) != NULL) {
        if (api_str_equal(&h->value, value)) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
api_http_headers_add(ngx_http_request_t *r, const ngx_str_t *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key = *name;
    h->value = *value;
    h->lowcase_key = NULL;

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


ngx_table_elt_t *
api_http_headers_find(ngx_http_request_t *r, const ngx_str_t *name)
{
    api_http_headers_walk_t  walk;

    api_http_headers_begin(&walk, &r->headers_out.headers);

    return api_http_headers_next(&walk, name);
}


ngx_table_elt_t *
api_http_headers_sent(ngx_http_request_t *r, const ngx_str_t *name)
{
    api_http_headers_walk_t  walk;

    api_http_headers_begin(&walk, &r->headers_in.headers);

    return api_http_headers_next(&walk, name);
}


void
api_http_headers_begin(api_http_headers_walk_t *walk,
    const ngx_list_t *headers)
{
    walk->part = &headers->part;
    walk->i = 0;
}


/* what nginx or a module has taken out has a hash of 0 */

ngx_table_elt_t *
api_http_headers_next(api_http_headers_walk_t *walk, const ngx_str_t *name)
{
    ngx_table_elt_t  *h;

    while (walk->part != NULL) {

        if (walk->i == walk->part->nelts) {
            walk->part = walk->part->next;
            walk->i = 0;
            continue;
        }

        h = walk->part->elts;
        h += walk->i++;

        if (h->hash != 0
            && h->key.len == name->len
            && ngx_strncasecmp(h->key.data, name->data, name->len) == 0)
        {
            return h;
        }
    }

    return NULL;
}


ngx_int_t
api_http_headers_line(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_str_t *line)
{
    u_char  *p;
    size_t   i, n;

    for (i = 0, n = 0; i < text->len; i++) {
        n += is_control(text->data[i]);
    }

    *line = *text;

    if (n == 0) {
        return NGX_OK;
    }

    line->len = text->len + 2 * n;
    line->data = ngx_pnalloc(pool, line->len);
    if (line->data == NULL) {
        return NGX_ERROR;
    }

    p = line->data;

    for (i = 0; i < text->len; i++) {

        if (is_control(text->data[i])) {
            p = ngx_sprintf(p, "%%%02Xd", (int) text->data[i]);

        } else {
            *p++ = text->data[i];
        }
    }

    return NGX_OK;
}


ngx_uint_t
api_http_headers_breaks(const ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (is_control(text->data[i])) {
            return 1;
        }
    }

    return 0;
}


/* RFC 9110, 5.5: a tab may stand in a value */

static ngx_uint_t
is_control(u_char ch)
{
    return (ch < 0x20 && ch != '\t') || ch == 0x7f;
}
