
#include "sql/form_parts.h"

#include "sql/form_bytes.h"
#include "core/value_time.h"


static ngx_int_t text_time(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text);
static void write_place(api_buf_t *b, const api_sql_form_at_t *at);


ngx_uint_t
api_sql_form_differs(const api_sql_type_t *type)
{
    ngx_uint_t  i;

    if (type == NULL) {
        return 0;
    }

    switch (type->kind) {

    case API_SQL_BYTEA:
    case API_SQL_DATE:
    case API_SQL_TIME:
    case API_SQL_TIMETZ:
    case API_SQL_TIMESTAMP:
    case API_SQL_TIMESTAMPTZ:
        return 1;

    case API_SQL_COMPOSITE:

        for (i = 0; i < type->nfields; i++) {
            if (api_sql_form_differs(type->fields[i].type)) {
                return 1;
            }
        }

        return 0;

    case API_SQL_ARRAY:
        return type->delimiter != ',' || api_sql_form_differs(type->element);

    case API_SQL_RANGE:
    case API_SQL_MULTIRANGE:

        /* a composite, whose text may contain bytes, too */

        return type->element != NULL && type->element->kind != API_SQL_BYTEA
               && api_sql_form_differs(type->element);

    default:
        return 0;
    }
}


ngx_uint_t
api_sql_form_takes_objects(const api_sql_type_t *type)
{
    while (type != NULL && type->kind == API_SQL_ARRAY) {
        type = type->element;
    }

    return type != NULL && type->kind == API_SQL_COMPOSITE;
}


ngx_uint_t
api_sql_form_is_time(const api_sql_type_t *type)
{
    return type->kind == API_SQL_TIMESTAMP || type->kind == API_SQL_TIME
           || type->kind == API_SQL_DATE;
}


ngx_int_t
api_sql_form_text(ngx_pool_t *pool, const api_sql_type_t *type,
    ngx_uint_t list, ngx_str_t *text, api_failure_t *failure)
{
    api_sql_form_t  f;

    ngx_memzero(&f, sizeof(api_sql_form_t));

    ngx_memzero(failure, sizeof(api_failure_t));

    f.pool = pool;
    f.failure = failure;
    f.list = (unsigned) (list & 1);

    return api_sql_form_text_value(&f, type, text);
}


/* type NULL: nothing is known of it */

ngx_int_t
api_sql_form_text_value(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    ngx_int_t  rc;

    if (type == NULL || f->depth == API_SQL_FORM_DEPTH) {
        return NGX_OK;
    }

    switch (type->kind) {

    case API_SQL_BYTEA:
        rc = api_sql_form_bytes(f->pool, text, text);

        return rc != NGX_DECLINED ? rc
               : api_sql_form_refuse(f, "format", "must be bytes in base64 "
                                     "such as aGVsbG8=");

    case API_SQL_DATE:
    case API_SQL_TIME:
    case API_SQL_TIMETZ:
    case API_SQL_TIMESTAMP:
    case API_SQL_TIMESTAMPTZ:
        return text_time(f, type, text);

    default:
        break;
    }

    f->depth++;

    switch (type->kind) {

    case API_SQL_ARRAY:
        rc = api_sql_form_array(f, type, text);
        break;

    case API_SQL_COMPOSITE:
        rc = api_sql_form_composite(f, type, text);
        break;

    case API_SQL_RANGE:
        rc = api_sql_form_range(f, type, text);
        break;

    case API_SQL_MULTIRANGE:
        rc = api_sql_form_ranges(f, type, text);
        break;

    default:
        rc = NGX_OK;
    }

    f->depth--;

    return rc;
}


static ngx_int_t
text_time(api_sql_form_t *f, const api_sql_type_t *type, ngx_str_t *text)
{
    u_char      *p, room[API_VALUE_TIME_LEN];
    ngx_str_t    in, out;
    ngx_int_t    rc;
    const char  *message;

    /* PostgreSQL ignores them as well */

    in = *text;

    while (in.len != 0 && in.data[0] == ' ') {
        in.data++;
        in.len--;
    }

    while (in.len != 0 && in.data[in.len - 1] == ' ') {
        in.len--;
    }

    message = "must be a timestamp such as 2026-01-31T10:00:00Z";

    switch (type->kind) {

    case API_SQL_DATE:

        /* only a value with a time of day may be on another day in UTC */

        if (!api_value_time_timestamp(&in)) {
            return NGX_OK;
        }

        rc = api_value_time_utc(&in, room, &out);
        break;

    case API_SQL_TIME:
        rc = api_value_time_clock_utc(&in, room, &out);
        message = "must be a time such as 10:00:00";
        break;

    case API_SQL_TIMETZ:
        rc = api_value_time_clock_zoned(&in, room, &out);
        break;

    case API_SQL_TIMESTAMP:
        rc = api_value_time_utc(&in, room, &out);
        break;

    default:

        rc = api_value_time_utc(&in, room, &out);

        if (rc != NGX_OK) {
            /* whatever the zone is, it matters to PostgreSQL */
            return NGX_OK;
        }
    }

    if (rc != NGX_OK) {
        return api_sql_form_refuse(f, "format", message);
    }

    if (out.data != room) {
        return NGX_OK;
    }

    p = ngx_pnalloc(f->pool, out.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, room, out.len);
    p[out.len] = '\0';

    text->data = p;
    text->len = out.len;

    return NGX_OK;
}


ngx_int_t
api_sql_form_refuse(api_sql_form_t *f, const char *code, const char *message)
{
    api_buf_t  b;

    f->failure->code.data = api_unconst(code);
    f->failure->code.len = ngx_strlen(code);
    f->failure->message.data = api_unconst(message);
    f->failure->message.len = ngx_strlen(message);

    if (api_buf_init(&b, f->pool, 32, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    write_place(&b, f->at);

    return api_buf_string(&b, &f->failure->field) == NGX_OK ? NGX_DECLINED
                                                           : NGX_ERROR;
}


/* as deep as values nest */

static void
write_place(api_buf_t *b, const api_sql_form_at_t *at)
{
    if (at == NULL) {
        return;
    }

    write_place(b, at->up);

    if (at->key != NULL) {
        api_error_add_key(b, at->key);
        return;
    }

    api_buf_add_char(b, '/');
    api_buf_add_uint(b, at->index);
}
