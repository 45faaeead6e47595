
#include "sql/bind.h"

#include "core/buf.h"
#include "json/write.h"


typedef struct {
    api_buf_t     out;
    api_buf_t     item;       /* the JSON text of one item, before it is
                                 quoted */
} bind_list_t;


static ngx_int_t bind_list(ngx_pool_t *pool, const api_type_t *type,
    const api_json_t *json, api_value_t *out);
static void write_list(bind_list_t *list, const api_type_t *type,
    const api_json_t *json);
static void write_item(bind_list_t *list, const api_type_t *type,
    const api_json_t *json);
static ngx_uint_t read_item(api_sql_bind_items_t *items, ngx_str_t *item);
static ngx_str_t scalar_text(const api_json_t *json);
static ngx_uint_t is_nested(const api_json_t *json);
static ngx_uint_t is_json(const api_type_t *type);
static ngx_int_t finish(api_buf_t *b, api_value_t *out);


/*
 * PostgreSQL's documentation, chapter 8.15.6: in quotes an item is taken as it
 * is, be it empty, "NULL" or full of braces.
 */

ngx_int_t
api_sql_bind_list(ngx_pool_t *pool, const api_value_t *items, ngx_uint_t n,
    api_value_t *out)
{
    api_buf_t   b;
    ngx_uint_t  i;

    if (api_buf_init(&b, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_char(&b, '{');

    for (i = 0; i < n; i++) {
        if (i != 0) {
            api_buf_add_char(&b, ',');
        }

        if (items[i].null) {
            api_buf_add_literal(&b, "NULL");

        } else if (items[i].list) {
            api_buf_add_str(&b, &items[i].text);

        } else {
            api_sql_bind_quoted(&b, items[i].text.data, items[i].text.len);
        }
    }

    api_buf_add_char(&b, '}');

    return finish(&b, out);
}


ngx_int_t
api_sql_bind_texts(ngx_pool_t *pool, const ngx_array_t *texts,
    ngx_str_t *literal)
{
    u_char       *text;
    ngx_int_t     rc;
    ngx_uint_t    i;
    api_value_t  *items, all;

    items = ngx_pcalloc(pool, texts->nelts * sizeof(api_value_t));
    if (items == NULL) {
        return NGX_ERROR;
    }

    text = texts->elts;

    for (i = 0; i < texts->nelts; i++) {
        items[i].text = *(const ngx_str_t *) (text + i * texts->size);
    }

    rc = api_sql_bind_list(pool, items, texts->nelts, &all);

    *literal = all.text;

    return rc;
}


ngx_int_t
api_sql_bind_items(ngx_pool_t *pool, const ngx_str_t *text,
    api_sql_bind_items_t *items)
{
    ngx_memzero(items, sizeof(api_sql_bind_items_t));

    items->pos = text->data;
    items->end = text->data + text->len;
    items->item = ngx_pnalloc(pool, text->len + 1);

    return items->item != NULL ? NGX_OK : NGX_ERROR;
}


ngx_uint_t
api_sql_bind_next(api_sql_bind_items_t *items, ngx_str_t *item)
{
    while (items->pos < items->end) {

        switch (*items->pos++) {

        case '{':

            if (items->depth < API_SQL_BIND_DIMENSIONS) {
                items->index[items->depth++] = 0;
                break;
            }

            items->pos = items->end;
            break;

        case '}':

            if (items->depth > 0) {
                items->depth--;
                break;
            }

            items->pos = items->end;
            break;

        case ',':

            if (items->depth > 0) {
                items->index[items->depth - 1]++;
                break;
            }

            items->pos = items->end;
            break;

        case '"':
            return items->depth != 0 && read_item(items, item);
        }
    }

    return 0;
}


/* the first byte behind the quote; a NULL item is passed over */

static ngx_uint_t
read_item(api_sql_bind_items_t *items, ngx_str_t *item)
{
    u_char  *p;

    p = items->item;

    while (items->pos < items->end && *items->pos != '"') {
        items->pos += (*items->pos == '\\');

        if (items->pos == items->end) {
            return 0;
        }

        *p++ = *items->pos++;
    }

    if (items->pos == items->end) {
        return 0;
    }

    items->pos++;

    item->data = items->item;
    item->len = (size_t) (p - items->item);

    return 1;
}


ngx_int_t
api_sql_bind_json(ngx_pool_t *pool, const api_type_t *type,
    const api_json_t *json, api_value_t *out)
{
    api_buf_t  b;

    ngx_memzero(out, sizeof(api_value_t));

    if (json->type == API_JSON_NULL) {
        out->null = 1;
        return NGX_OK;
    }

    if (type->array && json->type == API_JSON_ARRAY) {
        return bind_list(pool, type, json, out);
    }

    if (!is_json(type) && !is_nested(json)) {
        out->text = scalar_text(json);
        return NGX_OK;
    }

    if (api_buf_init(&b, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_json_write_value(&b, json);

    return finish(&b, out);
}


static ngx_int_t
bind_list(ngx_pool_t *pool, const api_type_t *type, const api_json_t *json,
    api_value_t *out)
{
    bind_list_t  list;

    if (api_buf_init(&list.out, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK
        || api_buf_init(&list.item, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    write_list(&list, type, json);

    if (!api_buf_ok(&list.item)) {
        return NGX_ERROR;
    }

    return finish(&list.out, out);
}


/*
 * recursion goes as deep as api_json_read() lets a document be, and no deeper
 */

static void
write_list(bind_list_t *list, const api_type_t *type, const api_json_t *json)
{
    ngx_uint_t  i;

    api_buf_add_char(&list->out, '{');

    for (i = 0; i < json->count; i++) {
        if (i != 0) {
            api_buf_add_char(&list->out, ',');
        }

        write_item(list, type, &json->items[i]);
    }

    api_buf_add_char(&list->out, '}');
}


static void
write_item(bind_list_t *list, const api_type_t *type, const api_json_t *json)
{
    ngx_str_t  text;

    if (json->type == API_JSON_NULL) {
        api_buf_add_literal(&list->out, "NULL");
        return;
    }

    if (!is_json(type) && json->type == API_JSON_ARRAY) {
        write_list(list, type, json);
        return;
    }

    if (!is_json(type) && !is_nested(json)) {
        text = scalar_text(json);
        api_sql_bind_quoted(&list->out, text.data, text.len);
        return;
    }

    list->item.last = list->item.start;
    api_json_write_value(&list->item, json);

    if (api_buf_ok(&list->item)) {
        api_sql_bind_quoted(&list->out, list->item.start,
                            api_buf_len(&list->item));
    }
}


void
api_sql_bind_quoted(api_buf_t *b, const u_char *data, size_t len)
{
    u_char        *p;
    const u_char  *end;

    /* every byte escaped, and the quotes */
    p = api_buf_reserve(b, 2 * len + 2);
    if (p == NULL) {
        return;
    }

    *p++ = '"';

    for (end = data + len; data < end; data++) {
        if (*data == '"' || *data == '\\') {
            *p++ = '\\';
        }

        *p++ = *data;
    }

    *p++ = '"';
    b->last = p;
}


/* with a NUL behind; a string's is as decoded */

static ngx_str_t
scalar_text(const api_json_t *json)
{
    static const ngx_str_t  null = ngx_string("null");
    static const ngx_str_t  yes = ngx_string("true");
    static const ngx_str_t  no = ngx_string("false");

    switch (json->type) {

    case API_JSON_TRUE:
        return yes;

    case API_JSON_FALSE:
        return no;

    case API_JSON_NUMBER:
    case API_JSON_STRING:
        return json->text;

    default:
        return null;
    }
}


static ngx_uint_t
is_nested(const api_json_t *json)
{
    return json->type == API_JSON_ARRAY || json->type == API_JSON_OBJECT;
}


static ngx_uint_t
is_json(const api_type_t *type)
{
    return type->kind == API_TYPE_JSON || type->kind == API_TYPE_NONE;
}


static ngx_int_t
finish(api_buf_t *b, api_value_t *out)
{
    out->null = 0;

    return api_buf_string(b, &out->text);
}
