
/*
 * Decimal numbers as text, compared without losing a digit.
 */


#ifndef API_CORE_VALUE_NUMBER_H
#define API_CORE_VALUE_NUMBER_H


#include "core/core.h"


/* points into the text it was read from */
typedef struct {
    const u_char  *first;      /* the first digit that is not 0; "end" if
                                  there is none */
    const u_char  *end;        /* behind the last digit, without the exponent */
    int64_t        weight;     /* the first digit counts for 10^weight */
    int64_t        scale;      /* digits behind the point, below 0: none */
    unsigned       negative:1; /* also of -0 */
    unsigned       huge:1;     /* exponent beyond API_VALUE_EXPONENT: weight
                                  and scale are only beyond all others */
} api_value_number_t;


#define API_VALUE_EXPONENT  1000000

/*
 * What PostgreSQL's numeric holds: digits before and behind the decimal point
 * (its documentation, table 8.2).
 */
#define API_VALUE_NUMERIC_DIGITS  131072
#define API_VALUE_NUMERIC_SCALE   16383


/*
 * PostgreSQL writes a number without an exponent: "1e131071" takes 131 KB. A
 * number may have so many digits then, or as many as were sent; all numbers of
 * one text together may become longer by as much as the text is long.
 */
#define API_VALUE_NUMBER_DIGITS  1000
#define API_VALUE_NUMBER_MORE(len)  (16 * (len) + 64 * 1024)


/* JSON's grammar (RFC 8259, section 6): 1 and *n, else 0 */
ngx_uint_t api_value_number_parse(const ngx_str_t *s, api_value_number_t *n);

/* -?[0-9]+, leading zeros allowed: 1 and *n, else 0 */
ngx_uint_t api_value_number_integer(const ngx_str_t *s,
    api_value_number_t *n);

/* a bound that one of the two above has accepted before */
void api_value_number_limit(const ngx_str_t *s, api_value_number_t *n);

/* [0-9]{1,9}, a length or count: 1 and *n, else 0 */
ngx_uint_t api_value_number_size(const ngx_str_t *s, size_t *n);

/* can PostgreSQL's numeric hold it? */
ngx_uint_t api_value_number_fits(const api_value_number_t *n);

/*
 * how many digits a number that fits has when it is written without an
 * exponent
 */
size_t api_value_number_digits(const api_value_number_t *n);

/* may it be sent, as this text, for what it has of them? */
ngx_uint_t api_value_number_short(const api_value_number_t *n,
    const ngx_str_t *s);

/*
 * A number's text is to be sent: takes from *left what it becomes longer.  0:
 * there is not so much left, and nothing is taken.
 */
ngx_uint_t api_value_number_spend(const ngx_str_t *s, size_t *left);

/* less than, equal to or greater than 0, as a is to b; neither is huge */
int api_value_number_compare(const api_value_number_t *a,
    const api_value_number_t *b);

/*
 * A number in JSON's grammar without a fraction, as PostgreSQL reads integers:
 * "1e2" is "100", "-0.0" is "0". A number with more than API_VALUE_PLAIN
 * digits, which no integer type holds, stays as it is.  NGX_OK (*out may be
 * *s); NGX_DECLINED: it has a fraction; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_value_number_plain(ngx_pool_t *pool,
    const ngx_str_t *s, ngx_str_t *out);

#define API_VALUE_PLAIN  20


#endif /* API_CORE_VALUE_NUMBER_H */
