
#include "check/migrate_table.h"
#include "check/migrate_lock.h"

#include <libpq-fe.h>


#define TABLE_SQL  1024       /* bytes of a statement with the table's name */


typedef struct {
    const char  *name;
    const char  *create;
    const char  *read;         /* %s: the table */
    const char  *record;
    const char  *unread;       /* what went wrong */
    const char  *unmade;
} table_kind_t;


static PGresult *table_query(const api_check_migrate_t *m,
    api_check_session_t *s,
    const char *sql, int nparams, const char *const *params);


static const table_kind_t  table_kinds[API_CHECK_MIGRATE_KINDS] = {

    { "_sqlx_migrations",

      "CREATE TABLE IF NOT EXISTS _sqlx_migrations ("
      " version BIGINT PRIMARY KEY,"
      " description TEXT NOT NULL,"
      " installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),"
      " success BOOLEAN NOT NULL,"
      " checksum BYTEA NOT NULL,"
      " execution_time BIGINT NOT NULL)",

      "SELECT version, description, success,"
      " pg_catalog.encode(checksum, 'hex') FROM %s ORDER BY version%Z",

      "INSERT INTO %s (description, checksum, execution_time, version,"
      " success) VALUES ($1, $2, $3, $4, TRUE)%Z",

      "_sqlx_migrations cannot be read",
      "_sqlx_migrations cannot be made" },

    { "_api_repeatable",

      "CREATE TABLE IF NOT EXISTS _api_repeatable ("
      " name TEXT PRIMARY KEY,"
      " checksum BYTEA NOT NULL,"
      " applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),"
      " execution_time BIGINT NOT NULL)",

      "SELECT name, pg_catalog.encode(checksum, 'hex') FROM %s"
      " ORDER BY pg_catalog.convert_to(name, 'UTF8')%Z",

      "INSERT INTO %s AS r (name, checksum, execution_time)"
      " VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE"
      " SET checksum = excluded.checksum, applied_at = excluded.applied_at,"
      " execution_time = excluded.execution_time%Z",

      "_api_repeatable cannot be read",
      "_api_repeatable cannot be made" }
};


ngx_int_t
api_check_migrate_table_find(const api_check_migrate_t *m,
    api_check_session_t *s,
    api_check_migrate_kind_e kind, ngx_pool_t *pool, char **table)
{
    size_t       len;
    PGresult    *res;
    const char  *params[1];

    /* with its schema, since a migration may change the search_path */

    static const char  sql[] =
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)"
        " FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.oid = pg_catalog.to_regclass($1)";

    *table = NULL;
    params[0] = table_kinds[kind].name;

    res = table_query(m, s, sql, 1, params);

    if (res == NULL) {
        return api_check_migrate_failed(m, s, table_kinds[kind].unread);
    }

    if (PQntuples(res) == 1) {
        len = (size_t) PQgetlength(res, 0, 0) + 1;

        *table = ngx_pnalloc(pool, len);

        if (*table == NULL) {
            PQclear(res);
            return NGX_ERROR;
        }

        ngx_memcpy(*table, PQgetvalue(res, 0, 0), len);
    }

    PQclear(res);

    return NGX_OK;
}


ngx_int_t
api_check_migrate_table_make(const api_check_migrate_t *m,
    api_check_session_t *s,
    api_check_migrate_kind_e kind, ngx_pool_t *pool, char **table)
{
    PGresult   *res;
    ngx_int_t   rc;

    res = table_query(m, s, table_kinds[kind].create, 0, NULL);

    if (res == NULL) {
        return api_check_migrate_failed(m, s, table_kinds[kind].unmade);
    }

    PQclear(res);

    rc = api_check_migrate_table_find(m, s, kind, pool, table);

    if (rc == NGX_OK && *table == NULL) {
        ngx_log_error(NGX_LOG_EMERG, s->log, 0, "api_postgres \"%V\":"
                      " %s is not in the role's search_path", &m->database,
                      table_kinds[kind].name);
        return NGX_ERROR;
    }

    return rc;
}


ngx_int_t
api_check_migrate_table_read(const api_check_migrate_t *m,
    api_check_session_t *s,
    api_check_migrate_kind_e kind, const char *table, PGresult **rows)
{
    u_char  sql[TABLE_SQL];

    (void) ngx_snprintf(sql, sizeof(sql), table_kinds[kind].read, table);

    *rows = table_query(m, s, (const char *) sql, 0, NULL);

    return *rows == NULL
           ? api_check_migrate_failed(m, s, table_kinds[kind].unread) : NGX_OK;
}


/* execution_time does not include the commit; SQLx updates it afterwards */

ngx_int_t
api_check_migrate_table_record(api_check_session_t *s, const char *table,
    const api_check_migrate_file_t *file, uint64_t took)
{
    u_char                   *p, sql[TABLE_SQL];
    u_char                    version[NGX_INT64_LEN + 1];
    u_char                    time[NGX_INT64_LEN + 1];
    u_char                    checksum[API_CHECK_MIGRATE_CHECKSUM * 2 + 3];
    PGresult                 *res;
    const char               *params[4];
    api_check_migrate_kind_e  kind;

    kind = file->repeatable ? API_CHECK_MIGRATE_REPEATED
                            : API_CHECK_MIGRATE_NUMBERED;

    (void) ngx_snprintf(sql, sizeof(sql), table_kinds[kind].record, table);
    (void) ngx_sprintf(time, "%uL%Z", took);
    (void) ngx_sprintf(version, "%L%Z", file->version);

    p = ngx_cpymem(checksum, "\\x", 2);
    p = ngx_hex_dump(p, (u_char *) (uintptr_t) file->checksum,
                     API_CHECK_MIGRATE_CHECKSUM);
    *p = '\0';

    params[0] = (const char *) file->description.data;
    params[1] = (const char *) checksum;
    params[2] = (const char *) time;
    params[3] = (const char *) version;

    res = api_check_session_query(s, (const char *) sql,
                                  file->repeatable ? 3 : 4, params, 0);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}


static PGresult *
table_query(const api_check_migrate_t *m, api_check_session_t *s,
    const char *sql, int nparams, const char *const *params)
{
    return  api_check_session_query(s, sql, nparams, params,
                                    m->connect_timeout);
}
