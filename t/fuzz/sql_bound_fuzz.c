
/*
 * A column's type up to a line feed, and a value behind it: what is refused has
 * a code, a sentence and a number; spaces behind a text, and zeros behind a
 * number's point, change no verdict.
 */


#include "core/buf.h"
#include "fuzz.h"
#include "sql/bound.h"


static ngx_int_t verdict(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *value);
static ngx_str_t longer(ngx_pool_t *pool, const ngx_str_t *value,
    const char *with);
static ngx_uint_t is_decimal(const ngx_str_t *value);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            n;
    ngx_int_t         rc;
    ngx_str_t         type, value, other;
    ngx_pool_t       *pool;
    api_sql_bound_t   bound;

    pool = fuzz_pool();

    for (n = 0; n < size && data[n] != '\n'; n++) {
        /* void */
    }

    type = fuzz_copy(pool, data, n);
    value = (n < size) ? fuzz_copy(pool, data + n + 1, size - n - 1)
                       : fuzz_copy(pool, data, 0);

    if (!api_sql_bound_read(&type, &bound)) {
        fuzz_check(bound.kind == API_SQL_BOUND_NONE);
        ngx_destroy_pool(pool);
        return 0;
    }

    rc = verdict(pool, &bound, &value);

    if (bound.kind == API_SQL_BOUND_TEXT) {
        other = longer(pool, &value, "   ");
        fuzz_check(verdict(pool, &bound, &other) == rc);

    } else if (bound.kind == API_SQL_BOUND_NUMBER && is_decimal(&value)) {
        other = longer(pool, &value, "000");
        fuzz_check(verdict(pool, &bound, &other) == rc);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_int_t
verdict(ngx_pool_t *pool, const api_sql_bound_t *bound, const ngx_str_t *value)
{
    ngx_int_t      rc;
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(failure));

    rc = api_sql_bound_check(pool, bound, value, &failure);

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
    fuzz_check((rc == NGX_DECLINED) == (failure.message.len != 0));
    fuzz_check((rc == NGX_DECLINED) == (failure.code.len != 0));
    fuzz_check((rc == NGX_DECLINED) == (failure.limit.len != 0));

    return rc;
}


static ngx_str_t
longer(ngx_pool_t *pool, const ngx_str_t *value, const char *with)
{
    api_buf_t  b;
    ngx_str_t  text;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);

    api_buf_add_str(&b, value);
    api_buf_add(&b, with, strlen(with));

    fuzz_check(api_buf_string(&b, &text) == NGX_OK);

    return text;
}


/* 1.5, without an exponent */

static ngx_uint_t
is_decimal(const ngx_str_t *value)
{
    size_t      i;
    ngx_uint_t  points;

    points = 0;

    for (i = (value->len != 0 && value->data[0] == '-'); i < value->len; i++) {

        if (value->data[i] == '.') {
            points++;

        } else if (value->data[i] < '0' || value->data[i] > '9') {
            return 0;
        }
    }

    return points == 1 && value->len > 2 && value->data[value->len - 1] != '.';
}
