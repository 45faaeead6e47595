
/*
 * JSON for fuzz targets: text to a tree, a tree to text, and whether two trees
 * are the same.
 */


#ifndef API_FUZZ_JSON_H
#define API_FUZZ_JSON_H


#include "core/buf.h"
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"


static inline ngx_str_t
fuzz_str(const char *s)
{
    ngx_str_t  str;

    str.data = (u_char *) (uintptr_t) s;
    str.len = strlen(s);

    return str;
}


/* the tree, or NULL: it is no JSON */
static inline api_json_t *
fuzz_json(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    return api_json_read(pool, text, &limits, &json, &err) == NGX_OK ? json
                                                                     : NULL;
}


static inline void
fuzz_json_write(api_buf_t *b, const api_json_t *json)
{
    ngx_uint_t          i;
    static const char  *words[] = { "null", "false", "true" };

    switch (json->type) {

    case API_JSON_NUMBER:
        api_buf_add_str(b, &json->text);
        return;

    case API_JSON_STRING:
        api_json_write_string(b, json->text.data, json->text.len);
        return;

    case API_JSON_ARRAY:
    case API_JSON_OBJECT:
        break;

    default:
        api_buf_add(b, words[json->type], strlen(words[json->type]));
        return;
    }

    api_buf_add_char(b, json->type == API_JSON_ARRAY ? '[' : '{');

    for (i = 0; i < json->count; i++) {
        if (i > 0) {
            api_buf_add_char(b, ',');
        }

        if (json->type == API_JSON_OBJECT) {
            api_json_write_string(b, json->items[i].key.data,
                                  json->items[i].key.len);
            api_buf_add_char(b, ':');
        }

        fuzz_json_write(b, &json->items[i]);
    }

    api_buf_add_char(b, json->type == API_JSON_ARRAY ? ']' : '}');
}


static inline ngx_str_t
fuzz_json_text(ngx_pool_t *pool, const api_json_t *json)
{
    api_buf_t  b;
    ngx_str_t  text;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 24) == NGX_OK);
    fuzz_json_write(&b, json);
    fuzz_check(api_buf_string(&b, &text) == NGX_OK);

    return text;
}


static inline ngx_uint_t
fuzz_json_same(const api_json_t *a, const api_json_t *b)
{
    ngx_uint_t  i;

    if (a->type != b->type || a->count != b->count
        || a->has_nul != b->has_nul
        || a->key.len != b->key.len || a->text.len != b->text.len
        || (a->key.len && !api_str_equal(&a->key, &b->key))
        || (a->text.len && !api_str_equal(&a->text, &b->text)))
    {
        return 0;
    }

    for (i = 0; i < a->count; i++) {
        if (!fuzz_json_same(&a->items[i], &b->items[i])) {
            return 0;
        }
    }

    return 1;
}


#endif /* API_FUZZ_JSON_H */
