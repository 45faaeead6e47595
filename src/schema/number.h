
/*
 * Numbers of a schema against numbers of a document, exactly.
 */


#ifndef API_SCHEMA_NUMBER_H
#define API_SCHEMA_NUMBER_H


#include "core/core.h"
#include "core/value_number.h"


/* digits a divisor (multipleOf) may have, zeros at its ends not counted */
#define API_SCHEMA_DIVISOR_DIGITS  18


typedef struct {
    ngx_str_t           text;
    api_value_number_t  number;
    int64_t             integer;     /* when small */
    uint64_t            divisor;     /* its digits, as a whole number */
    int64_t             scale;       /* the number is divisor / 10^scale */
    unsigned            small:1;
} api_schema_number_t;


/*
 * text: a number as JSON writes it.  NGX_OK; NGX_DECLINED: the exponent is
 * beyond API_VALUE_EXPONENT.
 */
API_MUST_CHECK ngx_int_t api_schema_number_read(const ngx_str_t *text,
    api_schema_number_t *number);

/*
 * For a number that was read: makes divisor and scale.  NGX_DECLINED: it is
 * not above 0, or has more than API_SCHEMA_DIVISOR_DIGITS.
 */
API_MUST_CHECK ngx_int_t api_schema_number_divisor(
    api_schema_number_t *number);

/* has the number no fraction?  1.0 and 1e2 have none */
ngx_uint_t api_schema_number_whole(const ngx_str_t *text);

/* less than, equal to or greater than 0 */
int api_schema_number_compare(const ngx_str_t *text,
    const api_schema_number_t *bound);

ngx_uint_t api_schema_number_multiple(const ngx_str_t *text,
    const api_schema_number_t *divisor);

/*
 * Are two the same number?  If their exponents are beyond API_VALUE_EXPONENT,
 * only when they are written alike.
 */
ngx_uint_t api_schema_number_equal(const ngx_str_t *a, const ngx_str_t *b);

/*
 * The digits of a number, without a point and without zeros at either end:
 * returns how many there are.  Equal numbers have these in common, and their
 * sign and weight.
 */
size_t api_schema_number_digits(const api_value_number_t *number);


#endif /* API_SCHEMA_NUMBER_H */
