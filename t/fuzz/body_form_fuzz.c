
/*
 * A form: what is taken is UTF-8 with NULs behind, and the same when it is
 * written in escapes and read again; what is refused has a reason.  The
 * document made of it has each name once and each pair in it, or each repeated
 * name among the failures.
 */


#include "fuzz.h"
#include "core/scan.h"
#include "json/form.h"
#include "body/form.h"


static const char  schema[] =
    "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"integer\"}},"
    "\"n\":{\"type\":[\"number\",\"null\"]},\"b\":{\"type\":\"boolean\"},"
    "\"s\":{\"type\":\"string\"},\"t\":{\"type\":\"array\"}}}";


static const api_schema_doc_t *compiled(void);
static ngx_uint_t may_be_refused(const uint8_t *data, size_t size);
static void check_text(const ngx_str_t *s);
static ngx_str_t escaped(ngx_pool_t *pool, const ngx_array_t *pairs,
    size_t size);
static void check_same(const ngx_array_t *one, const ngx_array_t *two);
static ngx_uint_t count_values(const ngx_array_t *pairs);
static void check_document(ngx_pool_t *pool, const ngx_array_t *pairs);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t         text;
    ngx_uint_t        i;
    ngx_pool_t       *pool;
    ngx_array_t       pairs, again;
    api_error_t       error;
    api_json_pair_t  *pair;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);
    ngx_memzero(&error, sizeof(api_error_t));

    if (api_json_form(pool, &text, &pairs, &error) != NGX_OK) {
        fuzz_check(error.detail.len > 10);
        fuzz_check(may_be_refused(data, size));
        ngx_destroy_pool(pool);
        return 0;
    }

    fuzz_check(size == 0 || memchr(data, '\0', size) == NULL);
    fuzz_check(pairs.nelts <= API_JSON_PAIRS && pairs.nelts <= size);

    pair = pairs.elts;

    for (i = 0; i < pairs.nelts; i++) {
        check_text(&pair[i].name);
        check_text(&pair[i].value);
    }

    text = escaped(pool, &pairs, size);

    fuzz_check(api_json_form(pool, &text, &again, &error) == NGX_OK);
    check_same(&pairs, &again);

    check_document(pool, &pairs);

    ngx_destroy_pool(pool);

    return 0;
}


/* an escape, a byte beyond ASCII, a NUL byte or very many fields are needed */

static ngx_uint_t
may_be_refused(const uint8_t *data, size_t size)
{
    size_t  i, amps;

    amps = 0;

    for (i = 0; i < size; i++) {

        if (data[i] == '%' || data[i] == '\0' || data[i] >= 0x80) {
            return 1;
        }

        amps += (data[i] == '&');
    }

    return amps >= API_JSON_PAIRS;
}


static void
check_text(const ngx_str_t *s)
{
    size_t         n;
    const u_char  *p, *end;

    fuzz_check(s->data[s->len] == '\0');

    end = s->data + s->len;

    for (p = s->data; p < end; p += n) {
        n = api_scan_utf8(p, end);
        fuzz_check(n != 0);
    }
}


static ngx_str_t
escaped(ngx_pool_t *pool, const ngx_array_t *pairs, size_t size)
{
    size_t                  n;
    u_char                 *p;
    ngx_str_t               out;
    ngx_uint_t              i;
    const api_json_pair_t  *pair;

    pair = pairs->elts;
    p = ngx_pnalloc(pool, 3 * size + 2 * pairs->nelts + 1);
    fuzz_check(p != NULL);

    out.data = p;

    for (i = 0; i < pairs->nelts; i++) {

        for (n = 0; n < pair[i].name.len; n++) {
            p += sprintf((char *) p, "%%%02x", pair[i].name.data[n]);
        }

        *p++ = '=';

        for (n = 0; n < pair[i].value.len; n++) {
            p += sprintf((char *) p, "%%%02X", pair[i].value.data[n]);
        }

        *p++ = '&';
    }

    out.len = (size_t) (p - out.data);

    return out;
}


static void
check_same(const ngx_array_t *one, const ngx_array_t *two)
{
    ngx_uint_t              i;
    const api_json_pair_t  *a, *b;

    fuzz_check(one->nelts == two->nelts);

    a = one->elts;
    b = two->elts;

    for (i = 0; i < one->nelts; i++) {
        fuzz_check(api_str_equal(&a[i].name, &b[i].name));
        fuzz_check(api_str_equal(&a[i].value, &b[i].value));
    }
}


static void
check_document(ngx_pool_t *pool, const ngx_array_t *pairs)
{
    ngx_int_t     rc;
    ngx_uint_t    i, n, values, expected;
    api_json_t   *document, *item;
    ngx_array_t  *failures;

    rc = api_body_form(pool, compiled(), pairs, &document, &failures);

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
    fuzz_check((rc == NGX_OK) == (failures == NULL));

    values = 0;
    item = document->items;

    for (i = 0; i < document->count; i++) {

        values += (item[i].type == API_JSON_ARRAY) ? item[i].count : 1;

        for (n = 0; n < i && i < 100; n++) {
            fuzz_check(!api_str_equal(&item[i].key, &item[n].key));
        }
    }

    expected = count_values(pairs);

    fuzz_check(rc == NGX_DECLINED ? values < expected : values == expected);

    if (rc == NGX_OK) {
        rc = api_schema_validate(compiled(), document, pool, &failures);
        fuzz_check(rc == NGX_OK || (rc == NGX_DECLINED && failures->nelts > 0));
    }
}


/* of "a", whose items are integers, each one is parted by commas; both may be
   sent once, empty, to say that there are none */

static ngx_uint_t
count_values(const ngx_array_t *pairs)
{
    size_t                  k, len;
    ngx_uint_t              i, n, as, none, empty, ts;
    const api_json_pair_t  *pair;

    n = 0;
    as = 0;
    ts = 0;
    none = 0;
    empty = 0;
    pair = pairs->elts;

    for (i = 0; i < pairs->nelts; i++) {

        len = api_scan_brackets(&pair[i].name);
        len = len ? len : pair[i].name.len;

        if (len == 1 && pair[i].name.data[0] == 't') {
            ts++;
            empty += (pair[i].value.len == 0);
        }

        if (len != 1 || pair[i].name.data[0] != 'a') {
            n++;
            continue;
        }

        as++;
        none += (pair[i].value.len == 0);
        n++;

        for (k = 0; k < pair[i].value.len; k++) {
            n += (pair[i].value.data[k] == ',');
        }
    }

    n -= (as == 1 && none == 1);
    n -= (ts == 1 && empty == 1);

    return n;
}


static const api_schema_doc_t *
compiled(void)
{
    static api_schema_doc_t  *doc;
    static ngx_pool_t        *pool;

    ngx_str_t             text;
    api_json_t           *document;
    api_error_t           error;
    api_json_limits_t     limits;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    if (doc != NULL) {
        return doc;
    }

    pool = fuzz_pool();
    text = fuzz_copy(pool, (const uint8_t *) schema, sizeof(schema) - 1);

    limits.depth = 32;
    limits.values = 1000;

    ngx_memzero(&source, sizeof(api_schema_source_t));
    source.seed = 1;

    fuzz_check(api_json_read(pool, &text, &limits, &document, &error)
               == NGX_OK);
    fuzz_check(api_schema_compile(pool, document, &source, &doc, &fault)
               == NGX_OK);

    return doc;
}
