
#include "route/reach.h"


static ngx_uint_t fits(ngx_pool_t *scratch, const api_segment_t *segment,
    const ngx_str_t *word);
static ngx_uint_t begins(ngx_pool_t *scratch, const api_segment_t *segment,
    const ngx_str_t *word);
static ngx_uint_t begins_choice(const ngx_array_t *choices,
    const ngx_str_t *word);
static ngx_uint_t consists_of(const ngx_str_t *word, const char *set);
static ngx_str_t sample(const api_segment_t *segment, const char *word);


/* by api_type_kind_e; NULL: any value is as good */

static const char *const  samples[] = {
    NULL,
    "1",
    "1",
    "1",
    "true",
    NULL,
    "00000000-0000-4000-8000-000000000000",
    "a@example.org",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "00:00:00",
    "1",
    "a:b",
    "192.0.2.1",
    "2001:db8::1",
    NULL
};


ngx_uint_t
api_reach_prefix(ngx_pool_t *scratch, const api_pattern_t *pattern,
    const ngx_str_t *prefix, ngx_uint_t exact)
{
    u_char               *p, *q, *end;
    ngx_str_t             word;
    ngx_uint_t            i, n;
    const api_segment_t  *segment;

    if (prefix->len == 0 || prefix->data[0] != '/') {
        return 0;
    }

    n = pattern->segments.nelts;
    segment = pattern->segments.elts;

    p = prefix->data + 1;
    end = prefix->data + prefix->len;

    if (p == end && !exact) {
        return 1;
    }

    for (i = 0; i < n; i++) {

        if (segment[i].kind == API_SEGMENT_REST) {
            return p == end ? !exact : *p != '/';
        }

        q = memchr(p, '/', (size_t) (end - p));

        word.data = p;
        word.len = (size_t) ((q != NULL ? q : end) - p);

        if (q == NULL) {
            return exact ? (i + 1 == n && fits(scratch, &segment[i], &word))
                         : begins(scratch, &segment[i], &word);
        }

        if (!fits(scratch, &segment[i], &word)) {
            return 0;
        }

        p = q + 1;
    }

    /* "/", and what is longer than the pattern */

    return n == 0 && p == end;
}


static ngx_uint_t
fits(ngx_pool_t *scratch, const api_segment_t *segment, const ngx_str_t *word)
{
    api_rule_t  rule;

    if (word->len == 0) {
        return 0;
    }

    switch (segment->kind) {

    case API_SEGMENT_TEXT:
        return api_str_equal(&segment->text, word);

    case API_SEGMENT_TYPED:
        ngx_memzero(&rule, sizeof(api_rule_t));
        rule.type = segment->type;

        return api_value_check(scratch, &rule, word, NULL, NULL) == NGX_OK;

    default:
        return 1;
    }
}


static ngx_uint_t
begins(ngx_pool_t *scratch, const api_segment_t *segment,
    const ngx_str_t *word)
{
    if (segment->kind == API_SEGMENT_TEXT) {
        return word->len <= segment->text.len
               && ngx_memcmp(word->data, segment->text.data, word->len) == 0;
    }

    if (segment->kind != API_SEGMENT_TYPED || word->len == 0
        || fits(scratch, segment, word))
    {
        return 1;
    }

    switch (segment->type.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return consists_of(word, "-0123456789");

    case API_TYPE_NUMBER:
        return consists_of(word, "-+.eE0123456789");

    case API_TYPE_UUID:
        return consists_of(word, "-0123456789abcdefABCDEF");

    case API_TYPE_DATE:
        return consists_of(word, "-0123456789");

    case API_TYPE_BOOL:
        return consists_of(word, "truefals");

    case API_TYPE_ENUM:
        return begins_choice(segment->type.choices, word);

    default:
        return 1;
    }
}


static ngx_uint_t
begins_choice(const ngx_array_t *choices, const ngx_str_t *word)
{
    ngx_str_t   *choice;
    ngx_uint_t   i;

    choice = choices->elts;

    for (i = 0; i < choices->nelts; i++) {
        if (word->len <= choice[i].len
            && ngx_memcmp(word->data, choice[i].data, word->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
consists_of(const ngx_str_t *word, const char *set)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (word->data[i] == '\0' || strchr(set, word->data[i]) == NULL) {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
api_reach_sample(ngx_pool_t *pool, const api_pattern_t *pattern,
    const char *word, ngx_str_t *path)
{
    u_char               *p;
    size_t                len;
    ngx_str_t             value;
    ngx_uint_t            i;
    const api_segment_t  *segment;

    segment = pattern->segments.elts;
    len = 1;

    for (i = 0; i < pattern->segments.nelts; i++) {
        value = sample(&segment[i], word);
        len += 1 + value.len;
    }

    path->data = ngx_pnalloc(pool, len);
    if (path->data == NULL) {
        return NGX_ERROR;
    }

    p = path->data;

    for (i = 0; i < pattern->segments.nelts; i++) {
        value = sample(&segment[i], word);
        *p++ = '/';
        p = ngx_cpymem(p, value.data, value.len);
    }

    if (p == path->data) {
        *p++ = '/';
    }

    path->len = (size_t) (p - path->data);

    return NGX_OK;
}


static ngx_str_t
sample(const api_segment_t *segment, const char *word)
{
    ngx_str_t   value;
    ngx_str_t  *choice;

    if (segment->kind == API_SEGMENT_TEXT) {
        return segment->text;
    }

    if (segment->kind == API_SEGMENT_TYPED) {

        if (segment->type.kind == API_TYPE_ENUM) {
            choice = segment->type.choices->elts;
            return choice[0];
        }

        if (samples[segment->type.kind] != NULL) {
            word = samples[segment->type.kind];
        }
    }

    value.data = api_unconst(word);
    value.len = ngx_strlen(word);

    return value;
}
