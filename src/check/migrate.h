
/*
 * Migrations: the files of a folder, each applied to the database once, in the
 * order of their versions; then those of its folder "repeatable" whose text is
 * new or another one, in the order of their names.
 *
 * Folder, table (_sqlx_migrations), checksums and lock are those of SQLx
 * (launchbadge/sqlx 0.7 and 0.8: sqlx-core/src/migrate, sqlx-postgres/src/
 * migrate.rs), so the same folder and database serve both, in turn or at the
 * same time.  Where SQLx leaves a choice we are stricter only about files that
 * are still to be applied.  It passes over folders in the folder; what was
 * repeated is in a table of ours.
 *
 * Synchronous: for the time of configuration, in the master or in nginx -t, and
 * for a worker's thread (check/late), never in its event loop.
 */


#ifndef API_CHECK_MIGRATE_H
#define API_CHECK_MIGRATE_H


#include "check/session.h"
#include "core/core.h"


#define API_CHECK_MIGRATE_WAIT  60000     /* D of wait, milliseconds */


typedef struct {
    ngx_str_t            dir;          /* absolute */
    ngx_str_t            where;        /* " in FILE:LINE:COLUMN" of the
                                          directive, for messages; or empty */
    const char *const   *keywords;     /* of PQconnectStartParams, */
    const char *const   *values;       /* NULL-ended, complete */
    ngx_msec_t           connect_timeout;
    ngx_uint_t           pooled;       /* see check/session.h */
    ngx_str_t            database;     /* of api_postgres NAME: for messages */
    u_char              *catalog;      /* set by api_check_migrate_run(): see
                                          db/doubt.h */
    ngx_msec_t           wait;         /* how long to wait while another
                                          server migrates; 0:
                                          API_CHECK_MIGRATE_WAIT */
    ngx_uint_t           threaded;     /* see check/session.h, */
    volatile ngx_uint_t *stop;         /* as this */
} api_check_migrate_t;


/*
 * Both of these allocate from pool, which may be cf->temp_pool (the text of a
 * file is freed early), and log what goes wrong, once.
 */

/*
 * Reads the folder, not the database (nginx -t): can it be read, do the names
 * make sense, are versions unique, is each file text, and not too large?
 * Whether a file's SQL may be in a migration is asked of pending ones only,
 * and only the database knows which these are.
 *
 * NGX_OK, or NGX_ERROR: logged at emerg.
 */
API_MUST_CHECK ngx_int_t api_check_migrate_check(const api_check_migrate_t *m,
    ngx_pool_t *pool, ngx_log_t *log);

/*
 * Applies what is pending (start, reload).  Nothing is applied unless all
 * applied files are there unchanged and all pending ones have been looked at.
 * Each file is applied whole, with its row in the table, or not at all, unless
 * it begins with "-- no-transaction"; a failing one ends the run, those
 * before it stay.  When nothing is pending, nothing is written and nobody is
 * waited for.
 *
 *   NGX_OK        all are applied; a notice for each one that was pending;
 *   NGX_DECLINED  the server is out of reach (refused, timed out, starting or
 *                 stopping, full): a warning is logged, nothing was done;
 *   NGX_ERROR     logged at emerg, naming the file and, if it is known, its
 *                 line: the start or reload is to be refused.
 *
 * Takes as long as the migrations do: connecting is bounded by
 * connect_timeout, waiting for another server by wait, a migration by the
 * user's own lock_timeout.  A name is looked up by libpq, for as long as the
 * resolver takes.
 */
API_MUST_CHECK ngx_int_t api_check_migrate_run(const api_check_migrate_t *m,
    ngx_pool_t *pool, ngx_log_t *log);


#endif /* API_CHECK_MIGRATE_H */
