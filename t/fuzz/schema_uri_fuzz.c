
/*
 * A base, and behind a newline a reference: what comes out is normalized and
 * absolute, has no fragment, and is the same when it is resolved again.
 */


#include "fuzz.h"
#include "schema/uri.h"


static ngx_str_t resolved(ngx_pool_t *pool, const ngx_str_t *base,
    const ngx_str_t *reference);
static void check_uri(const ngx_str_t *uri);
static void check_again(ngx_pool_t *pool, const ngx_str_t *uri,
    const ngx_str_t *base);
static ngx_uint_t has_scheme(const ngx_str_t *uri);
static ngx_uint_t equal(const ngx_str_t *a, const ngx_str_t *b);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t       base, reference, uri, other, none;
    ngx_pool_t     *pool;
    const uint8_t  *line;

    pool = fuzz_pool();
    line = size ? memchr(data, '\n', size) : NULL;
    line = line ? line : data + size;

    base = fuzz_copy(pool, data, (size_t) (line - data));
    reference = fuzz_copy(pool, line, (size_t) (data + size - line));

    if (reference.len != 0) {
        reference.data++;
        reference.len--;
    }

    uri = resolved(pool, &base, &reference);

    check_uri(&uri);
    check_again(pool, &uri, &base);

    if (has_scheme(&base)) {
        fuzz_check(has_scheme(&uri));
    }

    /* of an absolute reference the base does not matter */

    if (has_scheme(&reference)) {
        ngx_str_null(&none);
        other = resolved(pool, &none, &reference);
        fuzz_check(equal(&uri, &other));
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_str_t
resolved(ngx_pool_t *pool, const ngx_str_t *base, const ngx_str_t *reference)
{
    size_t         hash;
    ngx_int_t      rc;
    ngx_str_t      uri, fragment;
    const u_char  *p;

    ngx_str_null(&fragment);
    rc = api_schema_uri_resolve(pool, base, reference, &uri, &fragment);

    p = reference->len ? memchr(reference->data, '#', reference->len) : NULL;
    hash = p ? (size_t) (reference->data + reference->len - p - 1) : 0;

    if (rc == NGX_OK) {
        fuzz_check(fragment.len <= hash);
        fuzz_check(hash == 0 || fragment.len != 0);

    } else {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(memchr(p, '%', hash + 1) != NULL);
    }

    fuzz_check(uri.len <= base->len + reference->len + 3);

    return uri;
}


static void
check_uri(const ngx_str_t *uri)
{
    size_t  i;

    fuzz_check(uri->data[uri->len] == '\0');
    fuzz_check(memchr(uri->data, '#', uri->len) == NULL);

    for (i = 0; i < uri->len && uri->data[i] != ':'; i++) {
        fuzz_check(!has_scheme(uri) || uri->data[i] < 'A'
                   || uri->data[i] > 'Z');
    }
}


static void
check_again(ngx_pool_t *pool, const ngx_str_t *uri, const ngx_str_t *base)
{
    ngx_str_t  none, again;

    ngx_str_null(&none);

    again = resolved(pool, uri, &none);
    fuzz_check(equal(uri, &again));

    if (has_scheme(uri)) {
        again = resolved(pool, base, uri);
        fuzz_check(equal(uri, &again));
    }
}


static ngx_uint_t
has_scheme(const ngx_str_t *uri)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < uri->len; i++) {
        ch = uri->data[i];

        if (ch == ':') {
            return i != 0;
        }

        if (!((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z')
            && (i == 0 || !((ch >= '0' && ch <= '9') || ch == '+' || ch == '-'
                            || ch == '.')))
        {
            return 0;
        }
    }

    return 0;
}


static ngx_uint_t
equal(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}
