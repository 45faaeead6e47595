
/*
 * What there is to apply: the folder compared with what is written in the
 * database, and all of it one by one.  Applying (check/migrate) and rehearsing
 * (check/rehearse) go through the same, so that each file meets the same in
 * both.
 */


#ifndef API_CHECK_MIGRATE_PLAN_H
#define API_CHECK_MIGRATE_PLAN_H


#include "check/migrate.h"
#include "check/migrate_table.h"
#include "check/session.h"
#include "core/core.h"


typedef struct {
    /* the caller's */
    const api_check_migrate_t  *m;
    api_check_session_t     *s;        /* not for a plan that is only loaded */
    ngx_pool_t              *pool;     /* takes all of it */
    ngx_log_t               *log;

    /* of api_check_migrate_plan_load(): of api_check_migrate_file_t */
    ngx_array_t              files[API_CHECK_MIGRATE_KINDS];

    /* of api_check_migrate_plan_compare() */
    char                    *table[API_CHECK_MIGRATE_KINDS];  /* with its
                                                  NULL: there is none yet */
    ngx_array_t              pending[API_CHECK_MIGRATE_KINDS];
                                       /* of api_check_migrate_file_t *: read
                                          and looked at, in order */
    unsigned                 told:1;   /* files that are gone were told */
} api_check_migrate_plan_t;


/* one file that is pending; NGX_OK, or what ends api_check_migrate_plan_each()
    */
typedef ngx_int_t (*api_check_migrate_file_pt)(void *data, const char *table,
    const api_check_migrate_file_t *file);


/*
 * The folder, each file read once; only their checksums are kept.
 * NGX_OK; NGX_ERROR: logged at emerg.
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_plan_load(api_check_migrate_plan_t *plan);

/*
 * Asks the database; may be called again when others may have applied some.
 * Writes nothing.  NGX_OK, NGX_DECLINED or NGX_ERROR as
 * api_check_migrate_run().
 */
API_MUST_CHECK ngx_int_t api_check_migrate_plan_compare(
    api_check_migrate_plan_t *plan);

ngx_uint_t api_check_migrate_plan_pending(const api_check_migrate_plan_t *plan);

/*
 * Every pending file, numbered ones first, with the table its row belongs to,
 * which is made if need be: each on a session that is as if it was new (see
 * check/migrate_fresh.h).  Which repeatable ones are pending is asked again
 * behind the numbered ones, which may have deleted a row in order to have its
 * file applied again.
 * NGX_OK, or what the first one that failed said; or as compare.
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_plan_each(api_check_migrate_plan_t *plan,
    api_check_migrate_file_pt run, void *data);

/* gives the texts of what is pending back to the pool */
void api_check_migrate_plan_drop(api_check_migrate_plan_t *plan);


#endif /* API_CHECK_MIGRATE_PLAN_H */
