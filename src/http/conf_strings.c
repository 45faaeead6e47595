
#include "http/conf_parts.h"
#include "core/scan.h"
#include "sql/words.h"


/* of a string that is shown again, as it should be written */
#define STRINGS_SHOWN  100


static void look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const ngx_str_t *string);
static ngx_uint_t is_declared(const api_http_route_t *route,
    const ngx_str_t *name);
static void warn(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const ngx_str_t *string,
    const ngx_str_t *name);


ngx_int_t
api_http_conf_strings(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t         i, n;
    api_sql_words_t    words;
    api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (api_sql_words_read(cf->temp_pool, &query[i].sql.source, &words)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        for (n = 0; n < words.n; n++) {
            if (words.elts[n].token == API_SQL_TOKEN_OTHER
                && words.elts[n].text.data[0] == '\'')
            {
                look(cf, route, &query[i], &words.elts[n].text);
            }
        }
    }

    return NGX_OK;
}


/* the first name is told */

static void
look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const ngx_str_t *string)
{
    ngx_str_t   name;
    api_scan_t  in;

    api_scan_init(&in, string);

    while (!api_scan_done(&in)) {

        if (*in.pos++ == '$' && api_scan_name(&in, &name)
            && is_declared(route, &name))
        {
            warn(cf, route, query, string, &name);
            return;
        }
    }
}


static ngx_uint_t
is_declared(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t               i;
    const api_http_hash_t   *hash;
    const api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        if (api_str_equal(&input[i].name, name)) {
            return 1;
        }
    }

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        if (api_str_equal(&hash[i].target, name)) {
            return 1;
        }
    }

    if (route->body == NULL) {
        return 0;
    }

    return (route->body->form != NULL)
           ? api_schema_short_member(route->body->form, name) != NULL
           : api_schema_member(api_schema_root(route->body->schema), name)
             != NULL;
}


/* '%$q%' is written '%' || $q || '%' */

static void
warn(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const ngx_str_t *string,
    const ngx_str_t *name)
{
    u_char    *p, *last, shown[2 * STRINGS_SHOWN];
    size_t     at;
    ngx_str_t  before, behind;

    at = (size_t) (name->data - 1 - string->data);

    before.data = string->data;
    before.len = at;
    behind.data = name->data + name->len;
    behind.len = string->len - at - 1 - name->len;

    p = shown;
    last = shown + sizeof(shown);

    if (string->len <= STRINGS_SHOWN) {

        if (before.len > 1) {
            p = ngx_slprintf(p, last, "%V' || ", &before);
        }

        p = ngx_slprintf(p, last, "$%V", name);

        if (behind.len > 1) {
            p = ngx_slprintf(p, last, " || '%V", &behind);
        }

    } else {
        p = ngx_slprintf(p, last, "'…' || $%V || '…'", name);
    }

    api_http_conf_fault(NGX_LOG_WARN, cf, route, query, API_HTTP_SQL_WORD,
                        (size_t) (name->data - 1 - query->sql.source.data),
                        "\"$%V\" stands inside a string, where it is text: if "
                        "it is meant, write %*s", name, (size_t) (p - shown),
                        shown);
}
