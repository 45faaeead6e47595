
#include "core/value_number.h"


/* an exponent that no number of digits can balance */
#define VALUE_HUGE  ((int64_t) 1 << 60)


static ngx_uint_t add_exponent(api_value_number_t *n, const u_char *p,
    const u_char *end);
static const u_char *digits(const u_char *p, const u_char *end);
static void set_places(api_value_number_t *n, const u_char *start,
    const u_char *point);
static ngx_uint_t is_whole(const api_value_number_t *n);
static int compare_magnitude(const api_value_number_t *a,
    const api_value_number_t *b);


ngx_uint_t
api_value_number_parse(const ngx_str_t *s, api_value_number_t *n)
{
    const u_char  *p, *q, *end, *start, *point;

    p = s->data;
    end = s->data + s->len;

    ngx_memzero(n, sizeof(api_value_number_t));

    if (p < end && *p == '-') {
        n->negative = 1;
        p++;
    }

    start = p;
    p = digits(p, end);

    if (p == start || (*start == '0' && p - start > 1)) {
        return 0;
    }

    point = p;

    if (p < end && *p == '.') {
        q = p + 1;
        p = digits(q, end);

        if (p == q) {
            return 0;
        }
    }

    n->end = p;
    set_places(n, start, point);

    if (p == end) {
        return 1;
    }

    return add_exponent(n, p, end);
}


/* the rest, from p: e, perhaps a sign, digits */

static ngx_uint_t
add_exponent(api_value_number_t *n, const u_char *p, const u_char *end)
{
    int      sign;
    int64_t  exponent;

    if (*p != 'e' && *p != 'E') {
        return 0;
    }

    p++;
    sign = 1;

    if (p < end && (*p == '+' || *p == '-')) {
        sign = (*p == '-') ? -1 : 1;
        p++;
    }

    if (p == end || digits(p, end) != end) {
        return 0;
    }

    for (exponent = 0; p < end && exponent <= API_VALUE_EXPONENT; p++) {
        exponent = exponent * 10 + (*p - '0');
    }

    if (exponent > API_VALUE_EXPONENT) {
        n->huge = 1;
        exponent = VALUE_HUGE;
    }

    n->weight += sign * exponent;
    n->scale -= sign * exponent;

    return 1;
}


ngx_uint_t
api_value_number_integer(const ngx_str_t *s, api_value_number_t *n)
{
    const u_char  *p, *end;

    p = s->data;
    end = s->data + s->len;

    ngx_memzero(n, sizeof(api_value_number_t));

    if (p < end && *p == '-') {
        n->negative = 1;
        p++;
    }

    if (p == end || digits(p, end) != end) {
        return 0;
    }

    n->end = end;
    set_places(n, p, end);

    return 1;
}


void
api_value_number_limit(const ngx_str_t *s, api_value_number_t *n)
{
    /* an integer may have leading zeros, a number a fraction */

    if (!api_value_number_integer(s, n)) {
        (void) api_value_number_parse(s, n);
    }
}


ngx_uint_t
api_value_number_size(const ngx_str_t *s, size_t *n)
{
    const u_char  *p, *end;

    p = s->data;
    end = s->data + s->len;

    if (s->len == 0 || s->len > 9 || digits(p, end) != end) {
        return 0;
    }

    for (*n = 0; p < end; p++) {
        *n = *n * 10 + (size_t) (*p - '0');
    }

    return 1;
}


ngx_uint_t
api_value_number_fits(const api_value_number_t *n)
{
    if (n->huge || n->scale > API_VALUE_NUMERIC_SCALE) {
        return 0;
    }

    return n->first == n->end || n->weight < API_VALUE_NUMERIC_DIGITS;
}


size_t
api_value_number_digits(const api_value_number_t *n)
{
    size_t  digits;

    digits = 1;

    if (n->first != n->end && n->weight > 0) {
        digits += (size_t) n->weight;
    }

    if (n->scale > 0) {
        digits += (size_t) n->scale;
    }

    return digits;
}


ngx_uint_t
api_value_number_short(const api_value_number_t *n, const ngx_str_t *s)
{
    size_t  digits;

    digits = api_value_number_digits(n);

    return !n->huge && (digits <= API_VALUE_NUMBER_DIGITS
                        || digits <= s->len);
}


ngx_uint_t
api_value_number_spend(const ngx_str_t *s, size_t *left)
{
    size_t              digits;
    api_value_number_t  n;

    /* most numbers are as long as they look */

    if (memchr(s->data, 'e', s->len) == NULL
        && memchr(s->data, 'E', s->len) == NULL)
    {
        return 1;
    }

    if (!api_value_number_parse(s, &n)) {
        return 1;
    }

    digits = api_value_number_digits(&n);

    if (digits <= s->len) {
        return 1;
    }

    if (n.huge || digits - s->len > *left) {
        return 0;
    }

    *left -= digits - s->len;

    return 1;
}


int
api_value_number_compare(const api_value_number_t *a,
    const api_value_number_t *b)
{
    int  sign_a, sign_b;

    sign_a = (a->first == a->end) ? 0 : a->negative ? -1 : 1;
    sign_b = (b->first == b->end) ? 0 : b->negative ? -1 : 1;

    if (sign_a != sign_b) {
        return sign_a - sign_b;
    }

    if (sign_a == 0) {
        return 0;
    }

    return sign_a * compare_magnitude(a, b);
}


static const u_char *
digits(const u_char *p, const u_char *end)
{
    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


/* start: the first digit; point: behind the integer's last; n->end is set */

static void
set_places(api_value_number_t *n, const u_char *start, const u_char *point)
{
    const u_char  *p;

    for (p = start; p < n->end && (*p == '0' || *p == '.'); p++) {
        /* void */
    }

    n->first = p;
    n->weight = (p < point) ? point - p - 1 : point - p;
    n->scale = (point < n->end) ? n->end - point - 1 : 0;
}


static int
compare_magnitude(const api_value_number_t *a, const api_value_number_t *b)
{
    int            da, db;
    const u_char  *p, *q;

    if (a->weight != b->weight) {
        return a->weight < b->weight ? -1 : 1;
    }

    p = a->first;
    q = b->first;

    while (p < a->end || q < b->end) {

        if (p < a->end && *p == '.') {
            p++;
        }

        if (q < b->end && *q == '.') {
            q++;
        }

        da = (p < a->end) ? *p++ : '0';
        db = (q < b->end) ? *q++ : '0';

        if (da != db) {
            return da < db ? -1 : 1;
        }
    }

    return 0;
}


ngx_int_t
api_value_number_plain(ngx_pool_t *pool, const ngx_str_t *s, ngx_str_t *out)
{
    int64_t              weight;
    u_char              *d;
    const u_char        *p;
    api_value_number_t   n;

    *out = *s;

    if (api_value_number_integer(s, &n) && !n.negative) {
        return NGX_OK;
    }

    if (!api_value_number_parse(s, &n) || !is_whole(&n)) {
        return NGX_DECLINED;
    }

    if (n.first != n.end && (n.huge || n.weight >= API_VALUE_PLAIN)) {
        return NGX_OK;
    }

    out->data = ngx_pnalloc(pool, API_VALUE_PLAIN + 2);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    d = out->data;
    p = n.first;

    if (p == n.end) {
        *d++ = '0';
        n.weight = -1;

    } else if (n.negative) {
        *d++ = '-';
    }

    for (weight = n.weight; weight >= 0; weight--) {

        if (p < n.end && *p == '.') {
            p++;
        }

        *d++ = (p < n.end) ? *p++ : '0';
    }

    *d = '\0';
    out->len = (size_t) (d - out->data);

    return NGX_OK;
}


/* are all digits behind the units zeros? */

static ngx_uint_t
is_whole(const api_value_number_t *n)
{
    int64_t        weight;
    const u_char  *p;

    if (n->first == n->end) {
        return 1;
    }

    weight = n->weight;

    for (p = n->first; p < n->end; p++) {

        if (*p == '.') {
            continue;
        }

        if (weight < 0 && *p != '0') {
            return 0;
        }

        weight--;
    }

    return 1;
}
