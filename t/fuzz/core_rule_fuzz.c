
/*
 * A type and the words behind it: what is refused has a sentence; of what is
 * taken the bounds are in order and the default keeps them, and written out it
 * is taken as the same again.
 */


#include "core/scan.h"
#include "core/value.h"
#include "core/value_number.h"
#include "fuzz.h"


#define WORDS  16


static ngx_uint_t split(ngx_pool_t *pool, const uint8_t *data, size_t size,
    ngx_str_t *words);
static ngx_int_t read_rule(ngx_pool_t *pool, const ngx_str_t *words,
    ngx_uint_t n, api_rule_t *rule);
static void check_type(const api_type_t *type);
static void check_bounds(const api_rule_t *rule);
static void check_default(ngx_pool_t *pool, const api_rule_t *rule);
static void check_again(ngx_pool_t *pool, const ngx_str_t *type,
    const api_rule_t *rule);
static ngx_str_t joined(ngx_pool_t *pool, const char *before,
    const ngx_str_t *text);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    words[WORDS];
    api_rule_t   rule;
    ngx_uint_t   n;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    n = split(pool, data, size, words);

    if (n != 0 && read_rule(pool, words, n, &rule) == NGX_OK) {
        check_type(&rule.type);
        check_bounds(&rule);
        check_default(pool, &rule);
        check_again(pool, &words[0], &rule);
    }

    ngx_destroy_pool(pool);

    return 0;
}


/* by newlines: a word may have spaces in it */

static ngx_uint_t
split(ngx_pool_t *pool, const uint8_t *data, size_t size, ngx_str_t *words)
{
    size_t          len;
    ngx_uint_t      n;
    const uint8_t  *p, *line;

    p = data;

    for (n = 0; n < WORDS && size != 0; n++) {
        line = memchr(p, '\n', size);
        len = line ? (size_t) (line - p) : size;

        words[n] = fuzz_copy(pool, p, len);

        len += line ? 1 : 0;
        p += len;
        size -= len;
    }

    return n;
}


static ngx_int_t
read_rule(ngx_pool_t *pool, const ngx_str_t *words, ngx_uint_t n,
    api_rule_t *rule)
{
    ngx_int_t    rc;
    ngx_uint_t   i;
    const char  *why;

    why = NULL;
    ngx_memzero(rule, sizeof(api_rule_t));

    rc = api_type_parse(pool, &words[0], &rule->type, &why);

    for (i = 1; i < n && rc == NGX_OK; i++) {
        rc = api_rule_word(pool, rule, &words[i], &why);
    }

    if (rc == NGX_OK) {
        rc = api_rule_finish(pool, rule, &why);
    }

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(why != NULL && strlen(why) > 10);
    }

    return rc;
}


static void
check_type(const api_type_t *type)
{
    size_t       len;
    ngx_uint_t   i;
    ngx_str_t   *choices;
    const char  *name;

    name = api_type_name(type);
    len = strlen(name);

    fuzz_check(api_type_oid(type) != 0);
    fuzz_check(type->array == (strcmp(name + len - 2, "[]") == 0));
    fuzz_check((type->kind == API_TYPE_ENUM) == (type->choices != NULL));

    if (type->choices == NULL) {
        return;
    }

    choices = type->choices->elts;
    fuzz_check(type->choices->nelts != 0);

    for (i = 0; i < type->choices->nelts; i++) {
        fuzz_check(choices[i].len != 0);
        fuzz_check(memchr(choices[i].data, ',', choices[i].len) == NULL);
    }
}


static void
check_bounds(const api_rule_t *rule)
{
    api_value_number_t  min, max;

    if (api_type_bounds(&rule->type) == API_BOUNDS_NONE) {
        fuzz_check(!rule->has_min && !rule->has_max);
    }

    if (rule->has_min && rule->has_max) {
        api_value_number_limit(&rule->min, &min);
        api_value_number_limit(&rule->max, &max);

        fuzz_check(!min.huge && !max.huge);
        fuzz_check(api_value_number_compare(&min, &max) <= 0);
        fuzz_check(api_value_number_compare(&max, &min) >= 0);
    }
}


static void
check_default(ngx_pool_t *pool, const api_rule_t *rule)
{
    size_t         n;
    api_value_t    value;
    const u_char  *p, *end;

    if (!rule->has_default) {
        return;
    }

    fuzz_check(!rule->required);

    end = rule->fallback.data + rule->fallback.len;

    for (p = rule->fallback.data; p < end; p += n) {
        n = api_scan_utf8(p, end);
        fuzz_check(n != 0 && *p != '\0');
    }

    if (!rule->type.array) {
        fuzz_check(api_value_check(pool, rule, &rule->fallback, &value, NULL)
                   == NGX_OK);
        fuzz_check(api_str_equal(&value.text, &rule->fallback));
    }
}


static void
check_again(ngx_pool_t *pool, const ngx_str_t *type, const api_rule_t *rule)
{
    ngx_str_t   words[WORDS];
    api_rule_t  again;
    ngx_uint_t  n;

    n = 0;
    words[n++] = *type;

    if (rule->has_default) {
        words[n++] = joined(pool, "default=", &rule->fallback);
    }

    if (rule->has_max) {
        words[n++] = joined(pool, "max=", &rule->max);
    }

    if (rule->has_min) {
        words[n++] = joined(pool, "min=", &rule->min);
    }

    fuzz_check(read_rule(pool, words, n, &again) == NGX_OK);
    fuzz_check(!again.required && !again.nullable);
    fuzz_check(again.has_min == rule->has_min
               && again.has_max == rule->has_max);

    if (rule->has_default) {
        fuzz_check(api_str_equal(&again.fallback, &rule->fallback));
    }
}


static ngx_str_t
joined(ngx_pool_t *pool, const char *before, const ngx_str_t *text)
{
    ngx_str_t  s;

    s.len = strlen(before) + text->len;
    s.data = ngx_pnalloc(pool, s.len);
    fuzz_check(s.data != NULL);

    memcpy(s.data, before, strlen(before));

    if (text->len != 0) {
        memcpy(s.data + strlen(before), text->data, text->len);
    }

    return s;
}
