
#include "sql/bound.h"

#include "core/buf.h"
#include "core/scan.h"
#include "core/value_number.h"


/* of numbers in a type's text; PostgreSQL's own limit is 10485760 */
#define BOUND_MAX  100000000


static ngx_uint_t read_pair(api_scan_t *in, api_sql_bound_t *bound);
static ngx_uint_t read_number(api_scan_t *in, ngx_int_t *n);
static ngx_int_t check_text(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure);
static ngx_int_t check_bits(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure);
static ngx_int_t check_number(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure);
static ngx_uint_t overflows(const api_sql_bound_t *bound,
    const api_value_number_t *n);
static ngx_int_t refuse(ngx_pool_t *pool, const char *code,
    const char *before, ngx_int_t n, const char *one, const char *many,
    api_failure_t *failure);
static ngx_uint_t has_number(const char *p, ngx_int_t n);


ngx_uint_t
api_sql_bound_read(const ngx_str_t *type, api_sql_bound_t *bound)
{
    api_scan_t  in;

    ngx_memzero(bound, sizeof(api_sql_bound_t));
    api_scan_init(&in, type);

    if (api_scan_accept(&in, "character varying(")
        || api_scan_accept(&in, "character("))
    {
        bound->kind = API_SQL_BOUND_TEXT;

    } else if (api_scan_accept(&in, "numeric(")) {
        bound->kind = API_SQL_BOUND_NUMBER;

    } else if (api_scan_accept(&in, "bit varying(")) {
        bound->kind = API_SQL_BOUND_BITS;

    } else if (api_scan_accept(&in, "bit(")) {
        bound->kind = API_SQL_BOUND_BITS;
        bound->exact = 1;
    }

    if (bound->kind == API_SQL_BOUND_NONE || !read_pair(&in, bound)) {
        bound->kind = API_SQL_BOUND_NONE;
        return 0;
    }

    bound->array = (unsigned) (api_scan_accept(&in, "[]") & 1);

    if (!api_scan_done(&in)) {
        bound->kind = API_SQL_BOUND_NONE;
    }

    return bound->kind != API_SQL_BOUND_NONE;
}


/* "20)", or "10,2)" of a numeric */

static ngx_uint_t
read_pair(api_scan_t *in, api_sql_bound_t *bound)
{
    if (!read_number(in, &bound->length)) {
        return 0;
    }

    if (bound->kind == API_SQL_BOUND_NUMBER) {
        bound->precision = bound->length;
        bound->length = 0;

        if (!api_scan_accept(in, ",") || !read_number(in, &bound->scale)) {
            return 0;
        }
    }

    return api_scan_accept(in, ")");
}


static ngx_uint_t
read_number(api_scan_t *in, ngx_int_t *n)
{
    ngx_uint_t  digits, negative;

    *n = 0;
    negative = api_scan_accept(in, "-");

    for (digits = 0; api_scan_is_digit(api_scan_peek(in, 0)); digits++) {
        *n = *n * 10 + (*in->pos++ - '0');

        if (*n > BOUND_MAX) {
            return 0;
        }
    }

    if (negative) {
        *n = -*n;
    }

    return digits != 0;
}


ngx_uint_t
api_sql_bound_suits(const api_sql_bound_t *bound, unsigned oid)
{
    const unsigned  *type;

    /* pg_type.dat: text, varchar, bpchar; bit, varbit; numeric and the
       integers; their arrays */

    static const unsigned  texts[2][7] = {
        { 25, 1043, 1042, 0 }, { 1009, 1015, 1014, 0 }
    };
    static const unsigned  bits[2][7] = {
        { 1560, 1562, 0 }, { 1561, 1563, 0 }
    };
    static const unsigned  numbers[2][7] = {
        { 1700, 20, 21, 23, 0 }, { 1231, 1016, 1005, 1007, 0 }
    };

    switch (bound->kind) {

    case API_SQL_BOUND_TEXT:
        type = texts[bound->array];
        break;

    case API_SQL_BOUND_BITS:
        type = bits[bound->array];
        break;

    case API_SQL_BOUND_NUMBER:
        type = numbers[bound->array];
        break;

    default:
        return 0;
    }

    while (*type != 0 && *type != oid) {
        type++;
    }

    return *type != 0;
}


ngx_int_t
api_sql_bound_check(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure)
{
    switch (bound->kind) {

    case API_SQL_BOUND_TEXT:
        return check_text(pool, bound, text, failure);

    case API_SQL_BOUND_BITS:
        return check_bits(pool, bound, text, failure);

    case API_SQL_BOUND_NUMBER:
        return check_number(pool, bound, text, failure);

    default:
        return NGX_OK;
    }
}


/* the excess may be spaces: varchar.c, varchar_input() */

static ngx_int_t
check_text(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure)
{
    size_t  len;

    if (text->len <= (size_t) bound->length) {
        return NGX_OK;
    }

    for (len = text->len; len > 0 && text->data[len - 1] == ' '; len--) {
        /* void */
    }

    if (api_scan_utf8_length(text->data, text->data + len)
        <= (size_t) bound->length)
    {
        return NGX_OK;
    }

    return refuse(pool, "max_length", "must be at most ", bound->length,
                  " character long", " characters long", failure);
}


/* only digits: the forms "x1F" and "b101" only PostgreSQL reads */

static ngx_int_t
check_bits(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure)
{
    size_t  i, length;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] != '0' && text->data[i] != '1') {
            return NGX_OK;
        }
    }

    length = (size_t) bound->length;

    if (text->len == length || (!bound->exact && text->len < length)) {
        return NGX_OK;
    }

    return bound->exact
           ? refuse(pool, "value", "must be ", bound->length, " bit long",
                    " bits long", failure)
           : refuse(pool, "max_length", "must be at most ", bound->length,
                    " bit long", " bits long", failure);
}


static ngx_int_t
check_number(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure)
{
    ngx_int_t           digits;
    api_value_number_t  n;

    if ((!api_value_number_parse(text, &n)
         && !api_value_number_integer(text, &n))
        || n.huge || n.first == n.end || !overflows(bound, &n))
    {
        return NGX_OK;
    }

    digits = bound->precision - bound->scale;

    if (digits < 0) {
        return refuse(pool, "range", "must be 0 in its first ", -digits,
                      " digit behind the point", " digits behind the point",
                      failure);
    }

    return refuse(pool, "range", "must have at most ", digits,
                  " digit before the point, when rounded",
                  " digits before the point, when rounded", failure);
}


/*
 * numeric.c, apply_typmod(): the number is rounded first, half away from zero.
 * A number that has as many digits before the point as allowed gets one more
 * if those and the digits that are kept are all nines, and a digit of 5 or
 * more follows.
 */

static ngx_uint_t
overflows(const api_sql_bound_t *bound, const api_value_number_t *n)
{
    int64_t        limit;
    ngx_int_t      nines;
    const u_char  *p;

    limit = bound->precision - bound->scale;

    if (n->weight != limit - 1) {
        return n->weight >= limit;
    }

    nines = 0;

    for (p = n->first; p < n->end; p++) {

        if (*p == '.') {
            continue;
        }

        if (nines == bound->precision) {
            return *p >= '5';
        }

        if (*p != '9') {
            return 0;
        }

        nines++;
    }

    return 0;
}


static ngx_int_t
refuse(ngx_pool_t *pool, const char *code, const char *before, ngx_int_t n,
    const char *one, const char *many, api_failure_t *failure)
{
    api_buf_t    b;
    const char  *behind;

    if (api_buf_init(&b, pool, NGX_INT_T_LEN, NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add_uint(&b, (uint64_t) n);

    if (api_buf_string(&b, &failure->limit) != NGX_OK
        || api_buf_init(&b, pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    behind = (n == 1) ? one : many;

    api_buf_add(&b, before, ngx_strlen(before));
    api_buf_add_str(&b, &failure->limit);
    api_buf_add(&b, behind, ngx_strlen(behind));

    failure->code.data = (u_char *) (uintptr_t) code;
    failure->code.len = ngx_strlen(code);

    return api_buf_string(&b, &failure->message) == NGX_OK ? NGX_DECLINED
                                                           : NGX_ERROR;
}


ngx_uint_t
api_sql_bound_is_meant(const api_sql_bound_t *bound, const char *message,
    const char *detail)
{
    switch (bound->kind) {

    case API_SQL_BOUND_TEXT:
    case API_SQL_BOUND_BITS:
        return has_number(message, bound->length);

    case API_SQL_BOUND_NUMBER:
        return has_number(detail, bound->precision)
               && has_number(detail, bound->scale);

    default:
        return 0;
    }
}


/* not as part of a longer number */

static ngx_uint_t
has_number(const char *p, ngx_int_t n)
{
    ngx_int_t   found;
    ngx_uint_t  negative;

    while (*p != '\0') {

        negative = (*p == '-');
        p += negative;

        if (!api_scan_is_digit(*p)) {
            p += !negative;
            continue;
        }

        for (found = 0; api_scan_is_digit(*p); p++) {
            if (found <= BOUND_MAX) {
                found = found * 10 + (*p - '0');
            }
        }

        if ((negative ? -found : found) == n) {
            return 1;
        }
    }

    return 0;
}
