
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
#include "json/read.h"
#include "sql/calls.h"
#include "sql/columns.h"
#include "sql/inferred.h"
#include "sql/statement.h"
#include "sql/target.h"
#include "sql/attempt.h"


/* why a statement is refused; the server's words, with $name for $n */
typedef struct {
    char                        sqlstate[6];
    ngx_str_t                   message;
    ngx_str_t                   detail;      /* or empty */
    ngx_str_t                   hint;        /* or empty */
    size_t                      offset;      /* bytes into the source, or
                                                NGX_ERROR: no place is known */
    unsigned                    planning:1;  /* the statement could be
                                                prepared, and failed when it
                                                was planned */
} api_check_fault_t;


typedef struct {
    ngx_str_t                   name;
    unsigned                    oid;
} api_check_column_t;


/* where a target's value goes, as the catalog says */
typedef struct {
    ngx_str_t                   column;      /* empty: unknown */
    ngx_str_t                   type;        /* as format_type() writes it,
                                                for a domain that of its base
                                                type; empty: a rule or a
                                                trigger may do something else
                                                with it */
} api_check_stored_t;


/*
 * What is known of the tables that the statement writes to: a CHECK
 * constraint, the table's or a domain's, and a column that it is on; or a
 * generated column, and a column it is made of; or, with neither, that it is a
 * table that no rule replaces.
 */
typedef struct {
    ngx_str_t                   relation;    /* as the target has it */
    ngx_str_t                   name;        /* the constraint's, or that of
                                                the generated column */
    ngx_str_t                   column;
} api_check_constraint_t;


/* what stands for a parameter where nothing is sent */
typedef struct {
    ngx_str_t                   text;        /* NUL behind */
    const api_json_t           *json;        /* in its place, to be written as
                                                the type; or NULL */
    unsigned                    given:1;
    unsigned                    list:1;      /* an array literal of ours */
    unsigned                    inside:1;    /* of fields in an object */
} api_check_default_t;


/* one that is no value of its parameter's type, or that a column's CHECK
   refuses */
typedef struct {
    ngx_uint_t                  param;
    ngx_str_t                   why;
    ngx_str_t                   constraint;  /* empty: of the type */
    ngx_str_t                   column;
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
    ngx_str_t                   name;        /* the route's */
    void                       *data;
    api_check_default_t        *defaults;    /* one a parameter; NULL: there is
                                                none.  The text of json is set
                                                when it is written */
    const char                 *role;        /* under which it is prepared and
                                                planned; NULL: the session's */
    ngx_uint_t                  repeats;     /* the same was asked before, under
                                                another one */

    /* set for statements that were prepared */
    unsigned                   *oids;        /* of its parameters' types */
    api_sql_attempt_t           attempt;     /* what it had to be given of
                                                them */
    ngx_array_t                 columns;     /* of api_check_column_t */
    ngx_array_t                *scans;       /* of ngx_str_t: large tables
                                                that are read as a whole; or
                                                NULL */
    api_check_fault_t          *fault;       /* NULL: none */
    api_check_stored_t         *stored;      /* one for each of targets;
                                                NULL: nothing is known */
    ngx_array_t                *rules;       /* of api_check_constraint_t, or
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
    unsigned                    roleless:1;  /* its role cannot be taken: that
                                                is its fault */
    unsigned                    prepared:1;
    unsigned                    planned:1;
    unsigned                    writes:1;    /* its plan modifies rows */
    unsigned                    locks:1;     /* or locks them */
    unsigned                    moves:1;     /* it moves a sequence on, */
    unsigned                    may_move:1;  /* or a function of it may */
    unsigned                    shares:1;    /* it may share a transaction
                                                with others, see db/db.h; */
    unsigned                    trusted:1;   /* only if its functions are
                                                trusted; */
    unsigned                    opaque:1;    /* these as in db/db.h */
    unsigned                    dynamic:1;
    unsigned                    recalls:1;
    unsigned                    sticky:1;

    /* the check's own */
    ngx_uint_t                  nprepared;   /* how many times it was
                                                prepared, each time with
                                                other types */
} api_check_statement_t;


/* a word that may be the name of a constraint */
typedef struct {
    ngx_str_t                   name;        /* the caller's */
    ngx_str_t                   near;        /* a similar name that exists,
                                                or empty */
    unsigned                    known:1;     /* it exists, or a function
                                                raises it */
} api_check_name_t;


/* one that requests may take */
typedef struct {
    ngx_str_t                   name;        /* the caller's */
    ngx_str_t                   grant;       /* what would help one that is not
                                                granted */
    ngx_str_t                   beyond;      /* "a superuser", "BYPASSRLS":
                                                policies do not hold for it; or
                                                empty */
    ngx_str_t                   settings;    /* names that ALTER ROLE has set
                                                for it, or empty */
    unsigned                    asked:1;     /* the server was */
    unsigned                    known:1;     /* it is there, */
    unsigned                    granted:1;   /* and may be taken */
} api_check_role_t;


/*
 * Called when a statement was described: the caller may declare the types of
 * its columns for parameters of later statements.
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
    ngx_uint_t                  pooled;      /* see check/session.h; set when
                                                a pooler answers */
    ngx_uint_t                  shared;      /* its sessions are a pooler's,
                                                in turn */
    api_check_migrate_t        *migrate;     /* NULL: there is no folder of
                                                migrations */
    api_check_statement_t      *statements;
    ngx_uint_t                  nstatements;
    ngx_array_t                *names;       /* of api_check_name_t, or
                                                NULL */
    ngx_array_t                *roles;       /* of api_check_role_t, or
                                                NULL */
    ngx_uint_t                  rows;        /* a table with so many is
                                                large; 0: tables are not
                                                looked at */
    ngx_msec_t                  timeout;     /* for reaching the server,
                                                look-ups included: */
    uint64_t                    reach;       /* the moment when that is over, */
    uint64_t                    deadline;    /* and when all is over; 0: no
                                                limit */
    ngx_uint_t                  threaded;    /* see check/session.h */
    ngx_pool_t                 *pool;        /* for what is filled in */
    ngx_pool_t                 *keep;        /* except parts, which are in
                                                this one */
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
    ngx_uint_t                  superuser;   /* of roles: the session's user */
    api_sql_types_t            *parts;       /* what the types of parameters are
                                                made of; NULL: not asked */
    u_char                      catalog[API_DB_CATALOG];   /* see db/doubt.h;
                                                              empty: pending
                                                              migrations
                                                              change it */
    ngx_uint_t                  npending;    /* migrations */
    ngx_uint_t                  unsure;      /* what could not be rehearsed
                                                and may be missing for a
                                                statement, see
                                                api_check_rehearse_excuses() */
    ngx_str_t                   place;       /* of the server */
    ngx_str_t                   front;       /* of the pooler in which
                                                prepared statements do not
                                                last; or empty */
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

/*
 * the same for a parameter's type and all that it is made of; NULL: nothing is
 * known of it
 */
const api_sql_type_t *api_check_parts(const api_check_t *check,
    unsigned oid);

/* NULL: there is none */
const api_sql_inferred_t *api_check_type(const api_check_t *check,
    unsigned oid);


#endif /* API_CHECK_CHECK_H */
