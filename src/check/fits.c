
#include "check/fits.h"
#include "core/buf.h"
#include "sql/lexer.h"

#include <libpq-fe.h>


/* the columns of rules_sql */
enum {
    FITS_NAME = 0,
    FITS_RULE,
    FITS_COLUMN,
    FITS_QUOTED,
    FITS_TYPE
};


static ngx_int_t fits_target(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const api_sql_target_t *target,
    const ngx_str_t *text);
static ngx_int_t fits_rule(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const api_sql_target_t *target,
    const ngx_str_t *text, const PGresult *rules, int row);
static ngx_int_t fits_ask(api_check_t *check, api_check_session_t *s,
    const ngx_str_t *type, const ngx_str_t *text, const PGresult *rules,
    int row, ngx_uint_t *refused);
static ngx_int_t fits_copy(ngx_pool_t *pool, const char *value,
    ngx_str_t *out);


/* of catalog/pg_trigger.h */
#define FITS_INSERT  "4"
#define FITS_UPDATE  "16"
#define FITS_ANY     "28"

/* a function that is not PostgreSQL's own is one that is depended on; 2 is
   TRIGGER_TYPE_BEFORE */

static const char  rules_sql[] =
    "SELECT k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid),"
    " a.attname, pg_catalog.quote_ident(a.attname),"
    " pg_catalog.format_type(a.atttypid, a.atttypmod)"
    " FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
    " AND k.contype = 'c' AND pg_catalog.cardinality(k.conkey) = 1"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " AND a.attnum = k.conkey[1]"
    " WHERE c.oid = pg_catalog.to_regclass($1)"
    " AND c.relkind IN ('r', 'p') AND NOT c.relhasrules"
    " AND a.attname = $2"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g"
    " WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 2 = 2"
    " AND g.tgtype & $3::pg_catalog.int4 <> 0"
    " AND (g.tgrelid = c.oid OR g.tgrelid IN (SELECT p.relid"
    " FROM pg_catalog.pg_partition_tree(c.oid) p)))"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass"
    " AND d.objid = k.oid"
    " AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)"
    " ORDER BY 1";


ngx_int_t
api_check_fits(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n, const ngx_str_t *text)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    rc = NGX_OK;
    target = statement->targets->elts;

    for (i = 0; i < statement->targets->nelts && rc == NGX_OK; i++) {
        if (target[i].param == n && target[i].how == API_SQL_ITEM_PLAIN
            && !target[i].perhaps)
        {
            rc = fits_target(check, s, statement, &target[i], text);
        }
    }

    return rc;
}


static ngx_int_t
fits_target(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const api_sql_target_t *target,
    const ngx_str_t *text)
{
    int                      row;
    PGresult                *rules;
    ngx_int_t                rc;
    const char              *params[3];
    const ngx_str_t         *source;
    const api_sql_column_t  *column;

    column = api_sql_columns_find(&check->columns, &target->table,
                                  &target->column, target->position);

    if (column == NULL) {
        return NGX_OK;
    }

    params[0] = (const char *) column->table.data;
    params[1] = (const char *) column->name.data;

    source = &statement->sql->source;

    params[2] = api_sql_lexer_begins(source, "INSERT") ? FITS_INSERT
                : api_sql_lexer_begins(source, "UPDATE") ? FITS_UPDATE
                : FITS_ANY;

    rules = api_check_session_query(s, rules_sql, 3, params, s->timeout);

    if (rules == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (row = 0; row < PQntuples(rules) && rc == NGX_OK; row++) {
        rc = fits_rule(check, s, statement, target, text, rules, row);
    }

    PQclear(rules);

    return rc;
}


static ngx_int_t
fits_rule(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const api_sql_target_t *target,
    const ngx_str_t *text, const PGresult *rules, int row)
{
    ngx_int_t                  rc;
    ngx_uint_t                 refused;
    api_check_unfit_t         *unfit;
    const api_sql_inferred_t  *type;

    type = api_check_type(check, statement->oids[target->param]);

    if (type == NULL) {
        return NGX_OK;
    }

    rc = fits_ask(check, s, &type->name, text, rules, row, &refused);

    if (rc != NGX_OK || !refused) {
        return rc;
    }

    if (statement->unfit == NULL) {
        statement->unfit = ngx_array_create(check->pool, 1,
                                            sizeof(api_check_unfit_t));
        if (statement->unfit == NULL) {
            return NGX_ERROR;
        }
    }

    unfit = ngx_array_push(statement->unfit);
    if (unfit == NULL) {
        return NGX_ERROR;
    }

    unfit->param = target->param;

    if (fits_copy(check->pool, PQgetvalue(rules, row, FITS_RULE), &unfit->why)
        != NGX_OK
        || fits_copy(check->pool, PQgetvalue(rules, row, FITS_NAME),
                     &unfit->constraint)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return fits_copy(check->pool, PQgetvalue(rules, row, FITS_COLUMN),
                     &unfit->column);
}


/* the expression says the column's name, which is the value's here */

static ngx_int_t
fits_ask(api_check_t *check, api_check_session_t *s, const ngx_str_t *type,
    const ngx_str_t *text, const PGresult *rules, int row,
    ngx_uint_t *refused)
{
    char        *p, *name, *column_type;
    PGresult    *res;
    api_buf_t    b;
    ngx_str_t    sql;
    const char  *params[1];

    p = PQgetvalue(rules, row, FITS_RULE);
    name = PQgetvalue(rules, row, FITS_QUOTED);
    column_type = PQgetvalue(rules, row, FITS_TYPE);

    if (api_buf_init(&b, check->pool, 256, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&b, "SELECT (");
    api_buf_add(&b, p, ngx_strlen(p));
    api_buf_add_literal(&b, ") IS FALSE FROM (SELECT $1::");
    api_buf_add_str(&b, type);
    api_buf_add_literal(&b, "::");
    api_buf_add(&b, column_type, ngx_strlen(column_type));
    api_buf_add_literal(&b, " AS ");
    api_buf_add(&b, name, ngx_strlen(name));
    api_buf_add_literal(&b, ") api");

    if (api_buf_string(&b, &sql) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) text->data;
    *refused = 0;

    res = api_check_session_query(s, (const char *) sql.data, 1, params,
                                  s->timeout);

    if (res != NULL) {
        *refused = PQntuples(res) == 1 && *PQgetvalue(res, 0, 0) == 't';
        PQclear(res);
        return NGX_OK;
    }

    if (s->lost) {
        return NGX_DECLINED;
    }

    /* what else may be wrong is told when a request meets it */

    res = api_check_session_query(s, "ROLLBACK TO SAVEPOINT api_check", 0,
                                  NULL, s->timeout);
    PQclear(res);

    return res != NULL ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
fits_copy(ngx_pool_t *pool, const char *value, ngx_str_t *out)
{
    out->len = ngx_strlen(value);
    out->data = ngx_pnalloc(pool, out->len + 1);

    if (out->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(out->data, value, out->len + 1);

    return NGX_OK;
}
