
/*
 * The tables that say what was applied: SQLx's, exactly as SQLx makes it, and
 * _api_repeatable.
 */


#ifndef API_CHECK_MIGRATE_TABLE_H
#define API_CHECK_MIGRATE_TABLE_H


#include "check/migrate.h"
#include "check/migrate_files.h"
#include "check/session.h"
#include "core/core.h"


struct pg_result;


/* the two kinds of migrations, in the order in which they are applied */
typedef enum {
    API_CHECK_MIGRATE_NUMBERED = 0,
    API_CHECK_MIGRATE_REPEATED,
    API_CHECK_MIGRATE_KINDS
} api_check_migrate_kind_e;


/*
 * *table: its name with the schema, from pool; NULL: there is none yet.  It is
 * looked for before it is made, as a standby or a role without the right could
 * not make it.  NGX_OK, NGX_DECLINED, NGX_ERROR: as
 * api_check_migrate_failed().
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_table_find(const api_check_migrate_t *m,
    api_check_session_t *s, api_check_migrate_kind_e kind, ngx_pool_t *pool,
    char **table);

/* makes one that is missing; returns the same */
API_MUST_CHECK ngx_int_t
api_check_migrate_table_make(const api_check_migrate_t *m,
    api_check_session_t *s, api_check_migrate_kind_e kind, ngx_pool_t *pool,
    char **table);

/*
 * *rows, to be PQclear()ed: what was applied, in the order of the files.
 * Numbered: version, description, success, checksum in hex.  Repeatable: name,
 * checksum in hex.  The same values.
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_table_read(const api_check_migrate_t *m,
    api_check_session_t *s, api_check_migrate_kind_e kind, const char *table,
    struct pg_result **rows);

/*
 * records a file that ran for took nanoseconds.  NGX_OK; NGX_ERROR: why is set
 */
API_MUST_CHECK ngx_int_t api_check_migrate_table_record(api_check_session_t *s,
    const char *table, const api_check_migrate_file_t *file, uint64_t took);


#endif /* API_CHECK_MIGRATE_TABLE_H */
