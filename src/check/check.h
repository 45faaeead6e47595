
/*
 * Statements against a database, before anybody is served: each is prepared,
 * described and planned, none is run.  Migrations that are pending are
 * rehearsed first, so that the statements meet the schema they will have.
 *
 * Synchronous and for the time of configuration only: in the master, or in
 * nginx -t, never in a worker; each database may be a thread's, with a pool
 * and a log of its own.  All of it happens in one transaction, which is rolled
 * back.
 */


#ifndef API_CHECK_CHECK_H
#define API_CHECK_CHECK_H


#include "check/migrate.h"
#include "core/core.h"
#include "db/db.h"
#include "sql/calls.h"
#include "sql/columns.h"
#include "sql/inferred.h"
#include "sql/statement.h"
#include "sql/target.h"
#include "sql/tell.h"


/* why a statement is refused; the server's words, with $name for $n */
typedef struct {
    char                        sqlstate[6];
    ngx_str_t                   message;
    ngx_str_t                   detail;      /* or empty */
    ngx_str_t                   hint;        /* or empty */
    size_t                      offset;      /* bytes into the source, or
                                                NGX_ERROR: nowhere */
    unsigned                    planning:1;  /* it could be prepared */
} api_check_fault_t;


typedef struct {
    ngx_str_t                   name;
    unsigned                    oid;
} api_check_column_t;


/* where a target's value goes, by the catalog */
typedef struct {
    ngx_str_t                   column;      /* empty: it is not known */
    ngx_str_t                   type;        /* as format_type() writes it, a
                                                domain's as what it stands on;
                                                empty: a rule or a trigger may
                                                do something else with it */
} api_check_stored_t;


/* what is known of the tables that the statement writes to: that a CHECK
   constraint, its own or a domain's, is on a column; that a generated column is
   made of one; without both, that it is a table, which no rule stands for */
typedef struct {
    ngx_str_t                   relation;    /* as in the target */
    ngx_str_t                   name;        /* of the constraint, or the
                                                generated column */
    ngx_str_t                   column;
} api_check_rule_t;


/* what stands for a parameter where nothing is sent */
typedef struct {
    ngx_str_t                   text;        /* NUL behind */
    unsigned                    given:1;
    unsigned                    list:1;      /* an array literal of ours */
} api_check_default_t;


/* one that is no value of its parameter's type */
typedef struct {
    ngx_uint_t                  param;
    ngx_str_t                   why;
} api_check_unfit_t;


/* ON CONFLICT, as the plan has it */
typedef struct {
    ngx_str_t                   schema;
    ngx_str_t                   table;
    ngx_array_t                *indexes;     /* of ngx_str_t: that decide; NULL:
                                                all of the table's */
} api_check_conflict_t;


typedef struct {
    /* the caller's */
    const api_sql_statement_t  *sql;
    const ngx_array_t          *targets;     /* of api_sql_target_t */
    ngx_str_t                   name;        /* of its route */
    void                       *data;
    const api_check_default_t  *defaults;    /* one a parameter; NULL: there is
                                                none */

    /* of a statement that was prepared */
    unsigned                   *oids;        /* of its parameters' types */
    api_sql_tell_t              tell;        /* what had to be told of them */
    ngx_array_t                 columns;     /* of api_check_column_t */
    ngx_array_t                *scans;       /* of ngx_str_t: large tables that
                                                are read as a whole, or NULL */
    api_check_fault_t          *fault;       /* NULL: none */
    api_check_stored_t         *stored;      /* one for each of targets; NULL:
                                                nothing is known */
    ngx_array_t                *rules;       /* of api_check_rule_t, or
                                                NULL */
    api_sql_calls_t             calls;       /* of one that was planned */
    ngx_array_t                *conflicts;   /* of api_check_conflict_t, or
                                                NULL */
    ngx_str_t                   deferred;    /* an index of those that may not
                                                decide a conflict, or empty */
    ngx_array_t                *unfit;       /* of api_check_unfit_t, or NULL:
                                                defaults that are no values */
    ngx_array_t                 sequences;   /* of ngx_str_t: of such a one,
                                                what it takes numbers from */
    const char                 *commits;     /* COMMIT or ROLLBACK: of a CALL,
                                                what its procedure says, or
                                                NULL */
    size_t                      commits_at;  /* bytes: the procedure's name */
    unsigned                    prepared:1;
    unsigned                    planned:1;
    unsigned                    writes:1;    /* its plan modifies rows */
    unsigned                    locks:1;     /* or locks them */
    unsigned                    moves:1;     /* or moves a sequence on, */
    unsigned                    may_move:1;  /* or may, by a function */
    unsigned                    shares:1;    /* it may stand in a transaction
                                                with others, see db/db.h, */
    unsigned                    trusted:1;   /* if its functions are trusted; */
    unsigned                    opaque:1;    /* as are these */
    unsigned                    dynamic:1;
    unsigned                    recalls:1;
    unsigned                    sticky:1;

    /* the check's own */
    ngx_uint_t                  nprepared;   /* times, each with other types */
} api_check_statement_t;


/* what may be the name of a constraint */
typedef struct {
    ngx_str_t                   name;        /* the caller's */
    ngx_str_t                   near;        /* one that is nearly called so, or
                                                empty */
    unsigned                    known:1;     /* the catalog has it, or a
                                                function says it */
} api_check_name_t;


/*
 * A statement is described: the types of its columns may be declared for the
 * parameters of later ones.
 */
typedef void (*api_check_described_pt)(
    const api_check_statement_t *statement);


typedef struct {
    /* the caller's */
    api_check_described_pt      described;
    const api_db_conf_t        *conf;
    const char *const          *keywords;    /* where to connect, complete */
    const char *const          *values;
    const char *const          *front_keywords;   /* a pooler to be asked
                                                what check/named and check/lent
                                                ask, */
    const char *const          *front_values;
    ngx_uint_t                  pooled;      /* see check/session.h; may be set:
                                                it is a pooler that answers */
    ngx_uint_t                  shared;      /* its sessions are a pooler's,
                                                one after the other */
    api_check_migrate_t        *migrate;     /* NULL: there is no folder */
    api_check_statement_t      *statements;
    ngx_uint_t                  nstatements;
    ngx_array_t                *names;       /* of api_check_name_t, or
                                                NULL */
    ngx_uint_t                  rows;        /* of a large table; 0: no matter
                                                how it is read */
    ngx_msec_t                  timeout;     /* of reaching it, its name's
                                                look-up included: */
    uint64_t                    reach;       /* the moment when that is over, */
    uint64_t                    deadline;    /* and all of it; 0: no limit */
    ngx_uint_t                  threaded;    /* see check/session.h */
    ngx_pool_t                 *pool;        /* of what is filled in, */
    ngx_pool_t                 *keep;        /* but for parts */
    ngx_log_t                  *log;

    /* filled in */
    ngx_array_t                 types;       /* of api_sql_inferred_t */
    ngx_str_t                   lender;      /* of a pooler that is said to give
                                                sessions, and is proven to lend
                                                them by the transaction (see
                                                check/lent.h); or empty */
    ngx_uint_t                  named;       /* the names were looked up */
    ngx_array_t                 columns;     /* of api_sql_column_t: of the
                                                tables that statements write
                                                to */
    api_sql_types_t            *parts;       /* what the types of parameters are
                                                made of; NULL: not asked */
    u_char                      catalog[API_DB_CATALOG];   /* see db/doubt.h;
                                                empty: migrations change it */
    ngx_uint_t                  npending;    /* migrations */
    ngx_uint_t                  unsure;      /* what could not be rehearsed: a
                                                fault may be for want of it, see
                                                api_check_rehearse_excuses() */
    ngx_str_t                   place;       /* of the server */
    ngx_str_t                   front;       /* of the pooler, where statements
                                                that are prepared do not last;
                                                or empty */
    ngx_str_t                   why;         /* of NGX_DECLINED */
} api_check_t;


/*
 *   NGX_OK        the server has answered: look at the statements;
 *   NGX_DONE      not before migrations are applied, see api_check_rehearse();
 *   NGX_DECLINED  out of reach (refused, timed out, starting, stopping, full,
 *                 lost meanwhile): place and why, nothing is logged;
 *   NGX_ERROR     logged at emerg: the server refuses, or a migration fails.
 *
 * Connecting ends at reach, all of it at deadline; a migration takes as long as
 * it does until then.  Statements wait API_CHECK_LOCK milliseconds (a tenth
 * of that where there is a deadline) for tables' locks, all of them together,
 * and a moment each when that is over.  Besides, each may take connect_timeout:
 * the server then ends it, which is that statement's fault.
 */
API_MUST_CHECK ngx_int_t api_check(api_check_t *check);

#define API_CHECK_LOCK   2000
#define API_CHECK_HASTY  200

/* the same of a parameter's type, with all that it is made of; NULL: nothing is
   known of it */
const api_sql_type_t *api_check_parts(const api_check_t *check,
    unsigned oid);

/* NULL: it is not there */
const api_sql_inferred_t *api_check_type(const api_check_t *check,
    unsigned oid);


#endif /* API_CHECK_CHECK_H */
