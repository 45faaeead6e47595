
#include "conf/rows.h"
#include "conf/check.h"
#include "conf/fault.h"
#include "conf/place.h"
#include "check/check.h"
#include "http/source.h"
#include "sql/inferred.h"
#include "sql/oid.h"


static const api_check_column_t *find_column(
    const api_check_statement_t *statement, const ngx_str_t *name);
static ngx_int_t check_type(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t n, const api_check_t *check,
    unsigned from_oid, unsigned to_oid);
static ngx_int_t check_read(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_reader_t *reader, const api_http_read_t *read,
    const api_check_t *check, const api_check_statement_t *statement);
static const char *why_unwanted(api_http_want_e want,
    const api_sql_inferred_t *type);


api_http_query_t *
api_conf_rows_as(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t         i;
    api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        if (query[i].as.len != 0 && api_str_equal(&query[i].as, name)) {
            return &query[i];
        }
    }

    return NULL;
}


/* what a column is in the answer it is for a later statement */

void
api_conf_rows_described(const api_check_statement_t *statement)
{
    ngx_uint_t                 i, n, index;
    api_http_query_t          *query;
    api_sql_param_t           *param;
    api_sql_inferred_t         type[2];
    const api_conf_asked_t    *asked;
    const api_check_column_t  *column;

    asked = statement->data;
    query = asked->route->queries.elts;
    index = (ngx_uint_t) (asked->query - query);

    for (i = index + 1; i < asked->route->queries.nelts; i++) {

        param = query[i].sql.params.elts;

        for (n = 0; n < query[i].sql.params.nelts; n++) {

            if (query[i].binds[n].source != &api_http_source_row
                || query[i].binds[n].index != index)
            {
                continue;
            }

            column = find_column(statement, &query[i].binds[n].member);

            /* a user's own type has another number tomorrow; of record and
               cstring there are no values */

            if (column != NULL && column->oid != API_SQL_OID_record
                && column->oid != API_SQL_OID_cstring
                && api_sql_inferred_builtin(column->oid, type))
            {
                param[n].declared = column->oid;
            }
        }
    }
}


void
api_conf_rows_late(const api_check_t *check)
{
    ngx_uint_t               i, n, index;
    api_sql_param_t         *param;
    const api_http_bind_t   *bind;
    const api_conf_asked_t  *asked;

    for (i = 0; i < check->nstatements; i++) {

        asked = check->statements[i].data;
        param = asked->query->sql.params.elts;
        index = (ngx_uint_t) (asked->query
                              - (api_http_query_t *)
                                asked->route->queries.elts);

        for (n = 0; n < asked->query->sql.params.nelts; n++) {

            bind = &asked->query->binds[n];

            /* a route's statements stand one behind the other */

            if (bind->source == &api_http_source_row) {
                param[n].member = bind->member;
                param[n].earlier = i - (index - bind->index) + 1;
            }
        }
    }
}


/* $user.name: has the earlier statement such a column? */

ngx_int_t
api_conf_rows(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t n, const api_check_t *check,
    const api_check_statement_t *statement)
{
    ngx_uint_t                    index;
    const api_sql_param_t        *param;
    const api_http_bind_t        *bind;
    const api_http_query_t       *queries;
    const api_check_column_t     *column;
    const api_check_statement_t  *earlier;

    bind = &query->binds[n];

    if (bind->source != &api_http_source_row) {
        return NGX_OK;
    }

    /* a route's statements stand one behind the other */

    queries = route->queries.elts;
    index = (ngx_uint_t) (query - queries);
    earlier = statement - (index - bind->index);

    if (!earlier->prepared) {
        return NGX_OK;
    }

    column = find_column(earlier, &bind->member);

    if (column != NULL) {
        return check_type(cf, route, query, n, check, column->oid,
                          statement->oids[n]);
    }

    param = query->sql.params.elts;
    param += n;

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   param->offset,
                   "\"$%V\" is unknown: the statement that says "
                   "\"as=%V\" (%V:%ui) has no column \"%V\"",
                   &param->name, &queries[bind->index].as,
                   &queries[bind->index].place.file,
                   queries[bind->index].place.line, &bind->member);

    return NGX_DECLINED;
}


static const api_check_column_t *
find_column(const api_check_statement_t *statement, const ngx_str_t *name)
{
    ngx_uint_t                 i;
    const api_check_column_t  *column;

    column = statement->columns.elts;

    for (i = 0; i < statement->columns.nelts; i++) {
        if (api_str_equal(&column[i].name, name)) {
            return &column[i];
        }
    }

    return NULL;
}


/* PostgreSQL's own text of the one is read as the other */

static ngx_int_t
check_type(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t n, const api_check_t *check,
    unsigned from_oid, unsigned to_oid)
{
    const api_sql_param_t     *param;
    const api_sql_inferred_t  *from, *to;

    from = api_check_type(check, from_oid);
    to = api_check_type(check, to_oid);

    if (from == NULL || to == NULL || !api_sql_inferred_never(from, to)) {
        return NGX_OK;
    }

    param = query->sql.params.elts;
    param += n;

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   param->offset,
                   "\"$%V\" is a column of type %V, but the statement "
                   "takes %V there: take another column, or cast the "
                   "other side", &param->name, &from->name, &to->name);

    return NGX_DECLINED;
}


ngx_int_t
api_conf_rows_read(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n, index;
    const api_http_read_t   *read;
    api_http_reader_t      **reader;

    rc = NGX_OK;

    if (route->readers == NULL) {
        return NGX_OK;
    }

    reader = route->readers->elts;
    index = (ngx_uint_t) (query
                          - (const api_http_query_t *) route->queries.elts);

    for (i = 0; i < route->readers->nelts; i++) {

        read = reader[i]->reads.elts;

        for (n = 0; n < reader[i]->reads.nelts; n++) {

            if (read[n].bind.source == &api_http_source_row
                && read[n].bind.index == index
                && check_read(cf, route, reader[i], &read[n], check, statement)
                   != NGX_OK)
            {
                rc = NGX_DECLINED;
            }
        }
    }

    return rc;
}


static ngx_int_t
check_read(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_reader_t *reader, const api_http_read_t *read,
    const api_check_t *check, const api_check_statement_t *statement)
{
    const char                *why;
    const api_sql_inferred_t  *type;
    const api_check_column_t  *column;

    if (read->bind.whole) {
        return NGX_OK;
    }

    column = find_column(statement, &read->bind.member);

    if (column == NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &read->place,
                     "%s of \"%V\": \"$%V\" is unknown: the statement that "
                     "it names returns no column \"%V\"", reader->what,
                     &route->name, &read->param.name, &read->bind.member);
        return NGX_DECLINED;
    }

    type = api_check_type(check, column->oid);
    why = (type != NULL) ? why_unwanted(reader->want, type) : NULL;

    if (why == NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &read->place,
                 "%s of \"%V\": \"$%V\" is a column of type %V, and %s",
                 reader->what, &route->name, &read->param.name, &type->name,
                 why);

    return NGX_DECLINED;
}


static const char *
why_unwanted(api_http_want_e want, const api_sql_inferred_t *type)
{
    while (type->domain && type->referred != NULL) {
        type = type->referred;
    }

    switch (want) {

    case API_HTTP_WANT_BOOL:
        return type->oid == API_SQL_OID_bool
               ? NULL : "must be boolean: let the statement compare, as "
                        "author = $jwt.sub::int AS mine";

    case API_HTTP_WANT_INT:
        return (type->oid == API_SQL_OID_int2 || type->oid == API_SQL_OID_int4
                || type->oid == API_SQL_OID_int8)
               ? NULL : "must be an integer, or boolean with two statuses and "
                        "no \"in=\"";

    case API_HTTP_WANT_BYTES:
        return (type->oid == API_SQL_OID_bytea || type->category == 'S')
               ? NULL : "must be bytea or text: cast it in the statement";

    default:
        return NULL;
    }
}
