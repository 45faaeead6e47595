
#include "db/migrate.h"
#include "db/migrate_apply.h"
#include "db/migrate_files.h"
#include "db/migrate_lock.h"
#include "sql/script.h"
#include "sql/statement.h"

#include <libpq-fe.h>


typedef struct {
    const api_db_migrate_t  *m;
    api_db_session_t        *s;
    ngx_pool_t              *pool;
    ngx_array_t              files;     /* of api_db_migrate_file_t */
    char                    *table;     /* with its schema; NULL: there is
                                           none yet */
} migrate_t;


static ngx_int_t migrate_load(const api_db_migrate_t *m, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files);
static ngx_int_t migrate_open(const api_db_migrate_t *m, api_db_session_t *s,
    ngx_log_t *log);
static ngx_int_t migrate_all(migrate_t *mg);
static ngx_int_t migrate_pending(migrate_t *mg, ngx_array_t *pending);
static void migrate_drop(migrate_t *mg, ngx_array_t *pending);
static ngx_int_t migrate_find_table(migrate_t *mg);
static ngx_int_t migrate_create_table(migrate_t *mg);
static ngx_int_t migrate_compare(migrate_t *mg, const PGresult *rows,
    ngx_array_t *pending);
static ngx_int_t migrate_same(migrate_t *mg, const PGresult *rows, int row,
    const api_db_migrate_file_t *file);
static ngx_int_t migrate_look(migrate_t *mg, api_db_migrate_file_t *file,
    ngx_array_t *pending);
static ngx_int_t migrate_failed(migrate_t *mg, const char *what);
static PGresult *migrate_query(migrate_t *mg, const char *sql, int nparams,
    const char *const *params);


static const char  migrate_table_sql[] =
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)"
    " FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.oid = pg_catalog.to_regclass('_sqlx_migrations')";

/* exactly as SQLx makes it */

static const char  migrate_create_sql[] =
    "CREATE TABLE IF NOT EXISTS _sqlx_migrations ("
    " version BIGINT PRIMARY KEY,"
    " description TEXT NOT NULL,"
    " installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),"
    " success BOOLEAN NOT NULL,"
    " checksum BYTEA NOT NULL,"
    " execution_time BIGINT NOT NULL)";


ngx_int_t
api_db_migrate_check(const api_db_migrate_t *m, ngx_pool_t *pool,
    ngx_log_t *log)
{
    ngx_array_t  files;

    return migrate_load(m, pool, log, &files);
}


ngx_int_t
api_db_migrate_run(const api_db_migrate_t *m, ngx_pool_t *pool, ngx_log_t *log)
{
    migrate_t         mg;
    ngx_int_t         rc;
    ngx_array_t       pending;
    api_db_session_t  s;

    ngx_memzero(&mg, sizeof(migrate_t));

    mg.m = m;
    mg.s = &s;
    mg.pool = pool;

    if (migrate_load(m, pool, log, &mg.files) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = migrate_open(m, &s, log);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = migrate_pending(&mg, &pending);

    if (rc == NGX_OK) {
        migrate_drop(&mg, &pending);

        if (pending.nelts) {
            rc = migrate_all(&mg);
        }
    }

    api_db_session_close(&s);

    return rc;
}


ngx_int_t
api_db_migrate_pending(const api_db_migrate_t *m, api_db_session_t *s,
    ngx_pool_t *pool, ngx_array_t *pending)
{
    migrate_t  mg;

    ngx_memzero(&mg, sizeof(migrate_t));

    mg.m = m;
    mg.s = s;
    mg.pool = pool;

    if (migrate_load(m, pool, s->log, &mg.files) != NGX_OK) {
        return NGX_ERROR;
    }

    return migrate_pending(&mg, pending);
}


/* the folder, each file read once; only their checksums are kept */

static ngx_int_t
migrate_load(const api_db_migrate_t *m, ngx_pool_t *pool, ngx_log_t *log,
    ngx_array_t *files)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    api_db_migrate_file_t  *file;

    rc = api_db_migrate_files_list(&m->dir, pool, log, files);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    file = files->elts;

    for (i = 0; i < files->nelts; i++) {

        if (api_db_migrate_files_read(&file[i], pool, log) != NGX_OK) {
            rc = NGX_ERROR;
        }

        api_db_migrate_files_drop(&file[i], pool);
    }

    return rc;
}


static ngx_int_t
migrate_open(const api_db_migrate_t *m, api_db_session_t *s, ngx_log_t *log)
{
    ngx_int_t  rc;

    ngx_memzero(s, sizeof(api_db_session_t));

    s->keywords = m->keywords;
    s->values = m->values;
    s->application = "nginx api migrations";
    s->timeout = m->connect_timeout;
    s->log = log;
    s->pooled = m->pooled;

    rc = api_db_session_open(s);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_WARN, log, 0, "api_postgres \"%V\": %V is out of"
                      " reach (%V): migrations of \"%V\" were not applied",
                      &m->database, &s->place, &s->why, &m->dir);

    } else if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "api_postgres \"%V\": %V refuses"
                      " the connection for migrations: %V",
                      &m->database, &s->place, &s->why);
    }

    return rc;
}


static ngx_int_t
migrate_all(migrate_t *mg)
{
    char                     lock[API_DB_MIGRATE_LOCK];
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_array_t              pending;
    api_db_migrate_file_t  **file;

    rc = api_db_migrate_lock(mg->m, mg->s, lock);
    if (rc != NGX_OK) {
        return rc;
    }

    /* again: another server may have applied them meanwhile */

    rc = migrate_pending(mg, &pending);

    if (rc == NGX_OK && pending.nelts && mg->table == NULL) {
        rc = migrate_create_table(mg);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    file = pending.elts;

    for (i = 0; i < pending.nelts && rc == NGX_OK; i++) {
        rc = api_db_migrate_apply(mg->s, mg->table, file[i]);
        api_db_migrate_files_drop(file[i], mg->pool);
    }

    migrate_drop(mg, &pending);

    api_db_migrate_unlock(mg->m, mg->s, lock);

    return rc;
}


static ngx_int_t
migrate_pending(migrate_t *mg, ngx_array_t *pending)
{
    u_char     *sql;
    size_t      len;
    ngx_int_t   rc;
    PGresult   *rows;

    static const char  form[] = "SELECT version, description, success,"
        " pg_catalog.encode(checksum, 'hex') FROM %s ORDER BY version%Z";

    if (ngx_array_init(pending, mg->pool, 8, sizeof(api_db_migrate_file_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = migrate_find_table(mg);
    if (rc != NGX_OK) {
        return rc;
    }

    if (mg->table == NULL) {
        return migrate_compare(mg, NULL, pending);
    }

    len = sizeof(form) + ngx_strlen(mg->table);

    sql = ngx_pnalloc(mg->pool, len);
    if (sql == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_snprintf(sql, len, form, mg->table);

    rows = migrate_query(mg, (const char *) sql, 0, NULL);

    if (rows == NULL) {
        return migrate_failed(mg, "_sqlx_migrations cannot be read");
    }

    rc = migrate_compare(mg, rows, pending);

    PQclear(rows);

    return rc;
}


static void
migrate_drop(migrate_t *mg, ngx_array_t *pending)
{
    ngx_uint_t               i;
    api_db_migrate_file_t  **file;

    file = pending->elts;

    for (i = 0; i < pending->nelts; i++) {
        api_db_migrate_files_drop(file[i], mg->pool);
    }
}


/*
 * With its schema: a migration may change the search_path.  Looked for before
 * it is made, which a standby or a role without the right would not allow.
 */

static ngx_int_t
migrate_find_table(migrate_t *mg)
{
    PGresult  *res;

    res = migrate_query(mg, migrate_table_sql, 0, NULL);

    if (res == NULL) {
        return migrate_failed(mg, "_sqlx_migrations cannot be looked for");
    }

    mg->table = NULL;

    if (PQntuples(res) == 1) {
        mg->table = ngx_pnalloc(mg->pool, (size_t) PQgetlength(res, 0, 0) + 1);

        if (mg->table == NULL) {
            PQclear(res);
            return NGX_ERROR;
        }

        ngx_memcpy(mg->table, PQgetvalue(res, 0, 0),
                   (size_t) PQgetlength(res, 0, 0) + 1);
    }

    PQclear(res);

    return NGX_OK;
}


static ngx_int_t
migrate_create_table(migrate_t *mg)
{
    PGresult   *res;
    ngx_int_t   rc;

    res = migrate_query(mg, migrate_create_sql, 0, NULL);

    if (res == NULL) {
        return migrate_failed(mg, "_sqlx_migrations cannot be made");
    }

    PQclear(res);

    rc = migrate_find_table(mg);

    if (rc == NGX_OK && mg->table == NULL) {
        ngx_log_error(NGX_LOG_EMERG, mg->s->log, 0, "api_postgres \"%V\":"
                      " _sqlx_migrations is not in the role's search_path",
                      &mg->m->database);
        return NGX_ERROR;
    }

    return rc;
}


/* both are sorted by version; rows is NULL when there is no table */

static ngx_int_t
migrate_compare(migrate_t *mg, const PGresult *rows, ngx_array_t *pending)
{
    int                     row, nrows;
    int64_t                 version;
    ngx_int_t               rc;
    ngx_uint_t              i;
    api_db_migrate_file_t  *file;

    rc = NGX_OK;
    row = 0;
    nrows = rows ? PQntuples(rows) : 0;

    i = 0;
    file = mg->files.elts;

    while (row < nrows || i < mg->files.nelts) {

        version = (row < nrows) ? strtoll(PQgetvalue(rows, row, 0), NULL, 10)
                                : INT64_MAX;

        if (i < mg->files.nelts
            && (row == nrows || file[i].version < version))
        {
            if (migrate_look(mg, &file[i++], pending) != NGX_OK) {
                rc = NGX_ERROR;
            }

            continue;
        }

        if (i == mg->files.nelts || file[i].version > version) {
            ngx_log_error(NGX_LOG_EMERG, mg->s->log, 0, "api_postgres \"%V\":"
                          " migration %s \"%s\" was applied, but its file is"
                          " missing in \"%V\": put it back",
                          &mg->m->database, PQgetvalue(rows, row, 0),
                          PQgetvalue(rows, row, 1), &mg->m->dir);
            rc = NGX_ERROR;

        } else if (migrate_same(mg, rows, row, &file[i++]) != NGX_OK) {
            rc = NGX_ERROR;
        }

        row++;
    }

    return rc;
}


static ngx_int_t
migrate_same(migrate_t *mg, const PGresult *rows, int row,
    const api_db_migrate_file_t *file)
{
    u_char  hex[API_DB_MIGRATE_CHECKSUM * 2];

    if (*PQgetvalue(rows, row, 2) != 't') {
        ngx_log_error(NGX_LOG_EMERG, mg->s->log, 0, "migration \"%V\" is"
                      " marked as failed in _sqlx_migrations (success is"
                      " false): repair by hand what it left, then delete its"
                      " row", &file->path);
        return NGX_ERROR;
    }

    (void) ngx_hex_dump(hex, (u_char *) (uintptr_t) file->checksum,
                        API_DB_MIGRATE_CHECKSUM);

    if (PQgetlength(rows, row, 3) != (int) sizeof(hex)
        || ngx_memcmp(PQgetvalue(rows, row, 3), hex, sizeof(hex)) != 0)
    {
        ngx_log_error(NGX_LOG_EMERG, mg->s->log, 0, "migration \"%V\" was"
                      " changed after it was applied: put the old text back,"
                      " and the change into a new file", &file->path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* a pending file's text is kept, and must be one that can be applied */

static ngx_int_t
migrate_look(migrate_t *mg, api_db_migrate_file_t *file, ngx_array_t *pending)
{
    ngx_uint_t               line, column;
    api_sql_fault_t          fault;
    api_db_migrate_file_t  **slot;

    if (api_db_migrate_files_read(file, mg->pool, mg->s->log) != NGX_OK) {
        return NGX_ERROR;
    }

    slot = ngx_array_push(pending);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = file;

    if (api_sql_script_check(&file->text, !file->no_transaction, &fault)
        == NGX_OK)
    {
        return NGX_OK;
    }

    api_sql_statement_place(&file->text, fault.offset, &line, &column);

    ngx_log_error(NGX_LOG_EMERG, mg->s->log, 0, "migration \"%V\":%ui:%ui: %s",
                  &file->path, line, column, fault.why);

    return NGX_ERROR;
}


static ngx_int_t
migrate_failed(migrate_t *mg, const char *what)
{
    return api_db_migrate_failed(mg->m, mg->s, what);
}


static PGresult *
migrate_query(migrate_t *mg, const char *sql, int nparams,
    const char *const *params)
{
    return api_db_session_query(mg->s, sql, nparams, params,
                                mg->m->connect_timeout);
}
