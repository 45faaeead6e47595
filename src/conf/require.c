
#include "conf/require.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/rewrite.h"
#include "conf/rows.h"
#include "conf/field.h"
#include "http/require.h"


static ngx_int_t set_scopes(ngx_conf_t *cf, api_http_require_t *line);
static ngx_int_t join_values(ngx_conf_t *cf,
    const api_auth_policy_word_t *word, ngx_str_t *out);
static ngx_uint_t is_scope(const ngx_str_t *text);
static ngx_int_t find_names(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_require_t *line, ngx_uint_t **given);
static const char *find_name(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_require_t *line, ngx_uint_t n, ngx_uint_t *index);
static ngx_uint_t is_negated(const api_http_require_t *line, ngx_uint_t n);


char *
api_conf_require(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_jwt_loc_conf_t *jlcf = conf;

    ngx_str_t             *value;
    const char            *why;
    const ngx_str_t       *word;
    api_http_require_t    *line, **slot;
    api_http_loc_conf_t   *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->added = "api_require";

    value = cf->args->elts;

    if (cf->args->nelts == 2 && api_str_is(&value[1], "off")) {
        jlcf->cleared = 1;
        return NGX_CONF_OK;
    }

    line = ngx_pcalloc(cf->pool, sizeof(api_http_require_t));

    if (line == NULL
        || ngx_array_init(&line->names, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    api_conf_place(cf, &line->place);

    switch (api_auth_policy_read(cf->pool, value + 1, cf->args->nelts - 1,
                                 &line->names, &line->policy, &word, &why))
    {
    case NGX_OK:
        break;

    case NGX_DECLINED:
        api_conf_wrong(cf, (ngx_uint_t) (word - value),
                       "api_require: of \"%V\" %s; it is written: api_require "
                       "[any] CLAIM=VALUE[|VALUE] CLAIM!=VALUE ...", word, why);
        return api_conf_keep(cf, alcf->route, 0);

    default:
        return NGX_CONF_ERROR;
    }

    if (set_scopes(cf, line) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (jlcf->requires == NULL) {
        jlcf->requires = ngx_array_create(cf->pool, 2,
                                          sizeof(api_http_require_t *));
        if (jlcf->requires == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    slot = ngx_array_push(jlcf->requires);
    if (slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = line;

    return NGX_CONF_OK;
}


/* what a client is told to ask its issuer for (RFC 6750, section 3.1) */

static ngx_int_t
set_scopes(ngx_conf_t *cf, api_http_require_t *line)
{
    ngx_uint_t  i;

    line->scopes = ngx_pcalloc(cf->pool,
                               line->policy.count * sizeof(ngx_str_t));
    if (line->scopes == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < line->policy.count; i++) {
        if (line->policy.words[i].scope && !line->policy.words[i].negated
            && join_values(cf, &line->policy.words[i], &line->scopes[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
join_values(ngx_conf_t *cf, const api_auth_policy_word_t *word, ngx_str_t *out)
{
    u_char           *p;
    ngx_uint_t        i;
    const ngx_str_t  *text;

    p = ngx_pnalloc(cf->pool, word->text.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    for (i = 0; i < word->count; i++) {

        text = &word->values[i].text;

        if (word->values[i].name != 0 || !is_scope(text)) {
            continue;
        }

        if (p != out->data) {
            *p++ = ' ';
        }

        p = ngx_cpymem(p, text->data, text->len);
    }

    out->len = (size_t) (p - out->data);

    return NGX_OK;
}


/* scope-token (RFC 6749, section 3.3) */

static ngx_uint_t
is_scope(const ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x21 || text->data[i] > 0x7e
            || text->data[i] == '"' || text->data[i] == '\\')
        {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
api_conf_require_merge(ngx_conf_t *cf, const api_http_jwt_loc_conf_t *prev,
    api_http_jwt_loc_conf_t *conf, ngx_uint_t cleared)
{
    ngx_array_t          *merged;
    api_http_require_t  **line;

    if (prev->requires == NULL || cleared) {
        return NGX_OK;
    }

    if (conf->requires == NULL) {
        conf->requires = prev->requires;
        conf->given = prev->given;
        return NGX_OK;
    }

    merged = ngx_array_create(cf->pool,
                              prev->requires->nelts + conf->requires->nelts,
                              sizeof(api_http_require_t *));
    if (merged == NULL) {
        return NGX_ERROR;
    }

    line = ngx_array_push_n(merged, prev->requires->nelts);
    if (line == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(line, prev->requires->elts,
               prev->requires->nelts * sizeof(api_http_require_t *));

    line = ngx_array_push_n(merged, conf->requires->nelts);
    if (line == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(line, conf->requires->elts,
               conf->requires->nelts * sizeof(api_http_require_t *));

    conf->requires = merged;

    return NGX_OK;
}


ngx_int_t
api_conf_require_names(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    api_http_require_t       **line;
    api_http_jwt_loc_conf_t   *jlcf;

    jlcf = api_http_chapter_conf(route->loc_conf, &api_http_jwt_chapter);

    if (api_http_jwt_asks(jlcf)
        && api_conf_returns(cf, route->loc_conf))
    {
        api_conf_log(NGX_LOG_WARN, cf, &route->place,
                     "api_route \"%V\": \"return\" answers before anybody is "
                     "asked for an access token: say api_jwt off if that is "
                     "meant, or answer in another way", &route->name);
    }

    if (jlcf->requires == NULL) {
        return NGX_OK;
    }

    line = jlcf->requires->elts;

    jlcf->given = ngx_pcalloc(cf->pool,
                              jlcf->requires->nelts * sizeof(ngx_uint_t *));
    if (jlcf->given == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; i < jlcf->requires->nelts; i++) {
        if (find_names(cf, route, line[i], &jlcf->given[i]) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    return rc;
}


static ngx_int_t
find_names(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_require_t *line, ngx_uint_t **given)
{
    ngx_int_t    rc;
    ngx_str_t   *name;
    ngx_uint_t   i;
    const char  *why;

    if (line->names.nelts == 0) {
        return NGX_OK;
    }

    *given = ngx_pcalloc(cf->pool, line->names.nelts * sizeof(ngx_uint_t));
    if (*given == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;
    name = line->names.elts;

    for (i = 0; i < line->names.nelts; i++) {

        why = find_name(cf, route, line, i, &(*given)[i]);

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &line->place,
                         "api_require of \"%V\": \"$%V\" %s", &route->name,
                         &name[i], why);
            rc = NGX_ERROR;
        }
    }

    return rc;
}


/* NULL, or the end of a sentence */

static const char *
find_name(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_require_t *line, ngx_uint_t n, ngx_uint_t *index)
{
    ngx_uint_t         i, field;
    const ngx_str_t   *name;
    api_http_input_t  *input;

    name = line->names.elts;
    name += n;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {

        if (!api_str_equal(&input[i].name, name)) {
            continue;
        }

        if (input[i].rule.type.array) {
            return "is an array, and a claim is compared with one value";
        }

        if (input[i].rule.type.kind == API_TYPE_NONE && is_negated(line, n)) {
            return "has no type, and without one it cannot be told of two "
                   "texts that they are not the same value: declare it, as "
                   "\":id<uuid>\" or by api_param, or compare with \"=\"";
        }

        input[i].used = 1;
        *index = i;

        return NULL;
    }

    if (route->body != NULL
        && api_conf_field(cf, route, name, &field) == NGX_OK)
    {
        return "is a field of the body, which is read after access is "
               "granted: compare it in SQL, with $jwt.NAME";
    }

    if (api_conf_rows_as(route, name) != NULL) {
        return "is a row, which is read after access is granted: compare it "
               "in SQL, with $jwt.NAME";
    }

    return "is neither a segment \":name\" of the path nor an api_param";
}


static ngx_uint_t
is_negated(const api_http_require_t *line, ngx_uint_t n)
{
    ngx_uint_t                     i, v;
    const api_auth_policy_word_t  *word;

    for (i = 0; i < line->policy.count; i++) {

        word = &line->policy.words[i];

        for (v = 0; word->negated && v < word->count; v++) {
            if (word->values[v].name == n + 1) {
                return 1;
            }
        }
    }

    return 0;
}
