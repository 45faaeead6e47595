
#include "body/short.h"

#include "core/scan.h"
#include "core/value_number.h"
#include "json/numbers.h"
#include "schema/format.h"


static ngx_int_t read_shape(ngx_pool_t *pool, const ngx_str_t *words,
    ngx_uint_t n, ngx_uint_t open, api_body_short_t *out, ngx_uint_t *i,
    const char **why);
static ngx_int_t read_type(ngx_pool_t *pool, const ngx_str_t *word,
    api_body_short_t *out, const char **why);
static ngx_int_t read_rule(ngx_pool_t *pool, api_body_short_t *out,
    const ngx_str_t *word, const char **why);
static ngx_int_t check_json(ngx_pool_t *pool, const api_rule_t *rule,
    const char **why);
static ngx_int_t read_text_rule(const api_body_short_t *out,
    const ngx_str_t *word, size_t prefix, ngx_str_t *text, const char **why);
static ngx_uint_t is_text(const ngx_str_t *text);
static ngx_uint_t begins(const ngx_str_t *word, const char *prefix);


ngx_int_t
api_body_short_words(ngx_pool_t *pool, const ngx_str_t *words,
    ngx_uint_t n, ngx_uint_t open, ngx_uint_t list, api_body_short_t *out,
    const ngx_str_t **word, const char **why)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    ngx_memzero(out, sizeof(api_body_short_t));

    i = 0;
    *word = NULL;
    out->rule.type.array = list ? 1 : 0;

    rc = read_shape(pool, words, n, open, out, &i, why);

    if (rc != NGX_OK) {
        *word = (n > i) ? &words[i] : NULL;
        return rc;
    }

    if (out->object
        && (ngx_array_init(&out->members, pool, 4,
                           sizeof(api_body_short_t *))
            != NGX_OK
            || api_schema_names_init(&out->names, pool) != NGX_OK))
    {
        return NGX_ERROR;
    }

    for ( /* void */ ; i < n; i++) {
        rc = read_rule(pool, out, &words[i], why);

        if (rc != NGX_OK) {
            *word = &words[i];
            return rc;
        }
    }

    if (out->rule.nullable && out->rule.has_default
        && out->rule.type.kind != API_TYPE_JSON
        && api_str_is(&out->rule.fallback, "null"))
    {
        *why = "a nullable field that is absent is null in SQL anyway: drop "
               "default=null";
        return NGX_DECLINED;
    }

    rc = check_json(pool, &out->rule, why);

    if (rc == NGX_OK) {
        rc = api_rule_finish(pool, &out->rule, why);
    }

    if (rc == NGX_DECLINED) {
        *word = api_rule_blamed(words, n, *why);
    }

    return rc;
}


/* it is written into the schema as it stands: it must be one value */

static ngx_int_t
check_json(ngx_pool_t *pool, const api_rule_t *rule, const char **why)
{
    size_t              left;
    ngx_int_t           rc;
    api_json_t         *json;
    api_error_t         error;

    if (!rule->has_default || rule->type.array
        || rule->type.kind != API_TYPE_JSON)
    {
        return NGX_OK;
    }

    *why = "default= is not JSON: a text has quotes of its own, as "
           "default='\"none\"', and an object is quoted, as "
           "default='{\"a\": 1}'";

    rc = api_json_read(pool, &rule->fallback, NULL, &json, &error);

    left = API_VALUE_NUMBER_MORE(rule->fallback.len);

    if (rc == NGX_OK && !api_json_numbers_short(json, &left)) {
        *why = "default= has numbers with too many digits when they are "
               "written without exponents";
        return NGX_DECLINED;
    }

    return rc;
}


/* *i: the first word that is a rule, or the one that is wrong */

static ngx_int_t
read_shape(ngx_pool_t *pool, const ngx_str_t *words, ngx_uint_t n,
    ngx_uint_t open, api_body_short_t *out, ngx_uint_t *i, const char **why)
{
    ngx_int_t    rc;
    const char  *other;
    api_type_t   type;

    if (n > 0 && api_str_is(&words[0], "array")) {
        out->rule.type.array = 1;
        (*i)++;
    }

    if (*i < n && api_str_is(&words[*i], "object")) {
        (*i)++;
        out->object = 1;
        out->additional = !open;
        out->rule.type.kind = API_TYPE_JSON;

        return NGX_OK;
    }

    if (!open) {

        if (*i == n) {
            *why = out->rule.type.array
                   ? "it is an array of unknown items: write \"name type[];\", "
                     "or a block of the fields that each item has"
                   : "it has no type: write \"name type [required] [nullable] "
                     "[default=] [min=] [max=];\", or a block of fields";
            return NGX_DECLINED;
        }

        rc = read_type(pool, &words[*i], out, why);
        *i += (rc == NGX_OK);

        return rc;
    }

    out->object = 1;
    out->rule.type.kind = API_TYPE_JSON;

    if (*i < n && api_type_parse(pool, &words[*i], &type, &other) == NGX_OK) {
        *why = "a type and a block exclude each other: drop the type for an "
               "object with these fields, or the block; a rule with a \"{\" in "
               "it is quoted";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
read_type(ngx_pool_t *pool, const ngx_str_t *word, api_body_short_t *out,
    const char **why)
{
    ngx_int_t   rc;
    ngx_uint_t  list;

    list = out->rule.type.array;

    rc = api_type_parse(pool, word, &out->rule.type, why);

    if (rc != NGX_OK || !list) {
        return rc;
    }

    if (out->rule.type.array) {
        *why = "there are no arrays of arrays, declare it as json";
        return NGX_DECLINED;
    }

    out->rule.type.array = 1;

    return NGX_OK;
}


static ngx_int_t
read_rule(ngx_pool_t *pool, api_body_short_t *out, const ngx_str_t *word,
    const char **why)
{
    ngx_int_t  rc;

    if (begins(word, "pattern=")) {
        return read_text_rule(out, word, sizeof("pattern=") - 1,
                              &out->pattern, why);
    }

    if (begins(word, "format=")) {
        rc = read_text_rule(out, word, sizeof("format=") - 1, &out->format,
                            why);

        if (rc == NGX_OK && api_schema_format_find(&out->format) == NULL) {
            *why = "there is no such format: write one of JSON Schema's, as "
                   "hostname, duration or uri-reference";
            return NGX_DECLINED;
        }

        return rc;
    }

    if (begins(word, "additional=")) {

        if (!out->object) {
            *why = "\"additional=\" (fields that are not declared) is for "
                   "objects only";
            return NGX_DECLINED;
        }

        if (api_str_is(word, "additional=on")) {
            out->additional = 1;
            return NGX_OK;
        }

        *why = "write additional=on or additional=off (the default)";
        out->additional = 0;

        return api_str_is(word, "additional=off") ? NGX_OK : NGX_DECLINED;
    }

    if (out->object && begins(word, "default=")) {
        *why = "an object has no default=: give its fields theirs";
        return NGX_DECLINED;
    }

    rc = api_rule_word(pool, &out->rule, word, why);

    if (rc == NGX_DECLINED && !begins(word, "min=") && !begins(word, "max=")
        && !begins(word, "default=") && !api_str_is(word, "required")
        && !api_str_is(word, "nullable") && !api_str_is(word, "optional"))
    {
        *why = "unknown word, or a \";\" is missing before it: a field's rules "
               "are required, nullable, default=, min=, max=, pattern=, "
               "format= and additional=";
    }

    return rc;
}


static ngx_int_t
read_text_rule(const api_body_short_t *out, const ngx_str_t *word,
    size_t prefix, ngx_str_t *text, const char **why)
{
    if (out->object || out->rule.type.kind != API_TYPE_STRING) {
        *why = "pattern= and format= are for string, text and arrays of them";
        return NGX_DECLINED;
    }

    if (text->data != NULL) {
        *why = "this word is there twice, remove one";
        return NGX_DECLINED;
    }

    text->data = word->data + prefix;
    text->len = word->len - prefix;

    if (text->len == 0) {
        *why = "a value is missing behind the \"=\"";
        return NGX_DECLINED;
    }

    if (!is_text(text)) {
        *why = "this word is not valid UTF-8";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_uint_t
is_text(const ngx_str_t *text)
{
    size_t         n;
    const u_char  *p, *end;

    end = text->data + text->len;

    for (p = text->data; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0 || *p == '\0') {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
begins(const ngx_str_t *word, const char *prefix)
{
    size_t  len;

    len = ngx_strlen(prefix);

    return word->len >= len && ngx_memcmp(word->data, prefix, len) == 0;
}


api_body_short_t *
api_body_short_add(ngx_pool_t *pool, api_body_short_t *object,
    const ngx_str_t *name)
{
    api_body_short_t  *member, **pushed;

    member = ngx_pcalloc(pool, sizeof(api_body_short_t));
    pushed = ngx_array_push(&object->members);

    if (member == NULL || pushed == NULL
        || api_schema_names_add(&object->names, name) < 0)
    {
        return NULL;
    }

    member->name = *name;
    *pushed = member;

    return member;
}


api_body_short_t *
api_body_short_member(const api_body_short_t *object,
    const ngx_str_t *name)
{
    api_body_short_t  **members;
    api_schema_name_t  *found;

    found = api_schema_names_find(&object->names, name);

    if (found == NULL) {
        return NULL;
    }

    members = object->members.elts;

    return members[found - (api_schema_name_t *) object->names.list.elts];
}
