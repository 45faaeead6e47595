
#include "check/roles.h"
#include "sql/bind.h"
#include "core/text.h"

#include <libpq-fe.h>


/* the columns of the query */
enum {
    ROLES_SUPERUSER = 0,       /* of the session's user */
    ROLES_KNOWN,
    ROLES_GRANTED,
    ROLES_GRANT,               /* what would help */
    ROLES_SETTINGS,
    ROLES_BEYOND               /* policies: why */
};


static ngx_int_t roles_list(const api_check_t *check, ngx_str_t *list);
static ngx_int_t roles_text(api_check_t *check, const PGresult *res, int row,
    int column, ngx_str_t *out);


/* since PostgreSQL 16 a membership need not let one take the role */

static const char  roles_query[] =
    "SELECT u.rolsuper, r.oid IS NOT NULL,"
    " COALESCE(pg_catalog.pg_has_role(session_user, r.oid,"
    " CASE WHEN pg_catalog.current_setting('server_version_num')::int4"
    " >= 160000 THEN 'SET' ELSE 'MEMBER' END), false),"
    " pg_catalog.format('GRANT %I TO %I', n.name, session_user),"
    " (SELECT pg_catalog.string_agg(DISTINCT"
    " pg_catalog.split_part(c.setting, '=', 1), ', ')"
    " FROM pg_catalog.pg_db_role_setting s"
    " CROSS JOIN pg_catalog.unnest(s.setconfig) AS c(setting)"
    " WHERE s.setrole = r.oid AND s.setdatabase IN (0,"
    " (SELECT d.oid FROM pg_catalog.pg_database d"
    " WHERE d.datname = pg_catalog.current_database()))),"
    " CASE WHEN r.rolsuper THEN 'a superuser'"
    " WHEN r.rolbypassrls THEN 'BYPASSRLS' ELSE '' END"
    " FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS n(name, i)"
    " JOIN pg_catalog.pg_roles u ON u.rolname = session_user"
    " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = n.name"
    " ORDER BY n.i";


ngx_int_t
api_check_roles(api_check_t *check, api_check_session_t *s)
{
    int                row;
    PGresult          *res;
    ngx_int_t          rc;
    ngx_str_t          list;
    ngx_uint_t         i;
    const char        *params[1];
    api_check_role_t  *role;

    if (check->roles == NULL || check->roles->nelts == 0) {
        return NGX_OK;
    }

    if (roles_list(check, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, roles_query, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;
    role = check->roles->elts;

    for (i = 0; i < check->roles->nelts && (int) i < PQntuples(res); i++) {

        row = (int) i;

        check->superuser = (*PQgetvalue(res, row, ROLES_SUPERUSER) == 't');

        role[i].asked = 1;
        role[i].known = (*PQgetvalue(res, row, ROLES_KNOWN) == 't');
        role[i].granted = (*PQgetvalue(res, row, ROLES_GRANTED) == 't');

        if (roles_text(check, res, row, ROLES_GRANT, &role[i].grant) != NGX_OK
            || roles_text(check, res, row, ROLES_SETTINGS, &role[i].settings)
               != NGX_OK
            || roles_text(check, res, row, ROLES_BEYOND, &role[i].beyond)
               != NGX_OK)
        {
            rc = NGX_ERROR;
            break;
        }
    }

    PQclear(res);

    return rc;
}


static ngx_int_t
roles_list(const api_check_t *check, ngx_str_t *list)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    api_value_t       *value, all;
    api_check_role_t  *role;

    value = ngx_pcalloc(check->pool, check->roles->nelts
                                     * sizeof(api_value_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    role = check->roles->elts;

    for (i = 0; i < check->roles->nelts; i++) {
        value[i].text = role[i].name;
    }

    rc = api_sql_bind_list(check->pool, value, check->roles->nelts, &all);

    *list = all.text;

    return rc;
}


static ngx_int_t
roles_text(api_check_t *check, const PGresult *res, int row, int column,
    ngx_str_t *out)
{
    return api_text_copy(check->pool, PQgetvalue(res, row, column),
                         (size_t) PQgetlength(res, row, column), out);
}
