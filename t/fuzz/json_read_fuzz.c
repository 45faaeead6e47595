
/*
 * What json/read accepts is text without NUL in valid UTF-8, and written out
 * it is read as the same again.  With FUZZ_LOG=FILE each input and its outcome
 * are left there for json_read.py, which asks Python's reader.
 */


#include "core/scan.h"
#include "fuzz_json.h"


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
