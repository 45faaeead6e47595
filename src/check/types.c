
#include "check/types.h"
#include "core/buf.h"
#include "core/text.h"

#include <libpq-fe.h>


/* FirstNormalObjectId, access/transam.h */
#define TYPES_FIRST_USER  16384

/* domains may be based on domains: a bound, not a limit */
#define TYPES_DOMAINS     64


/* the columns of types_sql */
enum {
    TYPES_OID = 0,
    TYPES_NAME,
    TYPES_CATEGORY,
    TYPES_DOMAIN,
    TYPES_REFERENCE,
    TYPES_STANDS,
    TYPES_LABEL
};


static ngx_int_t types_parts(api_check_t *check, api_check_session_t *s);
static ngx_int_t types_load(api_check_t *check, const PGresult *res);
static ngx_int_t types_label(api_check_t *check, api_sql_inferred_t *type,
    const PGresult *res, int row);
static ngx_int_t types_list(const api_check_t *check, ngx_str_t *list);
static void types_link(api_check_t *check);
static ngx_int_t types_tables(api_check_t *check, api_check_session_t *s);
static ngx_int_t types_scans(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res);
static ngx_int_t types_copy(ngx_pool_t *pool, const char *value,
    ngx_str_t *out);
static unsigned types_oid(const PGresult *res, int row, int column);


/* a row for each type, and for an enum one for each label */

static const char  types_sql[] =
    "WITH RECURSIVE used(oid) AS ("
        "SELECT u FROM pg_catalog.unnest($1::pg_catalog.oid[]) u"
        " UNION"
        " SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype"
               " ELSE t.typelem END"
        " FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid"
        " WHERE t.typtype = 'd' OR t.typcategory = 'A')"
    " SELECT t.oid, pg_catalog.format_type(t.oid, NULL), t.typcategory,"
    " t.typtype = 'd',"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE e.oid END,"
    " CASE WHEN t.typtype = 'd' AND t.typtypmod >= 0"
    " THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,"
    " l.enumlabel"
    " FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid"
    " LEFT JOIN pg_catalog.pg_type e"
    " ON e.oid = t.typelem AND e.typarray = t.oid"
    " LEFT JOIN pg_catalog.pg_enum l ON l.enumtypid = t.oid"
    " ORDER BY t.oid, l.enumsortorder";

static const char  tables_sql[] =
    "SELECT n.nspname || '.' || c.relname, c.reltuples::bigint"
    " FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm') AND c.reltuples > $1::bigint";


ngx_int_t
api_check_types(api_check_t *check, api_check_session_t *s)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    list;
    const char  *params[1];

    if (types_list(check, &list) != NGX_OK
        || ngx_array_init(&check->types, check->pool, 32,
                          sizeof(api_sql_inferred_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, types_sql, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = types_load(check, res);

    PQclear(res);

    if (rc != NGX_OK) {
        return rc;
    }

    types_link(check);

    rc = types_parts(check, s);

    if (rc != NGX_OK) {
        return rc;
    }

    return check->rows ? types_tables(check, s) : NGX_OK;
}


/* only the catalog knows what a type that is not built in is made of */

static ngx_int_t
types_parts(api_check_t *check, api_check_session_t *s)
{
    PGresult                     *res;
    ngx_int_t                     rc;
    ngx_str_t                     list;
    api_buf_t                     b;
    ngx_uint_t                    i, n;
    const char                   *params[1];
    const api_check_statement_t  *st;

    if (api_buf_init(&b, check->pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_char(&b, '{');

    for (i = 0; i < check->nstatements; i++) {
        st = &check->statements[i];

        for (n = 0; st->prepared && n < st->sql->params.nelts; n++) {

            if (st->oids[n] < TYPES_FIRST_USER) {
                continue;
            }

            if (api_buf_len(&b) > 1) {
                api_buf_add_char(&b, ',');
            }

            api_buf_add_uint(&b, st->oids[n]);
        }
    }

    if (api_buf_len(&b) == 1) {
        return NGX_OK;
    }

    api_buf_add_char(&b, '}');

    check->parts = api_sql_types_create(check->keep);

    if (check->parts == NULL || api_buf_string(&b, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, api_sql_types_reached, 1, params,
                                  s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = api_sql_types_load(check->parts, res);

    PQclear(res);

    return rc;
}


const api_sql_type_t *
api_check_parts(const api_check_t *check, unsigned oid)
{
    ngx_uint_t                 i;
    const api_sql_inferred_t  *type;

    /* types in a lock file have no OIDs, but the base of a domain may */

    type = api_check_type(check, oid);

    for (i = 0; check->parts == NULL && type != NULL && type->domain
                && i < TYPES_DOMAINS; i++)
    {
        type = type->referred;
        oid = (type != NULL) ? type->oid : 0;
    }

    if (oid == 0 || (check->parts == NULL && oid >= TYPES_FIRST_USER)) {
        return NULL;
    }

    return api_sql_types_find(check->parts, oid);
}


const api_sql_inferred_t *
api_check_type(const api_check_t *check, unsigned oid)
{
    ngx_uint_t           i;
    api_sql_inferred_t  *type;

    type = check->types.elts;

    for (i = 0; i < check->types.nelts; i++) {
        if (type[i].oid == oid) {
            return &type[i];
        }
    }

    return NULL;
}


/* "{23,25}", with repetitions, which UNION removes */

static ngx_int_t
types_list(const api_check_t *check, ngx_str_t *list)
{
    api_buf_t                     b;
    ngx_uint_t                    i, n;
    const api_check_column_t     *column;
    const api_check_statement_t  *st;

    if (api_buf_init(&b, check->pool, 1024, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    /* as text, so that none needs no special case */

    api_buf_add_literal(&b, "{25");

    for (i = 0; i < check->nstatements; i++) {
        st = &check->statements[i];

        if (!st->prepared) {
            continue;
        }

        for (n = 0; n < st->sql->params.nelts; n++) {
            api_buf_add_char(&b, ',');
            api_buf_add_uint(&b, st->oids[n]);
        }

        column = st->columns.elts;

        for (n = 0; n < st->columns.nelts; n++) {
            api_buf_add_char(&b, ',');
            api_buf_add_uint(&b, column[n].oid);
        }
    }

    api_buf_add_char(&b, '}');

    return api_buf_string(&b, list);
}


static ngx_int_t
types_load(api_check_t *check, const PGresult *res)
{
    int                  row;
    unsigned             oid;
    api_sql_inferred_t  *type;

    type = NULL;

    for (row = 0; row < PQntuples(res); row++) {

        oid = types_oid(res, row, TYPES_OID);

        if (type == NULL || type->oid != oid) {

            type = ngx_array_push(&check->types);
            if (type == NULL) {
                return NGX_ERROR;
            }

            ngx_memzero(type, sizeof(api_sql_inferred_t));

            type->oid = oid;
            type->category = (u_char) *PQgetvalue(res, row, TYPES_CATEGORY);
            type->domain = (*PQgetvalue(res, row, TYPES_DOMAIN) == 't');
            type->reference = types_oid(res, row, TYPES_REFERENCE);

            if (types_copy(check->pool, PQgetvalue(res, row, TYPES_NAME),
                           &type->name)
                != NGX_OK
                || types_copy(check->pool,
                              PQgetvalue(res, row, TYPES_STANDS),
                              &type->stands)
                   != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        if (!PQgetisnull(res, row, TYPES_LABEL)
            && types_label(check, type, res, row) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
types_label(api_check_t *check, api_sql_inferred_t *type,
    const PGresult *res, int row)
{
    ngx_str_t  *label;

    if (type->labels == NULL) {
        type->labels = ngx_array_create(check->pool, 4, sizeof(ngx_str_t));
        if (type->labels == NULL) {
            return NGX_ERROR;
        }
    }

    label = ngx_array_push(type->labels);
    if (label == NULL) {
        return NGX_ERROR;
    }

    return types_copy(check->pool, PQgetvalue(res, row, TYPES_LABEL), label);
}


static void
types_link(api_check_t *check)
{
    ngx_uint_t           i;
    api_sql_inferred_t  *type;

    type = check->types.elts;

    for (i = 0; i < check->types.nelts; i++) {
        type[i].referred = type[i].reference
                           ? api_check_type(check, type[i].reference)
                           : NULL;
    }
}


static ngx_int_t
types_tables(api_check_t *check, api_check_session_t *s)
{
    char         rows[NGX_INT_T_LEN + 1];
    PGresult    *res;
    ngx_int_t    rc;
    ngx_uint_t   i;
    const char  *params[1];

    *ngx_sprintf((u_char *) rows, "%ui", check->rows) = '\0';

    params[0] = rows;

    res = api_check_session_query(s, tables_sql, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {
        if (check->statements[i].scans != NULL) {
            rc = types_scans(check, &check->statements[i], res);
        }
    }

    PQclear(res);

    return rc;
}


static ngx_int_t
types_scans(api_check_t *check, api_check_statement_t *statement,
    const PGresult *res)
{
    int           row;
    u_char       *p;
    ngx_str_t    *scan, name;
    ngx_uint_t    i, n;

    n = 0;
    scan = statement->scans->elts;

    for (i = 0; i < statement->scans->nelts; i++) {

        for (row = 0; row < PQntuples(res); row++) {

            name.data = (u_char *) PQgetvalue(res, row, 0);
            name.len = (size_t) PQgetlength(res, row, 0);

            if (!api_str_equal(&name, &scan[i])) {
                continue;
            }

            p = ngx_pnalloc(check->pool, name.len + NGX_INT64_LEN
                                         + sizeof(" (about  rows)"));
            if (p == NULL) {
                return NGX_ERROR;
            }

            scan[n].data = p;
            scan[n].len = (size_t) (ngx_sprintf(p, "%V (about %s rows)", &name,
                                                PQgetvalue(res, row, 1))
                                    - p);
            n++;
            break;
        }
    }

    statement->scans->nelts = n;

    return NGX_OK;
}


static ngx_int_t
types_copy(ngx_pool_t *pool, const char *value, ngx_str_t *out)
{
    return api_text_copy(pool, value, ngx_strlen(value), out);
}


static unsigned
types_oid(const PGresult *res, int row, int column)
{
    return (unsigned) strtoul(PQgetvalue(res, row, column), NULL, 10);
}
