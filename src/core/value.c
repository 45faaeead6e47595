
#include "core/value.h"
#include "core/buf.h"
#include "core/scan.h"
#include "core/value_format.h"
#include "core/value_net.h"
#include "core/value_number.h"
#include "core/value_time.h"


/*
 * why a value fails: the texts before and after the limit, or the choices,
 * make the sentence
 */
typedef struct {
    const char         *code;
    const char         *before;
    const ngx_str_t    *limit;
    const char         *after;
    const ngx_array_t  *choices;
} value_fault_t;


/* a bound of a length or count */
typedef struct {
    const char         *code;
    const char         *before;
    const char         *one;
    const char         *many;
} value_bound_t;


typedef struct {
    ngx_uint_t       (*fits)(const ngx_str_t *s);
    const char        *message;
} value_format_t;


static ngx_int_t check_text(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault);
static ngx_int_t check_integer(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault);
static ngx_int_t check_number(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault);
static ngx_int_t check_range(const api_value_number_t *n,
    const ngx_str_t *min, const ngx_str_t *max, value_fault_t *fault);
static ngx_int_t check_choice(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault);
static ngx_int_t check_string(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault);
static ngx_int_t check_size(const api_rule_t *rule, size_t n,
    const value_bound_t bounds[2], value_fault_t *fault);
static ngx_int_t wrong(value_fault_t *fault, const char *code,
    const char *message);
static ngx_int_t canonical(ngx_pool_t *pool, const api_rule_t *rule,
    const ngx_str_t *in, api_value_t *out);
static ngx_int_t report(ngx_pool_t *pool, const value_fault_t *fault,
    api_failure_t *failure);
static void set_string(ngx_str_t *s, const char *text);


static const ngx_str_t  int_min = ngx_string("-2147483648");
static const ngx_str_t  int_max = ngx_string("2147483647");
static const ngx_str_t  bigint_min = ngx_string("-9223372036854775808");
static const ngx_str_t  bigint_max = ngx_string("9223372036854775807");


/* below the minimum, above the maximum */

static const value_bound_t  length_bounds[2] = {
    { "min_length", "must be at least ", " character long",
      " characters long" },
    { "max_length", "must be at most ", " character long",
      " characters long" }
};

static const value_bound_t  item_bounds[2] = {
    { "min_items", "must have at least ", " item", " items" },
    { "max_items", "must have at most ", " item", " items" }
};


/* by api_type_kind_e; the kinds without a row have a function of their own */

static const value_format_t  formats[API_TYPE_ENUM + 1] = {
    [API_TYPE_UUID] = { api_value_format_uuid, "must be a UUID" },
    [API_TYPE_EMAIL] = { api_value_format_email,
                         "must be an e-mail address" },
    [API_TYPE_DATE] = { api_value_time_date,
                        "must be a date such as 2026-01-31" },
    [API_TYPE_TIMESTAMP] = { api_value_time_timestamp,
                             "must be a timestamp such as "
                             "2026-01-31T10:00:00Z" },
    [API_TYPE_TIME] = { api_value_time_clock,
                        "must be a time such as 10:00:00" },
    [API_TYPE_URI] = { api_value_net_uri, "must be an absolute URI" },
    [API_TYPE_IPV4] = { api_value_net_ipv4, "must be an IPv4 address" },
    [API_TYPE_IPV6] = { api_value_net_ipv6, "must be an IPv6 address" }
};


ngx_int_t
api_value_check(ngx_pool_t *pool, const api_rule_t *rule,
    const ngx_str_t *in, api_value_t *out, api_failure_t *failure)
{
    value_fault_t  fault;

    ngx_memzero(&fault, sizeof(value_fault_t));

    if (check_text(rule, in, &fault) != NGX_OK) {
        return report(pool, &fault, failure);
    }

    if (out == NULL) {
        return NGX_OK;
    }

    return canonical(pool, rule, in, out);
}


ngx_int_t
api_value_check_count(ngx_pool_t *pool, const api_rule_t *rule,
    ngx_uint_t n, api_failure_t *failure)
{
    value_fault_t  fault;

    ngx_memzero(&fault, sizeof(value_fault_t));

    if (check_size(rule, n, item_bounds, &fault) != NGX_OK) {
        return report(pool, &fault, failure);
    }

    return NGX_OK;
}


static ngx_int_t
check_text(const api_rule_t *rule, const ngx_str_t *in, value_fault_t *fault)
{
    const value_format_t  *format;

    if (in->len != 0 && memchr(in->data, '\0', in->len) != NULL) {
        return wrong(fault, "nul", "must not contain the character U+0000");
    }

    switch (rule->type.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return check_integer(rule, in, fault);

    case API_TYPE_NUMBER:
        return check_number(rule, in, fault);

    case API_TYPE_BOOL:
        if (api_str_is(in, "true") || api_str_is(in, "false")) {
            return NGX_OK;
        }

        return wrong(fault, "type", "must be true or false");

    case API_TYPE_ENUM:
        return check_choice(rule, in, fault);

    default:
        break;
    }

    format = &formats[rule->type.kind];

    if (format->fits != NULL && !format->fits(in)) {
        return wrong(fault, "format", format->message);
    }

    return check_string(rule, in, fault);
}


static ngx_int_t
check_integer(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault)
{
    api_value_number_t  n;

    if (!api_value_number_integer(in, &n)) {
        return wrong(fault, "type", "must be an integer");
    }

    /* the rule's own bounds first: clients should be told of those */

    if (!rule->type.array
        && check_range(&n, rule->has_min ? &rule->min : NULL,
                       rule->has_max ? &rule->max : NULL, fault)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (rule->type.kind == API_TYPE_INT) {
        return check_range(&n, &int_min, &int_max, fault);
    }

    return check_range(&n, &bigint_min, &bigint_max, fault);
}


static ngx_int_t
check_number(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault)
{
    api_value_number_t  n;

    if (rule->special
        && (api_str_is(in, "NaN") || api_str_is(in, "Infinity")
            || api_str_is(in, "-Infinity")))
    {
        return NGX_OK;
    }

    if (!api_value_number_parse(in, &n)) {
        return wrong(fault, "type", "must be a number");
    }

    if (!api_value_number_short(&n, in)) {
        return wrong(fault, "format",
                     "must have no more than 1000 digits when it is written "
                     "without an exponent");
    }

    if (!api_value_number_fits(&n)) {
        return wrong(fault, "format",
                     "must have no more than 131072 digits before and 16383 "
                     "digits behind the decimal point");
    }

    if (rule->type.array) {
        return NGX_OK;
    }

    return check_range(&n, rule->has_min ? &rule->min : NULL,
                       rule->has_max ? &rule->max : NULL, fault);
}


/* min and max: decimals, valid since the configuration was read; or NULL */

static ngx_int_t
check_range(const api_value_number_t *n, const ngx_str_t *min,
    const ngx_str_t *max, value_fault_t *fault)
{
    api_value_number_t  limit;

    if (min != NULL) {
        api_value_number_limit(min, &limit);

        if (api_value_number_compare(n, &limit) < 0) {
            fault->limit = min;
            return wrong(fault, "min", "must be at least ");
        }
    }

    if (max != NULL) {
        api_value_number_limit(max, &limit);

        if (api_value_number_compare(n, &limit) > 0) {
            fault->limit = max;
            return wrong(fault, "max", "must be at most ");
        }
    }

    return NGX_OK;
}


static ngx_int_t
check_choice(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault)
{
    ngx_uint_t        i;
    const ngx_str_t  *choices;

    choices = rule->type.choices->elts;

    for (i = 0; i < rule->type.choices->nelts; i++) {
        if (api_str_equal(in, &choices[i])) {
            return NGX_OK;
        }
    }

    fault->choices = rule->type.choices;

    return wrong(fault, "enum", "must be one of: ");
}


/* always valid UTF-8; lengths where the type has them */

static ngx_int_t
check_string(const api_rule_t *rule, const ngx_str_t *in,
    value_fault_t *fault)
{
    size_t         n, len;
    const u_char  *p, *end;

    p = in->data;
    end = in->data + in->len;

    for (n = 0; p < end; n++) {
        len = api_scan_utf8(p, end);
        if (len == 0) {
            return wrong(fault, "format", "must be valid UTF-8");
        }

        p += len;
    }

    if (api_type_bounds(&rule->type) != API_BOUNDS_LENGTH) {
        return NGX_OK;
    }

    return check_size(rule, n, length_bounds, fault);
}


static ngx_int_t
check_size(const api_rule_t *rule, size_t n, const value_bound_t bounds[2],
    value_fault_t *fault)
{
    size_t                size;
    const ngx_str_t      *limit;
    const value_bound_t  *bound;

    if (rule->has_min && api_value_number_size(&rule->min, &size) && n < size) {
        limit = &rule->min;
        bound = &bounds[0];

    } else if (rule->has_max && api_value_number_size(&rule->max, &size)
               && n > size)
    {
        limit = &rule->max;
        bound = &bounds[1];

    } else {
        return NGX_OK;
    }

    fault->limit = limit;
    fault->after = api_str_is(limit, "1") ? bound->one : bound->many;

    return wrong(fault, bound->code, bound->before);
}


static ngx_int_t
wrong(value_fault_t *fault, const char *code, const char *message)
{
    fault->code = code;
    fault->before = message;

    return NGX_DECLINED;
}


static ngx_int_t
canonical(ngx_pool_t *pool, const api_rule_t *rule, const ngx_str_t *in,
    api_value_t *out)
{
    size_t               len, sign;
    u_char              *p, room[API_VALUE_TIME_LEN];
    ngx_str_t            utc;
    const u_char        *from;
    api_value_number_t   n;

    from = in->data;
    len = in->len;
    sign = 0;

    if (rule->type.kind == API_TYPE_TIMESTAMP
        && api_value_time_utc(in, room, &utc) == NGX_OK)
    {
        from = utc.data;
        len = utc.len;
    }

    if (rule->type.kind == API_TYPE_INT || rule->type.kind == API_TYPE_BIGINT)
    {
        (void) api_value_number_integer(in, &n);

        /* zero has neither a first digit nor a sign; its last digit is a 0 */

        if (n.first == n.end) {
            n.first--;

        } else {
            sign = n.negative;
        }

        from = n.first;
        len = (size_t) (n.end - n.first);
    }

    p = ngx_pnalloc(pool, sign + len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->text.data = p;
    out->text.len = sign + len;
    out->null = 0;

    if (sign) {
        *p++ = '-';
    }

    if (len != 0) {
        ngx_memcpy(p, from, len);
    }

    if (rule->type.kind == API_TYPE_UUID) {
        ngx_strlow(p, p, len);
    }

    p[len] = '\0';

    return NGX_OK;
}


/* NGX_DECLINED, or NGX_ERROR when there is no memory for the sentence */

static ngx_int_t
report(ngx_pool_t *pool, const value_fault_t *fault, api_failure_t *failure)
{
    api_buf_t         b;
    ngx_uint_t        i;
    const ngx_str_t  *choices;

    if (failure == NULL) {
        return NGX_DECLINED;
    }

    set_string(&failure->code, fault->code);
    ngx_str_null(&failure->keyword);
    ngx_str_null(&failure->limit);

    if (fault->limit == NULL && fault->choices == NULL) {
        set_string(&failure->message, fault->before);
        return NGX_DECLINED;
    }

    if (api_buf_init(&b, pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add(&b, fault->before, ngx_strlen(fault->before));

    if (fault->limit != NULL) {
        api_buf_add_str(&b, fault->limit);
        failure->limit = *fault->limit;
    }

    if (fault->after != NULL) {
        api_buf_add(&b, fault->after, ngx_strlen(fault->after));
    }

    for (i = 0; fault->choices != NULL && i < fault->choices->nelts; i++) {
        choices = fault->choices->elts;

        if (i > 0) {
            api_buf_add_literal(&b, ", ");
        }

        api_buf_add_str(&b, &choices[i]);
    }

    if (api_buf_string(&b, &failure->message) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static void
set_string(ngx_str_t *s, const char *text)
{
    s->data = (u_char *) (uintptr_t) text;
    s->len = ngx_strlen(text);
}
