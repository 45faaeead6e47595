
#include "check/names.h"
#include "core/near.h"
#include "sql/bind.h"

#include <libpq-fe.h>


static ngx_int_t names_keep(api_check_t *check, api_check_name_t *name,
    const PGresult *res);


/*
 * The names that errors can have for a constraint: constraints of tables and
 * domains, and unique indexes.  A function may raise an error with any name:
 * functions that mention one of ours count, too.  The second column is which
 * of ours is meant; without it, it is a name that one of ours may resemble.
 */

static const char  names_sql[] =
    "WITH w AS (SELECT DISTINCT n FROM pg_catalog.unnest($1::text[]) n),"
    " c AS (SELECT conname::text AS name FROM pg_catalog.pg_constraint"
    " UNION SELECT r.relname::text FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid"
    " WHERE i.indisunique OR i.indisexclusion)"
    " SELECT w.n, w.n FROM w JOIN c ON c.name = w.n"
    " UNION ALL SELECT w.n, w.n FROM w WHERE EXISTS (SELECT FROM"
    " pg_catalog.pg_proc p WHERE p.pronamespace <>"
    " 'pg_catalog'::pg_catalog.regnamespace"
    " AND pg_catalog.strpos(p.prosrc, w.n) > 0)"
    " UNION ALL (SELECT DISTINCT c.name, NULL FROM w JOIN c"
    " ON pg_catalog.abs(pg_catalog.length(c.name)"
    " - pg_catalog.length(w.n)) <= 2 ORDER BY 1)";


ngx_int_t
api_check_names(api_check_t *check, api_check_session_t *s)
{
    PGresult          *res;
    ngx_int_t          rc;
    ngx_str_t          list;
    ngx_uint_t         i;
    const char        *params[1];
    api_check_name_t  *name;

    if (check->names == NULL || check->names->nelts == 0) {
        check->named = 1;
        return NGX_OK;
    }

    if (api_sql_bind_texts(check->pool, check->names, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, names_sql, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;
    name = check->names->elts;

    for (i = 0; i < check->names->nelts && rc == NGX_OK; i++) {
        rc = names_keep(check, &name[i], res);
    }

    PQclear(res);

    check->named = 1;

    return rc;
}


static ngx_int_t
names_keep(api_check_t *check, api_check_name_t *name,
    const PGresult *res)
{
    int        row;
    ngx_str_t  found;

    for (row = 0; row < PQntuples(res); row++) {

        found.data = (u_char *) PQgetvalue(res, row, 0);
        found.len = ngx_strlen(found.data);

        if (!PQgetisnull(res, row, 1)) {

            if (api_str_equal(&found, &name->name)) {
                name->known = 1;
                return NGX_OK;
            }

            continue;
        }

        if (name->near.len == 0 && api_near(&name->name, &found)) {

            name->near.len = found.len;
            name->near.data = ngx_pstrdup(check->pool, &found);
            if (name->near.data == NULL) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}
