
#include "auth/policy.h"
#include "core/scan.h"


static ngx_int_t read_word(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_array_t *names, api_auth_policy_word_t *word, const char **why);
static size_t name_length(const ngx_str_t *text);
static ngx_int_t read_values(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_array_t *names, api_auth_policy_word_t *word, const char **why);
static ngx_int_t read_value(const ngx_str_t *text, ngx_array_t *names,
    api_auth_policy_value_t *value, const char **why);
static ngx_uint_t place_of(ngx_array_t *names, const ngx_str_t *name);
static ngx_uint_t holds(const api_auth_policy_word_t *word,
    const api_json_t *claims, const api_auth_policy_given_t *given);
static ngx_uint_t scope_has(const api_auth_policy_word_t *word,
    const ngx_str_t *scope, const api_auth_policy_given_t *given);
static ngx_uint_t has_value(const api_auth_policy_word_t *word,
    const ngx_str_t *text, const api_auth_policy_given_t *given);
static ngx_uint_t scalar_text(const api_json_t *json, ngx_str_t *text);


ngx_int_t
api_auth_policy_read(ngx_pool_t *pool, const ngx_str_t *words, ngx_uint_t n,
    ngx_array_t *names, api_auth_policy_t *policy, const ngx_str_t **word,
    const char **why)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    ngx_memzero(policy, sizeof(api_auth_policy_t));

    *word = words;

    if (n != 0 && api_str_is(&words[0], "any")) {
        policy->any = 1;
        words++;
        n--;
    }

    if (n == 0 || n > API_AUTH_POLICY_WORDS) {
        *why = "there are 1 to 64 requirements in a line";
        return NGX_DECLINED;
    }

    policy->count = n;
    policy->words = ngx_pcalloc(pool, n * sizeof(api_auth_policy_word_t));
    if (policy->words == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        *word = &words[i];

        rc = read_word(pool, &words[i], names, &policy->words[i], why);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
read_word(ngx_pool_t *pool, const ngx_str_t *text, ngx_array_t *names,
    api_auth_policy_word_t *word, const char **why)
{
    size_t            len;
    ngx_int_t         rc;
    ngx_str_t         part;
    const ngx_str_t  *last;

    word->text = *text;

    len = name_length(text);

    if (len == text->len) {
        *why = "it is NAME=VALUE or NAME!=VALUE";
        return NGX_DECLINED;
    }

    part.data = text->data + len + 1;
    part.len = text->len - len - 1;

    if (len != 0 && text->data[len - 1] == '!') {
        word->negated = 1;
        len--;
    }

    rc = read_values(pool, &part, names, word, why);
    if (rc != NGX_OK) {
        return rc;
    }

    part.data = text->data;
    part.len = len;

    rc = api_auth_path_read(pool, &part, &word->path, why);
    if (rc != NGX_OK) {
        return rc;
    }

    last = &word->path.names[word->path.count - 1];
    word->scope = api_str_is(last, "scope") || api_str_is(last, "scp");

    return NGX_OK;
}


/* up to the "=", which a name in quotes may contain */

static size_t
name_length(const ngx_str_t *text)
{
    size_t      i;
    ngx_uint_t  quoted;

    quoted = 0;

    for (i = 0; i < text->len; i++) {

        if (quoted && text->data[i] == '\\') {
            i++;

        } else if (text->data[i] == '"') {
            quoted = !quoted;

        } else if (!quoted && text->data[i] == '=') {
            return i;
        }
    }

    return text->len;
}


static ngx_int_t
read_values(ngx_pool_t *pool, const ngx_str_t *text, ngx_array_t *names,
    api_auth_policy_word_t *word, const char **why)
{
    u_char      *p, *end;
    ngx_int_t    rc;
    ngx_str_t    part;
    ngx_uint_t   n;

    p = text->data;
    end = text->data + text->len;

    for (n = 1; p < end; p++) {
        n += (*p == '|');
    }

    if (n > API_AUTH_POLICY_VALUES) {
        *why = "it has more than 64 values";
        return NGX_DECLINED;
    }

    word->values = ngx_pcalloc(pool, n * sizeof(api_auth_policy_value_t));
    if (word->values == NULL) {
        return NGX_ERROR;
    }

    for (p = text->data; word->count < n; p++) {
        part.data = p;

        while (p < end && *p != '|') {
            p++;
        }

        part.len = (size_t) (p - part.data);

        rc = read_value(&part, names, &word->values[word->count++], why);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
read_value(const ngx_str_t *text, ngx_array_t *names,
    api_auth_policy_value_t *value, const char **why)
{
    ngx_str_t   name;
    api_scan_t  s;

    if (text->len == 0) {
        *why = "a value of it is empty";
        return NGX_DECLINED;
    }

    value->text = *text;

    if (text->data[0] != '$') {
        return NGX_OK;
    }

    api_scan_init(&s, text);

    if (!api_scan_accept(&s, "$") || !api_scan_name(&s, &name)
        || !api_scan_done(&s))
    {
        *why = "behind a \"$\" comes one name, of letters, digits and \"_\"";
        return NGX_DECLINED;
    }

    value->name = place_of(names, &name);

    return value->name != 0 ? NGX_OK : NGX_ERROR;
}


/* from 1; 0: memory */

static ngx_uint_t
place_of(ngx_array_t *names, const ngx_str_t *name)
{
    ngx_str_t   *known;
    ngx_uint_t   i;

    known = names->elts;

    for (i = 0; i < names->nelts; i++) {
        if (api_str_equal(&known[i], name)) {
            return i + 1;
        }
    }

    known = ngx_array_push(names);
    if (known == NULL) {
        return 0;
    }

    *known = *name;

    return names->nelts;
}


const api_auth_policy_word_t *
api_auth_policy_fails(const api_auth_policy_t *policy,
    const api_json_t *claims, const api_auth_policy_given_t *given)
{
    ngx_uint_t                     i;
    const api_auth_policy_word_t  *word, *failed;

    failed = NULL;

    for (i = 0; i < policy->count; i++) {
        word = &policy->words[i];

        if (holds(word, claims, given)) {

            if (policy->any) {
                return NULL;
            }

            continue;
        }

        if (!policy->any) {
            return word;
        }

        if (failed == NULL || (word->scope && !failed->scope)) {
            failed = word;
        }
    }

    return failed;
}


static ngx_uint_t
holds(const api_auth_policy_word_t *word, const api_json_t *claims,
    const api_auth_policy_given_t *given)
{
    ngx_str_t          text;
    ngx_uint_t         i, n, found;
    const api_json_t  *json, *item;

    json = api_auth_path_find(claims, &word->path);

    if (json == NULL || json->type == API_JSON_OBJECT) {
        return 0;
    }

    item = json;
    n = 1;

    if (json->type == API_JSON_ARRAY) {
        item = json->items;
        n = json->count;
    }

    found = 0;

    for (i = 0; i < n && !found; i++) {

        if (!scalar_text(&item[i], &text)) {

            /* nobody can say that it is not equal */

            if (word->negated) {
                return 0;
            }

            continue;
        }

        found = word->scope && item == json ? scope_has(word, &text, given)
                                            : has_value(word, &text, given);
    }

    return word->negated ? !found : found;
}


static ngx_uint_t
scope_has(const api_auth_policy_word_t *word, const ngx_str_t *scope,
    const api_auth_policy_given_t *given)
{
    u_char     *p, *end;
    ngx_str_t   part;

    end = scope->data + scope->len;

    for (p = scope->data; p < end; p++) {
        part.data = p;

        while (p < end && *p != ' ') {
            p++;
        }

        part.len = (size_t) (p - part.data);

        if (part.len != 0 && has_value(word, &part, given)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
has_value(const api_auth_policy_word_t *word, const ngx_str_t *text,
    const api_auth_policy_given_t *given)
{
    ngx_uint_t                      i;
    const ngx_str_t                *value;
    const api_auth_policy_given_t  *g;
    const api_auth_policy_value_t  *v;

    for (i = 0; i < word->count; i++) {
        v = &word->values[i];
        g = v->name != 0 ? &given[v->name - 1] : NULL;
        value = g != NULL ? &g->text : &v->text;

        if (value->data == NULL || value->len != text->len) {
            continue;
        }

        if (g != NULL && g->fold
            ? ngx_strncasecmp(value->data, text->data, text->len) == 0
            : ngx_memcmp(value->data, text->data, text->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
scalar_text(const api_json_t *json, ngx_str_t *text)
{
    switch (json->type) {

    case API_JSON_STRING:
    case API_JSON_NUMBER:
        *text = json->text;
        return 1;

    case API_JSON_TRUE:
        ngx_str_set(text, "true");
        return 1;

    case API_JSON_FALSE:
        ngx_str_set(text, "false");
        return 1;

    default:
        return 0;
    }
}
