
#include "http/list.h"
#include "body/numbers.h"
#include "body/reader.h"
#include "sql/bind.h"


static ngx_int_t api_http_list_bind(ngx_pool_t *temporary, ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_array_t *found,
    api_value_t *out, api_failure_t *failure);
static ngx_int_t api_http_list_read(ngx_pool_t *pool,
    const api_http_input_t *input, const api_http_found_t *found,
    ngx_uint_t alone, ngx_array_t *items, api_failure_t *failure);
static ngx_int_t api_http_list_split(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *text, ngx_array_t *items,
    api_failure_t *failure);
static ngx_int_t api_http_list_item(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *raw, ngx_array_t *items,
    api_failure_t *failure);
static ngx_int_t api_http_list_empty(ngx_pool_t *pool, ngx_uint_t nth,
    api_failure_t *failure);
static ngx_int_t api_http_list_many(api_failure_t *failure);
static ngx_uint_t api_http_list_plain(const api_http_input_t *input);
static void api_http_list_trim(ngx_str_t *text);


ngx_int_t
api_http_list(ngx_pool_t *temporary, ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_array_t *found, api_value_t *out,
    api_failure_t *failure)
{
    ngx_int_t  rc;

    rc = api_http_list_bind(temporary, pool, input, found, out, failure);

    if (rc == NGX_DECLINED
        && api_body_reader_copy(pool, &failure->message) != NGX_OK)
    {
        rc = NGX_ERROR;
    }

    return rc;
}


/* pool keeps the value only: all else is allocated in temporary */

static ngx_int_t
api_http_list_bind(ngx_pool_t *temporary, ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_array_t *found,
    api_value_t *out, api_failure_t *failure)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_array_t              items;
    const api_http_found_t  *f;

    if (ngx_array_init(&items, temporary, 4, sizeof(api_value_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    /* not all of them were kept: the client has sent too many */

    if (found->nelts > API_HTTP_FOUND_MAX) {
        return api_http_list_many(failure);
    }

    f = found->elts;

    for (i = 0; i < found->nelts; i++) {

        if (f[i].named) {
            ngx_str_set(&failure->code, "type");
            ngx_str_set(&failure->message, "must be a list such as name=1,2 or "
                                           "name[]=1, without names in the "
                                           "brackets");
            return NGX_DECLINED;
        }

        rc = api_http_list_read(temporary, input, &f[i], found->nelts == 1,
                                &items, failure);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = api_value_check_count(temporary, &input->rule, items.nelts, failure);

    if (rc == NGX_OK) {
        rc = api_body_numbers_list(temporary, &input->rule.type, &items,
                                   failure);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return api_sql_bind_list(pool, items.elts, items.nelts, out);
}


/* the items of one occurrence; "" is none where it is alone, or a header */

static ngx_int_t
api_http_list_read(ngx_pool_t *pool, const api_http_input_t *input,
    const api_http_found_t *found, ngx_uint_t alone, ngx_array_t *items,
    api_failure_t *failure)
{
    ngx_int_t   rc;
    ngx_str_t   text;
    ngx_uint_t  plain;

    plain = api_http_list_plain(input);

    if (found->raw.len == 0 && (alone || input->in == API_IN_HEADER)) {
        return NGX_OK;
    }

    if (found->raw.len == 0 || (found->brackets && !plain)) {
        return api_http_list_item(pool, input, &found->raw, items, failure);
    }

    if (!plain) {
        return api_http_list_split(pool, input, &found->raw, items, failure);
    }

    rc = api_http_found_text(pool, input, &found->raw, &text, failure);

    if (rc != NGX_OK) {
        return rc;
    }

    return api_http_list_split(pool, input, &text, items, failure);
}


static ngx_int_t
api_http_list_split(ngx_pool_t *pool, const api_http_input_t *input,
    const ngx_str_t *text, ngx_array_t *items, api_failure_t *failure)
{
    u_char      *p, *end, *comma;
    ngx_int_t    rc;
    ngx_str_t    item;
    ngx_uint_t   plain;

    plain = api_http_list_plain(input);

    end = text->data + text->len;

    for (p = text->data; /* void */ ; p = comma + 1) {

        comma = ngx_strlchr(p, end, ',');
        if (comma == NULL) {
            comma = end;
        }

        item.data = p;
        item.len = (size_t) (comma - p);

        if (plain || input->in == API_IN_HEADER) {
            api_http_list_trim(&item);
        }

        if (item.len != 0 || input->in != API_IN_HEADER) {

            rc = api_http_list_item(pool, input, &item, items, failure);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        if (comma == end) {
            return NGX_OK;
        }
    }
}


/* escaped yet, where it is from the query and of a type that may hold commas */

static ngx_int_t
api_http_list_item(ngx_pool_t *pool, const api_http_input_t *input,
    const ngx_str_t *raw, ngx_array_t *items, api_failure_t *failure)
{
    ngx_int_t     rc;
    ngx_str_t     text;
    api_value_t  *value;

    if (items->nelts >= API_HTTP_FOUND_MAX) {
        return api_http_list_many(failure);
    }

    text = *raw;

    if (!api_http_list_plain(input)) {
        rc = api_http_found_text(pool, input, raw, &text, failure);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    value = ngx_array_push(items);
    if (value == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(value, sizeof(api_value_t));

    rc = api_value_check(pool, &input->rule, &text, value, failure);

    /* whether the items are JSON is checked with all of them together */

    if (text.len == 0 && input->rule.type.kind == API_TYPE_JSON) {
        ngx_str_set(&failure->code, "format");
        rc = NGX_DECLINED;
    }

    return (rc == NGX_DECLINED && text.len == 0)
           ? api_http_list_empty(pool, items->nelts, failure) : rc;
}


/* an item of nothing is named by its number: it is hard to see in what was
   sent */

static ngx_int_t
api_http_list_empty(ngx_pool_t *pool, ngx_uint_t nth, api_failure_t *failure)
{
    u_char  *p;

    static const char  form[] = "must not have an empty item: number %ui is";

    p = ngx_pnalloc(pool, sizeof(form) + NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    failure->message.data = p;
    failure->message.len = (size_t) (ngx_sprintf(p, form, nth) - p);

    return NGX_DECLINED;
}


static ngx_int_t
api_http_list_many(api_failure_t *failure)
{
    ngx_str_set(&failure->code, "max_items");
    ngx_str_set(&failure->message, "has too many items");

    return NGX_DECLINED;
}


/* is the list of a type whose values hold no comma, and no blank at either
   end? */

static ngx_uint_t
api_http_list_plain(const api_http_input_t *input)
{
    switch (input->rule.type.kind) {

    case API_TYPE_NONE:
    case API_TYPE_STRING:
    case API_TYPE_JSON:
    case API_TYPE_URI:
        return 0;

    default:
        return 1;
    }
}


static void
api_http_list_trim(ngx_str_t *text)
{
    while (text->len != 0
           && (text->data[0] == ' ' || text->data[0] == '\t'))
    {
        text->data++;
        text->len--;
    }

    while (text->len != 0
           && (text->data[text->len - 1] == ' '
               || text->data[text->len - 1] == '\t'))
    {
        text->len--;
    }
}
