
#include "conf/directives.h"
#include "conf/fault.h"
#include "conf/file.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/query.h"
#include "conf/shared.h"


/* statements of one route */
#define API_HTTP_QUERIES_MAX  32

/* bytes of a file with a statement */
#define API_HTTP_SQL_MAX  (1024 * 1024)

static char *add_query(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_query_t *read, const ngx_str_t *word);
static const char *read_words(ngx_conf_t *cf, api_http_query_t *query);
static ngx_uint_t is_option(const ngx_str_t *word);
static const char *read_none(ngx_conf_t *cf, api_http_query_t *query,
    ngx_uint_t *i);
static const char *read_result(const ngx_str_t *word,
    api_sql_result_e *result);
static const char *check_options(ngx_conf_t *cf,
    const api_http_route_t *route, api_http_query_t *query);
static ngx_uint_t find_option(ngx_conf_t *cf, const char *option);
static ngx_int_t read_file(ngx_conf_t *cf, api_http_query_t *query,
    const ngx_str_t *word, ngx_str_t *source);
static ngx_uint_t is_file(const ngx_str_t *word);
static ngx_uint_t is_bare_word(const ngx_str_t *word);


/* api_query RESULT SQL|FILE.sql [as=NAME] [answer] [none=STATUS ["detail"]]
   [keep] */

char *
api_conf_query(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char              *rv;
    ngx_str_t         *value;
    const char        *why;
    api_http_query_t   read;
    api_http_route_t  *route;

    ngx_memzero(&read, sizeof(api_http_query_t));
    api_conf_place(cf, &read.place);

    if (api_conf_shared_is(cf, alcf)) {
        why = read_words(cf, &read);
        return api_conf_shared(cf, alcf, &read, why);
    }

    rv = api_conf_inside(cf, alcf);
    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    route = alcf->route;
    value = cf->args->elts;

    why = read_words(cf, &read);

    if (why == NULL) {
        why = check_options(cf, route, &read);
    }

    if (why != NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &read.place,
                     "api_query of \"%V\": %s", &route->name, why);
        return api_conf_keep(cf, route, 1);
    }

    return add_query(cf, route, &read, &value[API_CONF_SQL_WORD]);
}


ngx_int_t
api_conf_query_shared(ngx_conf_t *cf, const api_http_loc_conf_t *location,
    api_http_route_t *route)
{
    ngx_uint_t                i;
    const api_conf_shared_t  *shared;

    if (location->shared == NULL) {
        return NGX_OK;
    }

    shared = location->shared->elts;

    for (i = 0; i < location->shared->nelts; i++) {
        if (add_query(cf, route, &shared[i].read, &shared[i].word)
            != NGX_CONF_OK)
        {
            return NGX_ERROR;
        }
    }

    route->shared = route->queries.nelts;

    return NGX_OK;
}


/* its words were read; word is its SQL, or its file */

static char *
add_query(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_query_t *read, const ngx_str_t *word)
{
    api_http_query_t  *query;

    query = ngx_array_push(&route->queries);
    if (query == NULL) {
        return NGX_CONF_ERROR;
    }

    *query = *read;

    if (ngx_array_init(&query->rules, cf->pool, 1,
                       sizeof(api_http_constraint_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (api_conf_query_statement(cf, route, query, word) != NGX_OK) {
        route->queries.nelts--;
        return api_conf_keep(cf, route, 1);
    }

    if (query->answer) {
        route->answer = route->queries.nelts - 1;
    }

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, api_http_query_t *query)
{
    ngx_str_t   *value;
    ngx_uint_t   i;
    const char  *why;

    value = cf->args->elts;

    if (cf->args->nelts < 3) {
        return "it is written: api_query RESULT \"SQL\" [as=NAME] [answer] "
               "[none=STATUS [\"sentence\"]], where RESULT is one, optional, "
               "many, value or exec";
    }

    query->place.word = API_CONF_KIND_WORD;

    why = read_result(&value[API_CONF_KIND_WORD], &query->result);
    if (why != NULL) {
        return why;
    }

    for (i = 3; i < cf->args->nelts; i++) {

        query->place.word = i;

        if (ngx_strncmp(value[i].data, "as=", 3) == 0) {

            if (query->as.data != NULL) {
                return "\"as=\" is there twice: keep one";
            }

            query->as.data = value[i].data + 3;
            query->as.len = value[i].len - 3;

            why = api_conf_name(&query->as);
            if (why != NULL) {
                return why;
            }

        } else if (api_str_is(&value[i], "answer")) {
            query->answer = 1;

        } else if (api_str_is(&value[i], "keep")) {
            query->keeps = 1;

        } else if (is_option(&value[i])) {

            why = read_none(cf, query, &i);
            if (why != NULL) {
                return why;
            }

        } else {
            return "behind the statement come only \"as=NAME\", \"answer\", "
                   "\"none=STATUS\" with its sentence and \"keep\": put the "
                   "statement in quotes";
        }
    }

    query->place.word = 0;

    if (query->keeps && query->none < NGX_HTTP_BAD_REQUEST) {
        query->place.word = find_option(cf, "keep");
        return "\"keep\" goes with an error's \"none=\", as none=401: then "
               "what the statement has written is kept all the same";
    }

    return NULL;
}


static ngx_uint_t
is_option(const ngx_str_t *word)
{
    return api_str_is(word, "answer") || api_str_is(word, "keep")
           || ngx_strncmp(word->data, "as=", 3) == 0
           || ngx_strncmp(word->data, "none=", 5) == 0;
}


/* none=STATUS, and the word behind it, which is a sentence; *i goes there */

static const char *
read_none(ngx_conf_t *cf, api_http_query_t *query, ngx_uint_t *i)
{
    ngx_int_t   status;
    ngx_str_t  *word;

    word = cf->args->elts;
    word += *i;

    if (query->none != 0) {
        return "\"none=\" is there twice: keep one";
    }

    status = ngx_atoi(word->data + 5, word->len - 5);

    if (word->len != 8 || status < 200 || status > 599) {
        return "\"none=\" needs the status for nothing found or affected: "
               "none=204, or an error's from none=400 to none=599";
    }

    if (status >= 300 && status < 400) {
        return "\"none=\" cannot lead elsewhere: take none=204, or an error's "
               "status from none=400 to none=599";
    }

    if (status < 300 && status != NGX_HTTP_NO_CONTENT
        && query->result != API_SQL_EXEC)
    {
        return "\"none=\" with that status would be an answer without a body, "
               "where one is expected: take none=204";
    }

    query->none = (ngx_uint_t) status;

    if (*i + 1 == cf->args->nelts || is_option(&word[1])) {
        return NULL;
    }

    query->place.word = ++*i;

    if (word[1].len == 0) {
        return "the sentence behind \"none=\" is empty: write one, or drop it";
    }

    if (status < 300) {
        return "an answer with that status has no body, and so no place for a "
               "sentence: drop it";
    }

    query->none_detail = word[1];

    return NULL;
}


static const char *
read_result(const ngx_str_t *word, api_sql_result_e *result)
{
    if (api_str_is(word, "one")) {
        *result = API_SQL_ONE;

    } else if (api_str_is(word, "optional")) {
        *result = API_SQL_OPTIONAL;

    } else if (api_str_is(word, "many")) {
        *result = API_SQL_MANY;

    } else if (api_str_is(word, "value")) {
        *result = API_SQL_VALUE;

    } else if (api_str_is(word, "exec")) {
        *result = API_SQL_EXEC;

    } else if (api_str_is(word, "page")) {
        return "\"page\" is not supported yet: take \"many\" with LIMIT and "
               "OFFSET";

    } else {
        return "what to make of the rows comes first: one, optional, many, "
               "value or exec";
    }

    return NULL;
}


static const char *
check_options(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_query_t *query)
{
    ngx_uint_t               i;
    const api_http_query_t  *other;

    if (route->queries.nelts == API_HTTP_QUERIES_MAX) {
        return "a route has at most 32 statements";
    }

    other = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (query->answer && other[i].answer) {
            query->place.word = find_option(cf, "answer");
            return "two statements say \"answer\": keep one";
        }

        if (query->as.len != 0 && api_str_equal(&query->as, &other[i].as)) {
            query->place.word = find_option(cf, "as=");
            return "two statements have the same \"as=\": rename one";
        }
    }

    return NULL;
}


/* which word behind the statement it is; 0: none */

static ngx_uint_t
find_option(ngx_conf_t *cf, const char *option)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = API_CONF_SQL_WORD + 1; i < cf->args->nelts; i++) {
        if (ngx_strncmp(value[i].data, option, ngx_strlen(option)) == 0) {
            return i;
        }
    }

    return 0;
}


ngx_int_t
api_conf_query_statement(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_query_t *query, const ngx_str_t *word)
{
    ngx_int_t         rc;
    ngx_str_t         source, file;
    ngx_uint_t        line, column;
    api_sql_fault_t   fault;
    api_conf_point_t  point, end;
    const api_place_t  *from;

    if (is_file(word)) {

        if (read_file(cf, query, word, &source) != NGX_OK) {
            return NGX_ERROR;
        }

        file = query->sql.file;
        line = 1;
        column = 1;

    } else {
        source = *word;
        file = query->place.file;
        line = query->place.line;
        column = 0;

        from = (query->aside || query->shared) ? NULL : &route->place;

        if (api_conf_place_find(from, &query->place, api_conf_sql_word(query),
                                word, 0, cf->log, &point)
            == NGX_OK)
        {
            line = point.line;

            /* a word without escapes is as long in the file as here */

            if (api_conf_place_find(from, &query->place,
                                    api_conf_sql_word(query), word, word->len,
                                    cf->log, &end)
                == NGX_OK
                && end.offset - point.offset == word->len)
            {
                column = point.column;
            }
        }
    }

    rc = api_sql_statement_parse(cf->pool, &source, &query->sql, &fault);

    if (rc == NGX_OK
        && api_sql_target_find(cf->pool, &query->sql, 0, &query->targets)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    query->sql.source = source;
    query->sql.file = file;
    query->sql.line = line;
    query->sql.column = column;

    if (rc == NGX_DECLINED) {
        api_conf_query_fault(cf, route, query, fault.offset, fault.why,
                             NULL);

    } else if (rc == NGX_OK && is_bare_word(word)) {
        api_conf_query_fault(cf, route, query, 0,
                             "this is neither a statement nor the name "
                             "of a file that ends in .sql: put the "
                             "statement in quotes", NULL);
        rc = NGX_DECLINED;
    }

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
read_file(ngx_conf_t *cf, api_http_query_t *query, const ngx_str_t *word,
    ngx_str_t *source)
{
    query->from_file = 1;
    query->sql.file = *word;

    if (api_conf_file(cf, api_conf_sql_word(query), &query->sql.file,
                      API_HTTP_SQL_MAX, source)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* a byte order mark is no SQL */

    if (source->len >= 3
        && ngx_memcmp(source->data, "\xef\xbb\xbf", 3) == 0)
    {
        source->data += 3;
        source->len -= 3;
    }

    return NGX_OK;
}


static ngx_uint_t
is_file(const ngx_str_t *word)
{
    size_t  i;

    if (word->len < 5
        || ngx_memcmp(word->data + word->len - 4, ".sql", 4) != 0)
    {
        return 0;
    }

    for (i = 0; i < word->len; i++) {
        if (word->data[i] <= ' ') {
            return 0;
        }
    }

    return 1;
}


/* "SELECT" of a statement without quotes, or a file of another kind */

static ngx_uint_t
is_bare_word(const ngx_str_t *word)
{
    size_t  i;
    u_char  ch;

    if (is_file(word)) {
        return 0;
    }

    for (i = 0; i < word->len; i++) {

        ch = word->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9')
              || ch == '_' || ch == '.' || ch == '/' || ch == '-'))
        {
            return 0;
        }
    }

    return 1;
}
