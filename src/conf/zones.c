
#include "conf/zones.h"
#include "conf/fault.h"
#include "http/source.h"
#include "sql/words.h"


static void look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words, ngx_uint_t i);
static const api_body_short_t *find_object(const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words,
    ngx_uint_t from, ngx_uint_t to, ngx_uint_t *sent);
static void look_at(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words, ngx_uint_t i,
    const api_body_short_t *object);


ngx_int_t
api_conf_zones(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t         i, n;
    api_sql_words_t    words;
    api_http_query_t  *query;

    static const char *const  readers[] = {
        "JSONB_TO_RECORD", "JSONB_TO_RECORDSET", "JSON_TO_RECORD",
        "JSON_TO_RECORDSET", NULL
    };

    if (route->body == NULL) {
        return NGX_OK;
    }

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (api_sql_words_read(cf->temp_pool, &query[i].sql.source, &words)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        for (n = 0; n < words.n; n++) {
            if (api_sql_words_in(&words, n, readers)
                && api_sql_words_char(&words, n + 1, '('))
            {
                look(cf, route, &query[i], &words, n + 1);
            }
        }
    }

    return NGX_OK;
}


/* (…) AS x(name type, …), from the first parenthesis on */

static void
look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t               to, sent;
    const api_body_short_t  *object;

    to = api_sql_words_closing(words, i);
    object = find_object(route, query, words, i, to, &sent);

    if (!sent) {
        return;
    }

    i = to + 1;
    i += api_sql_words_is(words, i, "AS");
    i += api_sql_words_name(words, i);

    if (!api_sql_words_char(words, i, '(')) {
        return;
    }

    to = api_sql_words_closing(words, i);

    for (i++; i < to && i < words->n; i++) {

        look_at(cf, route, query, words, i, object);

        /* to behind the next comma */

        while (i < to && !api_sql_words_char(words, i, ',')) {
            i = api_sql_words_char(words, i, '(')
                ? api_sql_words_closing(words, i) + 1 : i + 1;
        }
    }
}


/*
 * Is the body, or a field of it, an argument?  The object of the short form
 * that it is, or NULL: its values are what was sent.
 */

static const api_body_short_t *
find_object(const api_http_route_t *route, const api_http_query_t *query,
    const api_sql_words_t *words, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t *sent)
{
    ngx_uint_t               i, n, k;
    const api_body_key_t    *key;
    const api_sql_param_t   *param;
    const api_http_bind_t   *bind;
    const api_body_field_t  *field;
    const api_body_short_t  *object;

    *sent = 0;
    param = query->sql.params.elts;

    for (i = from; i < to && i < words->n; i++) {

        if (words->elts[i].token != API_SQL_TOKEN_PARAM) {
            continue;
        }

        for (n = 0; n < query->sql.params.nelts; n++) {
            if (api_str_equal(&param[n].name, &words->elts[i].text)) {
                break;
            }
        }

        bind = &query->binds[n];

        if (n == query->sql.params.nelts || bind->sent
            || (!bind->source->whole
                && bind->source->form != API_SOURCE_READ))
        {
            continue;
        }

        *sent = 1;
        object = route->body->form;

        if (bind->source->whole || object == NULL) {
            return object;
        }

        field = route->body->fields.elts;
        key = field[bind->index].keys.elts;

        for (k = 0; k < field[bind->index].keys.nelts && object != NULL; k++) {
            object = api_body_short_member(object, &key[k].name);
        }

        return object;
    }

    return NULL;
}


/* "name type": a declared timestamp is in UTC when it comes there */

static void
look_at(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words, ngx_uint_t i,
    const api_body_short_t *object)
{
    ngx_str_t                name;
    const char              *better, *rest;
    const api_body_short_t  *member;

    rest = ", which is in UTC where it is stored without one";

    if (!api_sql_words_name(words, i)) {
        return;
    }

    if (api_sql_words_is(words, i + 1, "TIMESTAMP")
        && !api_sql_words_is(words, i + 2, "WITH")
        && !api_sql_words_char(words, i + 2, '('))
    {
        better = "timestamptz";

    } else if (api_sql_words_is(words, i + 1, "TSRANGE")) {
        better = "tstzrange";
        rest = ", and store tsrange() of lower(…)::timestamp and"
               " upper(…)::timestamp";

    } else if (api_sql_words_is(words, i + 1, "TSMULTIRANGE")) {
        better = "tstzmultirange";
        rest = "";

    } else {
        return;
    }

    name = words->elts[i].text;
    member = (object != NULL && object->object)
             ? api_body_short_member(object, &name) : NULL;

    if (member != NULL && member->rule.type.kind == API_TYPE_TIMESTAMP) {
        return;
    }

    api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_SQL_WORD,
                   (size_t) (words->elts[i + 1].text.data
                             - query->sql.source.data),
                   "%V drops the time zone of what JSON has for \"%V\": write "
                   "%s there%s", &words->elts[i + 1].text, &name, better,
                   rest);
}
