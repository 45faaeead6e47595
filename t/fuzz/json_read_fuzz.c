
/*
 * What json/read accepts is text without NUL in valid UTF-8, and written out
 * it is read as the same again.  What json/quick reads is what jansson does:
 * with so much white space behind it that it is left to that, a text is the
 * same tree, or refused as well.  With FUZZ_LOG=FILE each input and its outcome
 * are left there for json_read.py, which asks Python's reader.
 */


#include "core/scan.h"
#include "fuzz_json.h"
#include "json/quick.h"


static void check_whole(ngx_pool_t *pool, const ngx_str_t *in,
    const api_json_t *json, const api_error_t *err);
static void check_tree(const api_json_t *json, ngx_uint_t depth);
static void log_outcome(const uint8_t *data, size_t size,
    const ngx_str_t *text);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             n;
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

    check_whole(pool, &in, rc == NGX_OK ? json : NULL, &err);

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

    text = fuzz_json_text(pool, json);

    fuzz_check(api_json_read(pool, &text, &limits, &again, &err) == NGX_OK);
    fuzz_check(fuzz_json_same(json, again));

    log_outcome(data, size, &text);
    ngx_destroy_pool(pool);

    return 0;
}


/* json: NULL where it was refused */

static void
check_whole(ngx_pool_t *pool, const ngx_str_t *in, const api_json_t *json,
    const api_error_t *err)
{
    ngx_str_t          text;
    api_json_t        *whole;
    api_error_t        why;
    api_json_limits_t  limits;

    text.len = in->len + API_JSON_QUICK_TEXT;
    text.data = ngx_palloc(pool, text.len);
    fuzz_check(text.data != NULL);

    ngx_memcpy(text.data, in->data, in->len);
    ngx_memset(text.data + in->len, ' ', API_JSON_QUICK_TEXT);

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    if (api_json_read(pool, &text, &limits, &whole, &why) == NGX_OK) {
        fuzz_check(json != NULL);
        fuzz_check(fuzz_json_same(json, whole));

    } else {
        fuzz_check(json == NULL);
        fuzz_check(why.code == err->code);
    }
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


/* the input in hex, then what was made of it, or "-" */

static void
log_outcome(const uint8_t *data, size_t size, const ngx_str_t *text)
{
    FILE  *file;

    file = fuzz_log();

    if (file == NULL) {
        return;
    }

    fuzz_log_hex(file, data, size);
    putc(' ', file);

    if (text != NULL) {
        fuzz_log_hex(file, text->data, text->len);

    } else {
        putc('-', file);
    }

    putc('\n', file);
}
