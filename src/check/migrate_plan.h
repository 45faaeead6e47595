
/*
 * What there is to apply: the folder compared with what the database says was
 * applied, and each pending file in order.  Applying (check/migrate) and
 * rehearsing (check/rehearse) both go through it, so that each file meets the
 * same in both.
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
    api_check_session_t     *s;        /* unused for a plan that is only
                                          loaded */
    ngx_pool_t              *pool;     /* for all that is allocated */
    ngx_log_t               *log;

    /* of api_check_migrate_plan_load(): of api_check_migrate_file_t */
    ngx_array_t              files[API_CHECK_MIGRATE_KINDS];

    /* of api_check_migrate_plan_compare() */
    char                    *table[API_CHECK_MIGRATE_KINDS];  /* with its
                                                  NULL: there is none yet */
    ngx_array_t              pending[API_CHECK_MIGRATE_KINDS];
                                       /* of api_check_migrate_file_t *: read
                                          and looked at, in order */
    unsigned                 told:1;   /* a warning about missing files was
                                          logged */
} api_check_migrate_plan_t;


/*
 * applies one pending file; NGX_OK, or what api_check_migrate_plan_each() is
 * to return
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
 * Calls apply for every pending file, numbered ones first, with the table its
 * row belongs to, which is made if need be.  Each meets a session that is as
 * if it was new (check/migrate_fresh.h). Which repeatable ones are pending is
 * asked again after the numbered ones, which may have deleted a row to have
 * its file applied again.  NGX_OK, or what the first one that failed returned;
 * or as compare.
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_plan_each(api_check_migrate_plan_t *plan,
    api_check_migrate_file_pt run, void *data);

/* frees the texts of pending files */
void api_check_migrate_plan_drop(api_check_migrate_plan_t *plan);


#endif /* API_CHECK_MIGRATE_PLAN_H */
