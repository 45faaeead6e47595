
/*
 * Any JSON value, bound and rendered again: as json it is the same, an array's
 * items are the same or, as texts, the texts they were bound as.
 */


#include "core/scan.h"
#include "fuzz_json.h"
#include "sql/bind.h"
#include "sql/render.h"


static void bind_json(ngx_pool_t *pool, const api_json_t *json);
static void bind_jsons(ngx_pool_t *pool, const api_json_t *json);
static void bind_texts(ngx_pool_t *pool, const api_json_t *json);
static void bind_values(ngx_pool_t *pool, const api_json_t *json);
static api_json_t *bound(ngx_pool_t *pool, api_type_kind_e kind,
    const api_json_t *json, const api_sql_type_t *type);
static api_json_t *rendered(ngx_pool_t *pool, const api_sql_type_t *type,
    const api_value_t *value);
static void check_texts(ngx_pool_t *pool, const api_json_t *sent,
    const api_json_t *got);
static ngx_uint_t levels(const api_json_t *json);
static ngx_uint_t has_nul(const api_json_t *json);


static const api_sql_type_t  json_type = {
    114, API_SQL_JSON, ',', NULL, 0, NULL, NULL
};

static const api_sql_type_t  jsons_type = {
    199, API_SQL_ARRAY, ',', &json_type, 0, NULL, NULL
};

static const api_sql_type_t  texts_type = {
    1009, API_SQL_ARRAY, ',', &api_sql_type_text, 0, NULL, NULL
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    text;
    api_json_t  *json;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);
    json = fuzz_json(pool, &text);

    /* a schema lets no \u0000 pass */

    if (json != NULL && !has_nul(json)) {
        bind_json(pool, json);

        if (json->type == API_JSON_ARRAY) {
            bind_jsons(pool, json);
            bind_texts(pool, json);
            bind_values(pool, json);
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
bind_json(ngx_pool_t *pool, const api_json_t *json)
{
    api_json_t   *again;
    api_type_t    type;
    api_value_t   value;

    ngx_memzero(&type, sizeof(api_type_t));
    ngx_memzero(&value, sizeof(api_value_t));
    type.kind = API_TYPE_JSON;

    fuzz_check(api_sql_bind_json(pool, &type, json, &value) == NGX_OK);
    fuzz_check(value.null == (json->type == API_JSON_NULL));

    if (value.null) {
        return;
    }

    fuzz_check(value.text.data[value.text.len] == '\0');
    fuzz_check(strlen((char *) value.text.data) == value.text.len);

    again = fuzz_json(pool, &value.text);
    fuzz_check(again != NULL && fuzz_json_same(json, again));
}


static void
bind_jsons(ngx_pool_t *pool, const api_json_t *json)
{
    api_json_t  *again;

    again = bound(pool, API_TYPE_JSON, json, &jsons_type);

    fuzz_check(again != NULL && fuzz_json_same(json, again));
}


static void
bind_texts(ngx_pool_t *pool, const api_json_t *json)
{
    api_json_t  *got;

    got = bound(pool, API_TYPE_STRING, json, &texts_type);
    fuzz_check(got != NULL);

    if (levels(json) > API_SQL_BIND_DIMENSIONS) {
        fuzz_check(got->type == API_JSON_STRING);
        return;
    }

    check_texts(pool, json, got);
}


/* the items one by one, as those of a query string are */

static void
bind_values(ngx_pool_t *pool, const api_json_t *json)
{
    api_json_t   *got;
    api_type_t    type;
    ngx_uint_t    i;
    api_value_t  *items, value;

    ngx_memzero(&type, sizeof(api_type_t));
    ngx_memzero(&value, sizeof(api_value_t));
    type.kind = API_TYPE_STRING;

    items = ngx_pcalloc(pool, (json->count + 1) * sizeof(api_value_t));
    fuzz_check(items != NULL);

    for (i = 0; i < json->count; i++) {
        if (json->items[i].type == API_JSON_ARRAY) {
            return;
        }

        fuzz_check(api_sql_bind_json(pool, &type, &json->items[i], &items[i])
                   == NGX_OK);
    }

    fuzz_check(api_sql_bind_list(pool, items, json->count, &value) == NGX_OK);

    got = rendered(pool, &texts_type, &value);
    fuzz_check(got != NULL);

    check_texts(pool, json, got);
}


static api_json_t *
bound(ngx_pool_t *pool, api_type_kind_e kind, const api_json_t *json,
    const api_sql_type_t *type)
{
    api_type_t   declared;
    api_value_t  value;

    ngx_memzero(&declared, sizeof(api_type_t));
    ngx_memzero(&value, sizeof(api_value_t));
    declared.kind = kind;
    declared.array = 1;

    fuzz_check(api_sql_bind_json(pool, &declared, json, &value) == NGX_OK);
    fuzz_check(!value.null);

    return rendered(pool, type, &value);
}


static api_json_t *
rendered(ngx_pool_t *pool, const api_sql_type_t *type,
    const api_value_t *value)
{
    api_buf_t          b;
    ngx_str_t          out;
    api_sql_render_t   r;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 24) == NGX_OK);
    api_sql_render_init(&r, &b);
    api_sql_render_value(&r, type, value->text.data, value->text.len);
    fuzz_check(api_buf_string(&b, &out) == NGX_OK);

    return fuzz_json(pool, &out);
}


static void
check_texts(ngx_pool_t *pool, const api_json_t *sent, const api_json_t *got)
{
    ngx_str_t   text;
    ngx_uint_t  i;

    if (sent->type == API_JSON_NULL) {
        fuzz_check(got->type == API_JSON_NULL);
        return;
    }

    if (sent->type != API_JSON_ARRAY) {
        text = sent->type == API_JSON_STRING ? sent->text
                                             : fuzz_json_text(pool, sent);

        fuzz_check(got->type == API_JSON_STRING);
        fuzz_check(api_str_equal(&got->text, &text));
        return;
    }

    fuzz_check(got->type == API_JSON_ARRAY && got->count == sent->count);

    for (i = 0; i < sent->count; i++) {
        check_texts(pool, &sent->items[i], &got->items[i]);
    }
}


/* of arrays right in arrays */

static ngx_uint_t
levels(const api_json_t *json)
{
    ngx_uint_t  i, n, most;

    if (json->type != API_JSON_ARRAY) {
        return 0;
    }

    most = 0;

    for (i = 0; i < json->count; i++) {
        n = levels(&json->items[i]);
        most = n > most ? n : most;
    }

    return most + 1;
}


static ngx_uint_t
has_nul(const api_json_t *json)
{
    ngx_uint_t  i;

    if (json->has_nul) {
        return 1;
    }

    for (i = 0; i < json->count; i++) {
        if (has_nul(&json->items[i])) {
            return 1;
        }
    }

    return 0;
}
