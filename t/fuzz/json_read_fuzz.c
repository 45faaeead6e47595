
/*
 * What json/read accepts is text without NUL in valid UTF-8, and written out
 * it is read as the same again.  With FUZZ_LOG=FILE each input and its outcome
 * are left there for json_read.py, which asks Python's reader.
 */


#include <stdio.h>

#include "core/buf.h"
#include "core/scan.h"
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"


static void check_tree(const api_json_t *json, ngx_uint_t depth);
static void write_tree(api_buf_t *b, const api_json_t *json);
static ngx_uint_t same(const api_json_t *a, const api_json_t *b);
static void log_outcome(const uint8_t *data, size_t size,
    const ngx_str_t *text);
static void log_hex(FILE *file, const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             n;
    api_buf_t          b;
    ngx_int_t          rc;
    ngx_str_t          in, text;
    api_json_t        *json, *again;
    ngx_pool_t        *pool;
    api_error_t        err;
    const u_char      *p;
    api_json_limits_t  limits;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    rc = api_json_read(pool, &in, &limits, &json, &err);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(err.code == API_ERROR_NOT_JSON);
        fuzz_check(err.detail.len > 20);

        log_outcome(data, size, NULL);
        ngx_destroy_pool(pool);
        return 0;
    }

    for (p = in.data; p < in.data + in.len; p += n) {
        n = api_scan_utf8(p, in.data + in.len);
        fuzz_check(n != 0 && *p != '\0');
    }

    check_tree(json, 1);

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);
    write_tree(&b, json);
    fuzz_check(api_buf_string(&b, &text) == NGX_OK);

    fuzz_check(api_json_read(pool, &text, &limits, &again, &err) == NGX_OK);
    fuzz_check(same(json, again));

    log_outcome(data, size, &text);
    ngx_destroy_pool(pool);

    return 0;
}


static void
check_tree(const api_json_t *json, ngx_uint_t depth)
{
    ngx_uint_t  i;

    if (json->type == API_JSON_STRING || json->type == API_JSON_NUMBER) {
        fuzz_check(json->text.data[json->text.len] == '\0');
        fuzz_check(json->count == 0);
    }

    if (json->key.len != 0) {
        fuzz_check(json->key.data[json->key.len] == '\0');
    }

    if (json->type == API_JSON_ARRAY || json->type == API_JSON_OBJECT) {
        fuzz_check(depth <= API_JSON_DEPTH);
    }

    for (i = 0; i < json->count; i++) {
        check_tree(&json->items[i], depth + 1);
    }
}


static void
write_tree(api_buf_t *b, const api_json_t *json)
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

        write_tree(b, &json->items[i]);
    }

    api_buf_add_char(b, json->type == API_JSON_ARRAY ? ']' : '}');
}


static ngx_uint_t
same(const api_json_t *a, const api_json_t *b)
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
        if (!same(&a->items[i], &b->items[i])) {
            return 0;
        }
    }

    return 1;
}


/* the input in hex, then what was made of it, or "-" */

static void
log_outcome(const uint8_t *data, size_t size, const ngx_str_t *text)
{
    const char   *name;
    static FILE  *file;

    if (file == NULL) {
        name = getenv("FUZZ_LOG");
        if (name == NULL) {
            return;
        }

        file = fopen(name, "w");
        fuzz_check(file != NULL);
    }

    log_hex(file, data, size);
    putc(' ', file);

    if (text != NULL) {
        log_hex(file, text->data, text->len);

    } else {
        putc('-', file);
    }

    putc('\n', file);
}


static void
log_hex(FILE *file, const uint8_t *data, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        fprintf(file, "%02x", data[i]);
    }
}
