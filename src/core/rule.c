
#include "core/buf.h"
#include "core/value.h"
#include "core/value_number.h"


static ngx_int_t bound_word(api_rule_t *rule, const ngx_str_t *word,
    const char **why);
static ngx_uint_t starts_with(const ngx_str_t *word, const char *prefix,
    ngx_str_t *rest);
static ngx_int_t set_bound(const api_rule_t *rule, const ngx_str_t *text,
    ngx_str_t *bound, const char **why);
static ngx_int_t check_bounds(ngx_pool_t *pool, const api_rule_t *rule,
    const char **why);
static ngx_int_t finish_default(ngx_pool_t *pool, api_rule_t *rule,
    const char **why);
static ngx_int_t finish_default_list(ngx_pool_t *pool, api_rule_t *rule,
    const char **why);


static const char  twice[] = "this word is there twice, remove one";


ngx_int_t
api_rule_word(ngx_pool_t *pool, api_rule_t *rule, const ngx_str_t *word,
    const char **why)
{
    ngx_str_t  text;

    (void) pool;

    *why = twice;

    if (api_str_is(word, "required")) {
        if (rule->required) {
            return NGX_DECLINED;
        }

        rule->required = 1;
        return NGX_OK;
    }

    if (api_str_is(word, "nullable")) {
        if (rule->nullable) {
            return NGX_DECLINED;
        }

        rule->nullable = 1;
        return NGX_OK;
    }

    if (starts_with(word, "default=", &text)) {
        if (rule->has_default) {
            return NGX_DECLINED;
        }

        rule->has_default = 1;
        rule->fallback = text;
        return NGX_OK;
    }

    return bound_word(rule, word, why);
}


static ngx_int_t
bound_word(api_rule_t *rule, const ngx_str_t *word, const char **why)
{
    ngx_str_t  text;

    *why = twice;

    if (starts_with(word, "min=", &text)) {
        if (rule->has_min) {
            return NGX_DECLINED;
        }

        rule->has_min = 1;
        return set_bound(rule, &text, &rule->min, why);
    }

    if (starts_with(word, "max=", &text)) {
        if (rule->has_max) {
            return NGX_DECLINED;
        }

        rule->has_max = 1;
        return set_bound(rule, &text, &rule->max, why);
    }

    *why = api_str_is(word, "optional")
           ? "drop it: what is not required is optional"
           : "unknown word: a type is followed by required, default=, min= and "
             "max=";

    return NGX_DECLINED;
}


static ngx_uint_t
starts_with(const ngx_str_t *word, const char *prefix, ngx_str_t *rest)
{
    size_t  len;

    len = ngx_strlen(prefix);

    if (word->len < len || ngx_memcmp(word->data, prefix, len) != 0) {
        return 0;
    }

    rest->data = word->data + len;
    rest->len = word->len - len;

    return 1;
}


static ngx_int_t
set_bound(const api_rule_t *rule, const ngx_str_t *text, ngx_str_t *bound,
    const char **why)
{
    size_t              size;
    api_value_number_t  n;

    *bound = *text;

    switch (api_type_bounds(&rule->type)) {

    case API_BOUNDS_NONE:
        *why = "this type has no min= and max=, only numbers, strings, text, "
               "email, uri and arrays have";
        return NGX_DECLINED;

    case API_BOUNDS_LENGTH:
    case API_BOUNDS_ITEMS:
        *why = "min= and max= are numbers of characters or items here, from 0 "
               "to 999999999";
        return api_value_number_size(text, &size) ? NGX_OK : NGX_DECLINED;

    default: /* API_BOUNDS_VALUE */
        break;
    }

    if (rule->type.kind == API_TYPE_NUMBER) {
        *why = "min= and max= must be numbers such as 0.5";
        return api_value_number_parse(text, &n) ? NGX_OK : NGX_DECLINED;
    }

    *why = "min= and max= must be integers";

    return api_value_number_integer(text, &n) ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
api_rule_finish(ngx_pool_t *pool, api_rule_t *rule, const char **why)
{
    ngx_int_t  rc;

    rc = check_bounds(pool, rule, why);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!rule->has_default) {
        return NGX_OK;
    }

    if (rule->required) {
        *why = "required and default= exclude each other, remove one";
        return NGX_DECLINED;
    }

    if (rule->type.array) {
        return finish_default_list(pool, rule, why);
    }

    return finish_default(pool, rule, why);
}


const ngx_str_t *
api_rule_blamed(const ngx_str_t *words, ngx_uint_t n, const char *why)
{
    ngx_str_t    rest;
    ngx_uint_t   i, word;

    static const char *const  blamed[] = { "default=", "min=", "max=", NULL };

    for (word = 0; blamed[word] != NULL; word++) {

        if (ngx_strstr(why, blamed[word]) == NULL) {
            continue;
        }

        for (i = 0; i < n; i++) {
            if (starts_with(&words[i], blamed[word], &rest)) {
                return &words[i];
            }
        }
    }

    return NULL;
}


static ngx_int_t
check_bounds(ngx_pool_t *pool, const api_rule_t *rule, const char **why)
{
    ngx_int_t           rc;
    api_rule_t          plain;
    api_value_number_t  min, max;

    /* a bound beyond the type's own would never be met */

    if (api_type_bounds(&rule->type) == API_BOUNDS_VALUE) {
        ngx_memzero(&plain, sizeof(api_rule_t));
        plain.type = rule->type;

        rc = NGX_OK;

        if (rule->has_min) {
            rc = api_value_check(pool, &plain, &rule->min, NULL, NULL);
        }

        if (rc == NGX_OK && rule->has_max) {
            rc = api_value_check(pool, &plain, &rule->max, NULL, NULL);
        }

        if (rc != NGX_OK) {
            *why = "min= or max= is beyond what the type holds";
            return rc;
        }
    }

    if (!rule->has_min || !rule->has_max) {
        return NGX_OK;
    }

    api_value_number_limit(&rule->min, &min);
    api_value_number_limit(&rule->max, &max);

    if (api_value_number_compare(&min, &max) > 0) {
        *why = "min= is above max=";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
finish_default(ngx_pool_t *pool, api_rule_t *rule, const char **why)
{
    ngx_int_t    rc;
    api_value_t  value;

    rc = api_value_check(pool, rule, &rule->fallback, &value, NULL);

    if (rc == NGX_OK) {
        rule->fallback = value.text;

    } else {
        *why = "default= is not of the type, or not within min= and max=";
    }

    return rc;
}


/* "a,b,c", empty for no items; each item in canonical form */

static ngx_int_t
finish_default_list(ngx_pool_t *pool, api_rule_t *rule, const char **why)
{
    u_char       *p, *comma, *end;
    api_buf_t     b;
    ngx_int_t     rc;
    ngx_str_t     item;
    ngx_uint_t    n;
    api_value_t   value;

    if (rule->type.kind == API_TYPE_JSON) {
        *why = "an array of json has no default=";
        return NGX_DECLINED;
    }

    if (api_buf_init(&b, pool, rule->fallback.len + 1, NGX_MAX_INT_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = rule->fallback.data;
    end = p + rule->fallback.len;

    for (n = 0; p != NULL && rule->fallback.len != 0; n++) {
        comma = memchr(p, ',', (size_t) (end - p));

        item.data = p;
        item.len = (size_t) ((comma ? comma : end) - p);

        rc = api_value_check(pool, rule, &item, &value, NULL);
        if (rc != NGX_OK) {
            *why = "an item of default= is not of the type";
            return rc;
        }

        if (n > 0) {
            api_buf_add_char(&b, ',');
        }

        api_buf_add_str(&b, &value.text);

        p = comma ? comma + 1 : NULL;
    }

    rc = api_value_check_count(pool, rule, n, NULL);
    if (rc != NGX_OK) {
        *why = "default= has fewer or more items than min= and max= allow";
        return rc;
    }

    return api_buf_string(&b, &rule->fallback);
}
