
#include "conf/statements.h"


ngx_int_t
api_conf_statements_add(ngx_conf_t *cf, api_db_conf_t *db,
    const api_sql_statement_t *sql, const ngx_str_t *role, ngx_uint_t *id)
{
    ngx_str_t                   *name;
    const api_sql_statement_t  **slot;

    if (db->statements == NULL) {
        db->statements = ngx_array_create(cf->pool, 16, sizeof(void *));
        db->roles = ngx_array_create(cf->pool, 16, sizeof(ngx_str_t));

        if (db->statements == NULL || db->roles == NULL) {
            return NGX_ERROR;
        }
    }

    slot = ngx_array_push(db->statements);
    name = ngx_array_push(db->roles);

    if (slot == NULL || name == NULL) {
        return NGX_ERROR;
    }

    *slot = sql;
    *id = db->nstatements++;

    if (role != NULL) {
        *name = *role;

    } else {
        ngx_str_null(name);
    }

    return NGX_OK;
}
