
#include "check/migrate_plan.h"
#include "check/migrate_fault.h"
#include "check/migrate_fresh.h"
#include "check/migrate_lock.h"
#include "check/migrate_text.h"
#include "sql/script.h"
#include "sql/script_modes.h"

#include <libpq-fe.h>


static ngx_int_t plan_read(api_check_migrate_plan_t *plan, ngx_array_t *files);
static ngx_int_t plan_compare(api_check_migrate_plan_t *plan,
    api_check_migrate_kind_e kind);
static ngx_int_t plan_merge(api_check_migrate_plan_t *plan,
    api_check_migrate_kind_e kind, const PGresult *rows);
static int plan_order(api_check_migrate_kind_e kind,
    const api_check_migrate_file_t *file, const char *row);
static ngx_int_t plan_same(api_check_migrate_plan_t *plan, const PGresult *rows,
    int row, const api_check_migrate_file_t *file);
static ngx_int_t plan_gone(const api_check_migrate_plan_t *plan,
    api_check_migrate_kind_e kind, const PGresult *rows, int row);
static ngx_uint_t plan_unchanged(const PGresult *rows, int row, int column,
    const api_check_migrate_file_t *file);
static ngx_int_t plan_look(api_check_migrate_plan_t *plan,
    api_check_migrate_kind_e kind, api_check_migrate_file_t *file);
static ngx_int_t plan_fresh(api_check_migrate_plan_t *plan);


ngx_int_t
api_check_migrate_plan_load(api_check_migrate_plan_t *plan)
{
    ngx_int_t                   rc;
    ngx_array_t                *numbered, *repeatable;
    const api_check_migrate_t  *m;

    m = plan->m;
    numbered = &plan->files[API_CHECK_MIGRATE_NUMBERED];
    repeatable = &plan->files[API_CHECK_MIGRATE_REPEATED];

    rc = api_check_migrate_files_list(&m->dir, &m->where, plan->pool, plan->log,
                                      numbered);

    if (rc == NGX_OK) {
        rc = api_check_migrate_files_repeatable(&m->dir, &m->where, plan->pool,
                                                plan->log, repeatable);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (numbered->nelts == 0 && repeatable->nelts == 0) {
        ngx_log_error(NGX_LOG_WARN, plan->log, 0, "the folder of migrations"
                      " \"%V\" has none: put a file as 0001_users.sql into it,"
                      " or correct the folder's name%V", &m->dir, &m->where);
    }

    rc = plan_read(plan, numbered);

    if (plan_read(plan, repeatable) != NGX_OK) {
        rc = NGX_ERROR;
    }

    return rc;
}


static ngx_int_t
plan_read(api_check_migrate_plan_t *plan, ngx_array_t *files)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    api_check_migrate_file_t  *file;

    rc = NGX_OK;
    file = files->elts;

    for (i = 0; i < files->nelts; i++) {

        if (api_check_migrate_text_read(&file[i], plan->pool, plan->log)
            != NGX_OK)
        {
            rc = NGX_ERROR;
        }

        api_check_migrate_text_drop(&file[i], plan->pool);
    }

    return rc;
}


ngx_int_t
api_check_migrate_plan_compare(api_check_migrate_plan_t *plan)
{
    ngx_int_t  rc;

    rc = plan_compare(plan, API_CHECK_MIGRATE_NUMBERED);

    if (rc == NGX_OK) {
        rc = plan_compare(plan, API_CHECK_MIGRATE_REPEATED);
    }

    return rc;
}


ngx_uint_t
api_check_migrate_plan_pending(const api_check_migrate_plan_t *plan)
{
    return plan->pending[API_CHECK_MIGRATE_NUMBERED].nelts
           + plan->pending[API_CHECK_MIGRATE_REPEATED].nelts;
}


ngx_int_t
api_check_migrate_plan_each(api_check_migrate_plan_t *plan,
    api_check_migrate_file_pt run, void *data)
{
    ngx_int_t                   rc;
    ngx_uint_t                  i;
    api_check_migrate_kind_e    kind;
    api_check_migrate_file_t  **file;

    rc = NGX_OK;

    for (kind = 0; kind < API_CHECK_MIGRATE_KINDS && rc == NGX_OK; kind++) {

        if (kind == API_CHECK_MIGRATE_REPEATED
            && plan->pending[API_CHECK_MIGRATE_NUMBERED].nelts)
        {
            rc = plan_fresh(plan);

            if (rc == NGX_OK) {
                rc = plan_compare(plan, kind);
            }
        }

        if (rc == NGX_OK && plan->pending[kind].nelts
            && plan->table[kind] == NULL)
        {
            rc = api_check_migrate_table_make(plan->m, plan->s, kind,
                                              plan->pool, &plan->table[kind]);
        }

        file = plan->pending[kind].elts;

        for (i = 0; rc == NGX_OK && i < plan->pending[kind].nelts; i++) {
            rc = plan_fresh(plan);

            if (rc == NGX_OK) {
                rc = run(data, plan->table[kind], file[i]);
            }

            api_check_migrate_text_drop(file[i], plan->pool);
        }
    }

    return rc;
}


void
api_check_migrate_plan_drop(api_check_migrate_plan_t *plan)
{
    ngx_uint_t                  kind, i;
    api_check_migrate_file_t  **file;

    for (kind = 0; kind < API_CHECK_MIGRATE_KINDS; kind++) {
        file = plan->pending[kind].elts;

        for (i = 0; i < plan->pending[kind].nelts; i++) {
            api_check_migrate_text_drop(file[i], plan->pool);
        }
    }
}


static ngx_int_t
plan_compare(api_check_migrate_plan_t *plan, api_check_migrate_kind_e kind)
{
    PGresult     *rows;
    ngx_int_t     rc;

    if (ngx_array_init(&plan->pending[kind], plan->pool, 8,
                       sizeof(api_check_migrate_file_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rows = NULL;

    rc = api_check_migrate_table_find(plan->m, plan->s, kind, plan->pool,
                                      &plan->table[kind]);

    if (rc == NGX_OK && plan->table[kind] != NULL) {
        rc = api_check_migrate_table_read(plan->m, plan->s, kind,
                                          plan->table[kind], &rows);
    }

    if (rc == NGX_OK) {
        rc = plan_merge(plan, kind, rows);
    }

    PQclear(rows);

    return rc;
}


/*
 * Compares files and rows, sorted alike; rows is NULL when there is no table.
 */

static ngx_int_t
plan_merge(api_check_migrate_plan_t *plan, api_check_migrate_kind_e kind,
    const PGresult *rows)
{
    int                        row, nrows, order;
    ngx_int_t                  rc;
    ngx_uint_t                 i, n;
    api_check_migrate_file_t  *file;

    rc = NGX_OK;
    row = 0;
    nrows = rows ? PQntuples(rows) : 0;

    i = 0;
    n = plan->files[kind].nelts;
    file = plan->files[kind].elts;

    while (row < nrows || i < n) {

        order = (row == nrows) ? -1
                : (i == n) ? 1
                : plan_order(kind, &file[i], PQgetvalue(rows, row, 0));

        if (order > 0) {

            if (plan_gone(plan, kind, rows, row) != NGX_OK) {
                rc = NGX_ERROR;
            }

        } else if (order == 0 && kind == API_CHECK_MIGRATE_NUMBERED) {

            if (plan_same(plan, rows, row, &file[i]) != NGX_OK) {
                rc = NGX_ERROR;
            }

        } else if ((order < 0 || !plan_unchanged(rows, row, 1, &file[i]))
                   && plan_look(plan, kind, &file[i]) != NGX_OK)
        {
            rc = NGX_ERROR;
        }

        row += (order >= 0);
        i += (order <= 0);
    }

    if (kind == API_CHECK_MIGRATE_REPEATED) {
        plan->told = 1;
    }

    return rc;
}


/* numbered ones by number, repeatable ones by the bytes of their names */

static int
plan_order(api_check_migrate_kind_e kind, const api_check_migrate_file_t *file,
    const char *row)
{
    int64_t  version;

    if (kind == API_CHECK_MIGRATE_REPEATED) {
        return ngx_strcmp(file->description.data, row);
    }

    version = strtoll(row, NULL, 10);

    return (file->version > version) - (file->version < version);
}


static ngx_int_t
plan_same(api_check_migrate_plan_t *plan, const PGresult *rows, int row,
    const api_check_migrate_file_t *file)
{
    if (*PQgetvalue(rows, row, 2) != 't') {
        ngx_log_error(NGX_LOG_EMERG, plan->log, 0, "migration \"%V\" is"
                      " marked as failed in _sqlx_migrations (success is"
                      " false): repair by hand what it left, then delete its"
                      " row", &file->path);
        return NGX_ERROR;
    }

    if (!plan_unchanged(rows, row, 3, file)) {
        ngx_log_error(NGX_LOG_EMERG, plan->log, 0, "migration \"%V\" was"
                      " changed after it was applied: put the old text back,"
                      " and the change into a new file", &file->path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * A row without a file.  Nothing of a repeatable one is undone: nobody knows
 * what it made.
 */

static ngx_int_t
plan_gone(const api_check_migrate_plan_t *plan, api_check_migrate_kind_e kind,
    const PGresult *rows, int row)
{
    if (kind == API_CHECK_MIGRATE_NUMBERED) {
        ngx_log_error(NGX_LOG_EMERG, plan->log, 0, "api_postgres \"%V\":"
                      " migration %s \"%s\" was applied, but its file is"
                      " missing in \"%V\": put it back",
                      &plan->m->database, PQgetvalue(rows, row, 0),
                      PQgetvalue(rows, row, 1), &plan->m->dir);
        return NGX_ERROR;
    }

    if (!plan->told) {
        ngx_log_error(NGX_LOG_NOTICE, plan->log, 0, "api_postgres \"%V\":"
                      " repeatable migration \"%s\" was applied, and its file"
                      " is gone from \"%V/" API_CHECK_MIGRATE_REPEATABLE "\":"
                      " what it made stays; drop that in a numbered"
                      " migration, and delete its row of _api_repeatable",
                      &plan->m->database, PQgetvalue(rows, row, 0),
                      &plan->m->dir);
    }

    return NGX_OK;
}


static ngx_uint_t
plan_unchanged(const PGresult *rows, int row, int column,
    const api_check_migrate_file_t *file)
{
    u_char  hex[API_CHECK_MIGRATE_CHECKSUM * 2];

    (void) ngx_hex_dump(hex, (u_char *) (uintptr_t) file->checksum,
                        API_CHECK_MIGRATE_CHECKSUM);

    return PQgetlength(rows, row, column) == (int) sizeof(hex)
           && ngx_memcmp(PQgetvalue(rows, row, column), hex, sizeof(hex)) == 0;
}


/* the text of a pending file is kept, and must be one that can be applied */

static ngx_int_t
plan_look(api_check_migrate_plan_t *plan, api_check_migrate_kind_e kind,
    api_check_migrate_file_t *file)
{
    api_sql_fault_t             fault;
    api_check_migrate_file_t  **slot;

    if (file->text.data == NULL
        && api_check_migrate_text_read(file, plan->pool, plan->log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    slot = ngx_array_push(&plan->pending[kind]);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = file;

    if (api_sql_script_check(&file->text, !file->no_transaction, &fault)
        != NGX_OK)
    {
        api_check_migrate_fault(NGX_LOG_EMERG, plan->log, file, fault.offset,
                                ": %s", fault.why);
        return NGX_ERROR;
    }

    if (file->no_transaction
        && api_sql_script_alone(&file->text, &fault.offset) == NGX_OK)
    {
        api_check_migrate_fault(NGX_LOG_EMERG, plan->log, file, fault.offset,
                                ": the statements of one file run as one"
                                " transaction, which this one refuses to be in:"
                                " give it a file of its own");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
plan_fresh(api_check_migrate_plan_t *plan)
{
    return api_check_migrate_fresh(plan->s) == NGX_OK
           ? NGX_OK
           : api_check_migrate_failed(plan->m, plan->s,
                                      "the session cannot be set back");
}
