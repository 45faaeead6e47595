
#include "conf/strings.h"
#include "conf/fault.h"
#include "conf/source.h"
#include "core/scan.h"
#include "sql/beside.h"
#include "sql/jsonpath.h"
#include "sql/words.h"


/* of a string that is shown again, as it should be written */
#define STRINGS_SHOWN   100

/* of what should be written in its place */
#define STRINGS_ADVICE  300


/* a string of a statement with a name in it */
typedef struct {
    const api_sql_words_t  *words;
    ngx_uint_t              at;         /* the index of the string among the
                                           words */
    ngx_str_t               text;       /* with its quotes */
    ngx_str_t               name;       /* without "$" */
    ngx_str_t               type;       /* interval '…', '…'::interval; or
                                           empty */
    ngx_uint_t              written;    /* the type stands in front */
} strings_t;

/* a unit of an interval, by how it begins */
typedef struct {
    const char  *unit;
    const char  *one;
    const char  *argument;              /* of make_interval() */
} strings_unit_t;


static void look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words,
    ngx_uint_t n);
static void find_type(strings_t *s);
static ngx_uint_t is_value(ngx_conf_t *cf, const api_http_route_t *route,
    const ngx_str_t *name);
static u_char *advice(const strings_t *s, u_char *p, u_char *last);
static const strings_unit_t *unit_of(const strings_t *s);
static ngx_uint_t is_tight(const strings_t *s);


/* types whose constants are written TYPE '…' */
static const char *const  types[] = {
    "INTERVAL", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMETZ", "ZONE",
    "JSONB", "JSON", "UUID", "INET", "CIDR", "NUMERIC", "TEXT", "BYTEA",
    "JSONPATH", "TSQUERY", "TSVECTOR", "POINT", "BOX", "MONEY", "INT4RANGE",
    "INT8RANGE", "NUMRANGE", "DATERANGE", "TSRANGE", "TSTZRANGE", NULL
};

static const strings_unit_t  units[] = {
    { "year", "1 year", "years" },
    { "month", "1 month", "months" },
    { "mon", "1 month", "months" },
    { "week", "1 week", "weeks" },
    { "day", "1 day", "days" },
    { "hour", "1 hour", "hours" },
    { "minute", "1 minute", "mins" },
    { "min", "1 minute", "mins" },
    { "second", "1 second", "secs" },
    { "sec", "1 second", "secs" },
    { NULL, NULL, NULL }
};


ngx_int_t
api_conf_strings(ngx_conf_t *cf, api_http_route_t *route)
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
                look(cf, route, &query[i], &words, n);
            }
        }
    }

    return NGX_OK;
}


/* reports the first name in a string */

static void
look(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words, ngx_uint_t n)
{
    u_char      *p, shown[STRINGS_ADVICE];
    strings_t    s;
    api_scan_t   in;
    const char  *why;

    ngx_memzero(&s, sizeof(strings_t));

    s.words = words;
    s.at = n;
    s.text = words->elts[n].text;

    api_scan_init(&in, &s.text);

    do {
        if (api_scan_done(&in)) {
            return;
        }

    } while (*in.pos++ != '$' || !api_scan_name(&in, &s.name)
             || !is_value(cf, route, &s.name));

    if (api_sql_jsonpath(&s.text)) {
        why = api_sql_jsonpath_lacks(words, n);

        if (why != NULL) {
            api_conf_fault(NGX_LOG_WARN, cf, route, query,
                           API_CONF_SQL_WORD,
                           (size_t) (s.name.data - 1
                                     - query->sql.source.data),
                           "\"$%V\" stands inside a jsonpath, which takes "
                           "no value from the request: %s "
                           "jsonb_build_object('%V', $%V)%s", &s.name,
                           why, &s.name, &s.name,
                           ngx_strchr(why, '(') ? ")" : "");
        }

        return;
    }

    find_type(&s);

    p = advice(&s, shown, shown + sizeof(shown));

    api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_SQL_WORD,
                   (size_t) (s.name.data - 1 - query->sql.source.data),
                   "\"$%V\" stands inside a string, where it is text: if "
                   "it is meant, write %*s", &s.name,
                   (size_t) (p - shown), shown);
}


static void
find_type(strings_t *s)
{
    if (s->at > 0 && s->words->elts[s->at - 1].token == API_SQL_TOKEN_WORD
        && api_sql_words_in(s->words, s->at - 1, types))
    {
        s->type = s->words->elts[s->at - 1].text;
        s->written = 1;

        if (api_sql_words_is(s->words, s->at - 1, "ZONE")) {
            ngx_str_set(&s->type, "timestamptz");
        }

        return;
    }

    if (api_sql_words_char(s->words, s->at + 1, ':')
        && api_sql_words_char(s->words, s->at + 2, ':')
        && api_sql_words_name(s->words, s->at + 3))
    {
        s->type = s->words->elts[s->at + 3].text;
    }
}


static ngx_uint_t
is_value(ngx_conf_t *cf, const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t                i;
    const api_conf_source_t  *row;

    for (i = 0; (row = api_conf_source_get(cf, i)) != NULL; i++) {
        if (api_conf_source_knows(row, route, name)) {
            return 1;
        }
    }

    return 0;
}


/*
 * '%$q%' is written '%' || $q || '%'; what stands closer together than "||"
 * does is held together by parentheses
 */

static u_char *
advice(const strings_t *s, u_char *p, u_char *last)
{
    ngx_str_t              before, behind;
    ngx_uint_t             tight;
    const strings_unit_t  *unit;

    unit = unit_of(s);

    if (unit != NULL) {
        return ngx_slprintf(p, last, "make_interval(%s => $%V) or $%V * "
                            "interval '%s'", unit->argument, &s->name,
                            &s->name, unit->one);
    }

    before.data = s->text.data;
    before.len = (size_t) (s->name.data - 1 - s->text.data);
    behind.data = s->name.data + s->name.len;
    behind.len = s->text.len - before.len - 1 - s->name.len;

    if (before.len == 1 && behind.len == 1) {
        p = ngx_slprintf(p, last, "$%V", &s->name);
        tight = 0;

    } else {
        tight = is_tight(s);

        if (tight) {
            p = ngx_slprintf(p, last, "(");
        }

        if (s->text.len > STRINGS_SHOWN) {
            p = ngx_slprintf(p, last, "'…' || $%V || '…'", &s->name);

        } else {

            if (before.len > 1) {
                p = ngx_slprintf(p, last, "%V' || ", &before);
            }

            p = ngx_slprintf(p, last, "$%V", &s->name);

            if (behind.len > 1) {
                p = ngx_slprintf(p, last, " || '%V", &behind);
            }
        }

        if (tight) {
            p = ngx_slprintf(p, last, ")");
        }
    }

    return s->type.len ? ngx_slprintf(p, last, "::%V", &s->type) : p;
}


/* interval '$n days' */

static const strings_unit_t *
unit_of(const strings_t *s)
{
    size_t                 len;
    const u_char          *p, *end;
    const strings_unit_t  *unit;

    if (s->type.len != 8
        || ngx_strncasecmp(s->type.data, (u_char *) "interval", 8) != 0
        || s->name.data != s->text.data + 2)
    {
        return NULL;
    }

    p = s->name.data + s->name.len;
    end = s->text.data + s->text.len - 1;

    while (p < end && *p == ' ') {
        p++;
    }

    while (p < end && end[-1] == ' ') {
        end--;
    }

    for (unit = units; unit->unit != NULL; unit++) {
        len = ngx_strlen(unit->unit);

        if ((size_t) (end - p) >= len && (size_t) (end - p) <= len + 1
            && ngx_strncasecmp((u_char *) (uintptr_t) p,
                               (u_char *) (uintptr_t) unit->unit, len) == 0
            && (p + len == end || p[len] == 's' || p[len] == 'S'))
        {
            return unit;
        }
    }

    return NULL;
}


static ngx_uint_t
is_tight(const strings_t *s)
{
    ngx_str_t  before;

    before = api_sql_beside_before(s->words, s->at);

    return s->type.len != 0
           || (before.len != 0 && before.data[0] != '='
               && before.data[0] != '<');
}
