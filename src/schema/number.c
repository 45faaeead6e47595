
#include "schema/number.h"


/* digits that a 64-bit integer surely holds */
#define NUMBER_SMALL  18


static ngx_uint_t read_small(const ngx_str_t *text, int64_t *integer);
static const u_char *last_digit(const api_value_number_t *n);
static uint64_t remainder_of(const api_value_number_t *n, const u_char *last,
    uint64_t divisor);


ngx_int_t
api_schema_number_read(const ngx_str_t *text, api_schema_number_t *number)
{
    ngx_memzero(number, sizeof(api_schema_number_t));

    if (!api_value_number_parse(text, &number->number)
        || number->number.huge)
    {
        return NGX_DECLINED;
    }

    number->text = *text;
    number->small = read_small(text, &number->integer) ? 1 : 0;

    return NGX_OK;
}


ngx_int_t
api_schema_number_divisor(api_schema_number_t *number)
{
    size_t                     digits;
    const u_char              *p, *last;
    const api_value_number_t  *n;

    n = &number->number;
    digits = api_schema_number_digits(n);

    if (digits == 0 || n->negative || digits > API_SCHEMA_DIVISOR_DIGITS) {
        return NGX_DECLINED;
    }

    last = last_digit(n);
    number->divisor = 0;

    for (p = n->first; p < last; p++) {
        if (*p != '.') {
            number->divisor = number->divisor * 10 + (uint64_t) (*p - '0');
        }
    }

    number->scale = (int64_t) digits - 1 - n->weight;

    return NGX_OK;
}


/* -?[0-9]+ of few digits, as most numbers are */

static ngx_uint_t
read_small(const ngx_str_t *text, int64_t *integer)
{
    size_t   i, start;
    int64_t  n;

    start = (text->len != 0 && text->data[0] == '-');

    if (text->len == start || text->len > NUMBER_SMALL) {
        return 0;
    }

    for (n = 0, i = start; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }

        n = n * 10 + (text->data[i] - '0');
    }

    *integer = start ? -n : n;

    return 1;
}


ngx_uint_t
api_schema_number_whole(const ngx_str_t *text)
{
    size_t              i;
    api_value_number_t  n;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] == '.' || (text->data[i] | 0x20) == 'e') {
            break;
        }
    }

    if (i == text->len) {
        return 1;
    }

    if (!api_value_number_parse(text, &n)) {
        return 0;
    }

    if (n.first == n.end) {
        return 1;
    }

    /* the last digit stands for 10^0 or more; a huge exponent has its sign */

    return n.weight >= (int64_t) api_schema_number_digits(&n) - 1;
}


int
api_schema_number_compare(const ngx_str_t *text,
    const api_schema_number_t *bound)
{
    int64_t             integer;
    api_value_number_t  n;

    if (bound->small && read_small(text, &integer)) {
        return integer < bound->integer ? -1 : integer > bound->integer;
    }

    (void) api_value_number_parse(text, &n);

    /*
     * bound is not huge: a number with a huge exponent is beyond it if it has
     * the sign
     */

    return api_value_number_compare(&n, &bound->number);
}


/*
 * a / 10^p is a multiple of b / 10^q, neither a nor b ending in 0, when p <= q
 * and b divides a * 10^(q - p): with p above q there would have to be a 10
 * in a.
 */

ngx_uint_t
api_schema_number_multiple(const ngx_str_t *text,
    const api_schema_number_t *divisor)
{
    int64_t             integer, power;
    uint64_t            rest;
    api_value_number_t  n;

    if (divisor->small && read_small(text, &integer)) {
        return integer % divisor->integer == 0;
    }

    (void) api_value_number_parse(text, &n);

    if (n.first == n.end) {
        return 1;
    }

    power = divisor->scale
            - ((int64_t) api_schema_number_digits(&n) - 1 - n.weight);

    if (power < 0) {
        return 0;
    }

    /*
     * b divides a * 10^power when what b does not have in common with that
     * power of ten divides a; so a huge exponent need not be exact.
     */

    rest = divisor->divisor;

    for (/* void */; power > 0 && (rest % 2 == 0 || rest % 5 == 0); power--) {
        rest /= (rest % 2 == 0) ? 2 : 1;
        rest /= (rest % 5 == 0) ? 5 : 1;
    }

    return remainder_of(&n, last_digit(&n), rest) == 0;
}


static uint64_t
remainder_of(const api_value_number_t *n, const u_char *last,
    uint64_t divisor)
{
    uint64_t       rest;
    const u_char  *p;

    rest = 0;

    /* divisor is below 10^18: once divided there is room again */

    for (p = n->first; p < last; p++) {

        if (*p == '.') {
            continue;
        }

        if (rest > (UINT64_MAX - 9) / 10) {
            rest %= divisor;
        }

        rest = rest * 10 + (uint64_t) (*p - '0');
    }

    return rest % divisor;
}


ngx_uint_t
api_schema_number_equal(const ngx_str_t *a, const ngx_str_t *b)
{
    int64_t             m, n;
    api_value_number_t  x, y;

    if (read_small(a, &m) && read_small(b, &n)) {
        return m == n;
    }

    if (api_str_equal(a, b)) {
        return 1;
    }

    (void) api_value_number_parse(a, &x);
    (void) api_value_number_parse(b, &y);

    /* 0 is 0, whatever its exponent */

    if (x.first == x.end || y.first == y.end) {
        return x.first == x.end && y.first == y.end;
    }

    if (x.huge || y.huge) {
        return 0;
    }

    return api_value_number_compare(&x, &y) == 0;
}


size_t
api_schema_number_digits(const api_value_number_t *n)
{
    size_t         digits;
    const u_char  *p, *last;

    last = last_digit(n);
    digits = (size_t) (last - n->first);

    /* a point between digits is skipped */

    for (p = n->first; p < last; p++) {
        if (*p == '.') {
            return digits - 1;
        }
    }

    return digits;
}


/* behind the last digit that is not 0; first if there is none */

static const u_char *
last_digit(const api_value_number_t *n)
{
    const u_char  *last;

    last = n->end;

    while (last > n->first && (last[-1] == '0' || last[-1] == '.')) {
        last--;
    }

    return last;
}
