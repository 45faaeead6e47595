
#include "sql/form_parts.h"

#include "sql/bind.h"
#include "sql/form_literal.h"


static ngx_int_t begin(const api_sql_form_t *f, const ngx_str_t *text,
    api_sql_form_reader_t *r, api_buf_t *out);
static ngx_int_t add_range(api_sql_form_t *f, const api_sql_type_t *type,
    api_sql_form_reader_t *r, api_buf_t *out);


ngx_int_t
api_sql_form_array(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    u_char                  delimiter;
    api_sql_form_t          inner;
    api_sql_form_at_t       at;
    ngx_int_t               rc;
    ngx_str_t               item;
    api_buf_t               out;
    api_sql_form_reader_t   r;

    delimiter = f->list ? ',' : type->delimiter;

    if (!f->list && text->len != 0 && text->data[0] == '[') {

        rc = api_sql_form_read_json(f, type, text);

        if (rc != NGX_DONE) {
            return rc;
        }
    }

    if (delimiter == type->delimiter && !api_sql_form_differs(type->element)) {
        return NGX_OK;
    }

    if (!f->list && delimiter == ' ') {
        return NGX_OK;
    }

    if (begin(f, text, &r, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&at, sizeof(api_sql_form_at_t));
    at.up = f->at;

    inner = *f;
    inner.at = &at;
    inner.list = 0;

    for ( ;; ) {
        rc = api_sql_form_array_next(&r, delimiter, type->delimiter, &item,
                                     &out);

        if (rc != NGX_OK) {
            break;
        }

        at.index = r.index;
        rc = api_sql_form_text_value(&inner, type->element, &item);

        if (rc != NGX_OK) {
            return rc;
        }

        api_sql_bind_quoted(&out, item.data, item.len);
    }

    if (rc == NGX_DONE) {
        return api_buf_string(&out, text);
    }

    return api_sql_form_refuse(f, "format",
                               "must be an array as PostgreSQL writes it");
}


ngx_int_t
api_sql_form_composite(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    ngx_int_t               rc;
    ngx_str_t               field;
    ngx_uint_t              i;
    api_buf_t               out;
    api_sql_form_reader_t   r;

    if (text->len != 0 && text->data[0] == '{') {

        rc = api_sql_form_read_json(f, type, text);

        if (rc != NGX_DONE) {
            return rc;
        }
    }

    if (!api_sql_form_differs(type)) {
        return NGX_OK;
    }

    if (begin(f, text, &r, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_char(&out, '(');

    if (!api_sql_form_accept(&r, "(")) {
        goto wrong;
    }

    for (i = 0; i < type->nfields; i++) {

        if (i != 0) {
            if (!api_sql_form_accept(&r, ",")) {
                goto wrong;
            }

            api_buf_add_char(&out, ',');
        }

        rc = api_sql_form_field(&r, ",)", &field);

        if (rc == NGX_DECLINED) {
            goto wrong;
        }

        if (rc == NGX_OK) {
            rc = api_sql_form_text_value(f, type->fields[i].type, &field);

            if (rc != NGX_OK) {
                return rc;
            }

            api_sql_bind_quoted(&out, field.data, field.len);
        }
    }

    if (!api_sql_form_accept(&r, ")") || !api_sql_form_done(&r)) {
        goto wrong;
    }

    api_buf_add_char(&out, ')');

    return api_buf_string(&out, text);

wrong:

    return api_sql_form_refuse(f, "format", "must be an object, or a row as "
                               "PostgreSQL writes it");
}


ngx_int_t
api_sql_form_range(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    ngx_int_t               rc;
    api_buf_t               out;
    api_sql_form_reader_t   r;

    if (!api_sql_form_differs(type)) {
        return NGX_OK;
    }

    if (begin(f, text, &r, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = add_range(f, type, &r, &out);

    if (rc == NGX_OK && api_sql_form_done(&r)) {
        return api_buf_string(&out, text);
    }

    if (rc == NGX_ERROR || f->failure->code.len != 0) {
        return rc;
    }

    return api_sql_form_refuse(f, "format", "must be a range such as [a,b)");
}


/* the ranges of a multirange, "{[a,b),[c,d)}" */

ngx_int_t
api_sql_form_ranges(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    ngx_int_t               rc;
    api_buf_t               out;
    api_sql_form_reader_t   r;

    if (!api_sql_form_differs(type)) {
        return NGX_OK;
    }

    if (begin(f, text, &r, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_sql_form_accept(&r, "{") ? NGX_OK : NGX_DECLINED;
    api_buf_add_char(&out, '{');

    while (rc == NGX_OK && !api_sql_form_accept(&r, "}")) {

        if (api_buf_len(&out) > 1) {

            if (!api_sql_form_accept(&r, ",")) {
                rc = NGX_DECLINED;
                break;
            }

            api_buf_add_char(&out, ',');
        }

        rc = add_range(f, type, &r, &out);
    }

    if (rc == NGX_OK && api_sql_form_done(&r)) {
        api_buf_add_char(&out, '}');
        return api_buf_string(&out, text);
    }

    if (rc == NGX_ERROR || f->failure->code.len != 0) {
        return rc;
    }

    return api_sql_form_refuse(f, "format",
                               "must be ranges such as {[a,b),[c,d)}");
}


/* text is read, and written anew: hardly longer than it was */

static ngx_int_t
begin(const api_sql_form_t *f, const ngx_str_t *text, api_sql_form_reader_t *r,
    api_buf_t *out)
{
    if (api_buf_init(out, f->pool, text->len + 32, NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_sql_form_reader_init(r, f->pool, text);
}


/* NGX_DECLINED with a failure: one of a bound; without: it is not a range */

static ngx_int_t
add_range(api_sql_form_t *f, const api_sql_type_t *type,
    api_sql_form_reader_t *r, api_buf_t *out)
{
    ngx_int_t   rc;
    ngx_str_t   bound;
    ngx_uint_t  i;

    if (api_sql_form_accept(r, "empty")) {
        api_buf_add_literal(out, "empty");
        return NGX_OK;
    }

    if (api_sql_form_accept(r, "[")) {
        api_buf_add_char(out, '[');

    } else if (api_sql_form_accept(r, "(")) {
        api_buf_add_char(out, '(');

    } else {
        return NGX_DECLINED;
    }

    for (i = 0; i < 2; i++) {

        rc = api_sql_form_field(r, ",])", &bound);

        if (rc == NGX_DECLINED) {
            return rc;
        }

        if (rc == NGX_OK) {
            rc = api_sql_form_text_value(f, type->element, &bound);

            if (rc != NGX_OK) {
                return rc;
            }

            api_sql_bind_quoted(out, bound.data, bound.len);
        }

        if (i == 0) {
            if (!api_sql_form_accept(r, ",")) {
                return NGX_DECLINED;
            }

            api_buf_add_char(out, ',');
        }
    }

    if (api_sql_form_accept(r, "]")) {
        api_buf_add_char(out, ']');

    } else if (api_sql_form_accept(r, ")")) {
        api_buf_add_char(out, ')');

    } else {
        return NGX_DECLINED;
    }

    return NGX_OK;
}
