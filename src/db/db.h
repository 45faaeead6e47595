
/*
 * What the rest of the house sees of db/: a database, and jobs for it.
 *
 * A job is the SQL of one request: one or more statements in one
 * transaction.  The caller owns the api_db_job_t until done() has run or
 * api_db_forget() was called; what is in flight lives in db/ and never in
 * the caller's memory.
 */


#ifndef API_DB_DB_H
#define API_DB_DB_H


#include "core/core.h"
#include "sql/rows.h"
#include "sql/statement.h"
#include "sql/types.h"


struct pg_result;              /* PGresult */


/* the text of api_db_doubt_sql, of db/doubt.h, and a NUL */
#define API_DB_CATALOG  33


/* ---- configuration, const once the cycle runs ---- */


typedef struct {
    const api_sql_statement_t  *sql;
    ngx_uint_t                  id;         /* its number among the
                                               database's statements, from 0 */
    unsigned                    depends:1;  /* it needs the result of an
                                               earlier step: for its values,
                                               or to know whether it runs at
                                               all */
} api_db_step_t;


typedef struct {
    ngx_uint_t                  id;         /* its number among the
                                               database's plans */
    ngx_uint_t                  nsteps;
    api_db_step_t              *steps;
    ngx_uint_t                  settings;   /* 0: none.  Else its first step
                                               makes some for its transaction
                                               alone and nothing else, and
                                               nobody is told its result; equal
                                               numbers: the same names, all of
                                               them set by each job */
    unsigned                    read_only:1;
    unsigned                    shares:1;   /* a read that leaves nothing in
                                               its transaction and depends on
                                               nothing in it: it may share
                                               one with other requests' reads */
    unsigned                    confirm:1;  /* result() is asked about every
                                               step before the commit */
    unsigned                    opaque:1;   /* it runs something that we
                                               cannot look into, or that
                                               changes its session: the
                                               session is made clean
                                               afterwards */
    unsigned                    dynamic:1;  /* an opaque plan that may run
                                               SQL of its own making, and so
                                               prepare statements */
    unsigned                    sticky:1;   /* what it may leave in the
                                               session no command takes away:
                                               the connection ends after it */
    unsigned                    recalls:1;  /* it asks for the session's last
                                               value of a sequence */
    unsigned                    calls:1;    /* CALL: it may commit by itself */
} api_db_plan_t;


/* what stands between us and PostgreSQL */
typedef enum {
    API_DB_POOLER_OFF = 0,     /* nothing */
    API_DB_POOLER_SESSION,     /* a session of the pooler's is one of ours */
    API_DB_POOLER_TRANSACTION  /* each transaction may meet another session,
                                  which others use before and after */
} api_db_pooler_e;


typedef struct api_db_s  api_db_t;


/*
 * What a single worker has to do before any connection of a database is
 * opened.  Whoever provides it makes this the first member of its own
 * structure.
 */
typedef struct {
    /*
     * a worker begins; sets db->first while there is something to do.  NGX_OK,
     * NGX_ERROR (memory)
     */
    ngx_int_t                 (*begin)(api_db_t *db);

    void                      (*stop)(api_db_t *db);

    /* it was tried and failed: clients are told to come back later */
    ngx_uint_t                (*failed)(const api_db_t *db);
} api_db_first_t;


typedef struct {
    ngx_str_t                   name;
    const char *const          *keywords;   /* of PQconnectStartParams, */
    const char *const          *values;     /* NULL-ended, complete: libpq's
                                               environment is not needed */
    const char                 *secret;     /* the file with the connection
                                               string, absolute; or NULL */
    const char *const          *fallback_keywords;  /* only with a secret:
                                                       the lists as they */
    const char *const          *fallback_values;    /* would be without that
                                                       file */
    ngx_uint_t                  max_connections;  /* whole server */
    ngx_uint_t                  min_connections;  /* whole server */
    ngx_uint_t                  queue;            /* whole server */
    ngx_msec_t                  acquire_timeout;
    ngx_msec_t                  connect_timeout;
    ngx_msec_t                  idle_timeout;
    ngx_msec_t                  max_lifetime;
    ngx_msec_t                  statement_timeout;
    ngx_uint_t                  read_batch;       /* jobs with one Sync;
                                                     below 2: each job has
                                                     its own */
    ngx_flag_t                  prepare;          /* off: unnamed statements */
    ngx_flag_t                  utc;              /* what has no zone is in UTC,
                                                     and says so */
    ngx_uint_t                  pooler;           /* api_db_pooler_e */
    unsigned                    pooler_given:1;   /* or a pooler that is noticed
                                                     is one of transactions, */
    unsigned                    prepare_given:1;  /* and prepare is off then */
    ngx_uint_t                  nstatements;
    ngx_array_t                *statements;       /* of api_sql_statement_t *,
                                                     by their id */
    ngx_array_t                *roles;      /* of ngx_str_t, the same: who
                                               prepares it; empty: the
                                               connection's user */
    unsigned                    unchecked:1;      /* the database was out of
                                                     reach when the
                                                     configuration was read:
                                                     workers ask it */
    unsigned                    learns:1;         /* how some value is
                                                     written depends on its
                                                     parameter's type:
                                                     workers learn the types
                                                     anew when the schema has
                                                     changed */
    u_char                      catalog[API_DB_CATALOG];  /* the catalog that
                                                             was checked;
                                                             empty: unknown */
    const api_db_first_t       *first;            /* NULL: nothing */
    ngx_uint_t                  nplans;
    ngx_shm_zone_t             *zone;             /* api_db_limit_*() */
} api_db_conf_t;


/*
 * The zone with the shared counters of one database's connections: called
 * while the configuration is read.  The zone outlives reloads under the same
 * name.  NULL: memory (logged).
 */
ngx_shm_zone_t *api_db_zone_add(ngx_conf_t *cf, const ngx_str_t *name,
    void *tag);


/* in init_module, before workers are made.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_db_prepare(ngx_cycle_t *cycle);


/* ---- a worker's side ---- */


typedef struct api_db_job_s  api_db_job_t;


typedef enum {
    API_DB_COMMITTED = 0,      /* every result was delivered, the Sync is in */
    API_DB_FAILED,             /* a statement failed, all is rolled back:
                                  res and step say which */
    API_DB_DECLINED,           /* result() declined, all is rolled back */
    API_DB_LOST,               /* the connection broke in flight; nothing was
                                  kept */
    API_DB_IN_DOUBT,           /* the same, of a write: nobody knows whether it
                                  was kept */
    API_DB_TOO_LARGE,          /* the results grew beyond job->most, at this
                                  step; a write is rolled back unless
                                  PostgreSQL had sent all of its results by
                                  then */
    API_DB_AWAY,               /* no connection can be had; nothing was sent */
    API_DB_LATE,               /* acquire_timeout; nothing was sent */
    API_DB_OUTDATED,           /* its values were made for another schema;
                                  nothing was kept */
    API_DB_NO_MEMORY
} api_db_outcome_e;


/*
 * The values of a step's parameters, in the order of sql->params: fill
 * values[] with NUL-terminated text (or NULL), which must live until done().
 * Called when the step is about to be sent: at once, or later from an event.
 * It may be called again for the same step when a job is replayed: if it is
 * the first step, what result() was told before is rolled back.  NGX_OK,
 * NGX_ERROR (memory), or NGX_DECLINED: the types that they were made for may
 * not hold any more, see api_db_known(); all is rolled back, and the job is
 * API_DB_OUTDATED.
 */
typedef ngx_int_t (*api_db_values_pt)(api_db_job_t *job, ngx_uint_t step,
    const char **values);

/*
 * A step's result (PGRES_TUPLES_OK or PGRES_COMMAND_OK) in order; res and
 * shape are valid during the call only (shape is NULL without columns), but for
 * a res that is kept, see job->kept.
 * Nothing is committed yet.  NGX_OK; NGX_DONE, only before a step that depends
 * or at the last one: the steps behind it do not run, what was done is
 * committed; NGX_DECLINED: roll back if that is still possible (plan->confirm),
 * no more results are wanted; done() follows in any case.  NGX_AGAIN, unless
 * job->typed: a type in it is not what shape says; types are read again, and
 * the same result comes once more.
 */
typedef ngx_int_t (*api_db_result_pt)(api_db_job_t *job, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape);

/*
 * The end of a job, exactly once unless it was forgotten; never inside
 * api_db_submit(). res is for API_DB_FAILED only, and valid during the call
 * only; step is for API_DB_FAILED and API_DB_TOO_LARGE.
 */
typedef void (*api_db_done_pt)(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step);


struct api_db_job_s {
    /* the caller's */
    const api_db_plan_t        *plan;
    api_db_values_pt            values;
    api_db_result_pt            result;
    api_db_done_pt              done;
    void                       *data;
    ngx_log_t                  *log;
    size_t                      most;        /* bytes of its results as they
                                                are received; 0: any number.
                                                Some 100 KB more may pass. */
    const char                 *guard[2];    /* the two values of
                                                api_sql_attributes_sql, which
                                                live as long as the values;
                                                NULL: the values do not
                                                depend on attributes */

    /* filled by db/ before done(): microseconds, for metrics and logs */
    uint64_t                    waited;      /* from submit to being sent */
    uint64_t                    took;        /* from sent to the Sync */
    uint64_t                    longest;     /* from the result before it, or
                                                from sent, to its own: of the
                                                statement that took longest, */
    ngx_uint_t                  slowest;     /* which step that is, */
    ngx_uint_t                  rows;        /* its rows, */
    const ngx_str_t            *server;      /* and where it ran, "host:port",
                                                as long as the worker; NULL:
                                                nowhere, or nobody knows */
    ngx_uint_t                  awaited;     /* the step whose result comes
                                                next */
    unsigned                    sent:1;      /* to a server, at least once */

    unsigned                    typed:1;     /* types were read for its
                                                result, see api_db_result_pt */
    unsigned                    kept:1;      /* set by result(), with NGX_OK:
                                                res is the caller's now, and
                                                api_sql_cell_free() its end */

    /* db/'s own */
    api_db_t                   *db;
    void                       *flight;      /* once sent */
    ngx_queue_t                 queue;       /* while in the waiting line */
    uint64_t                    submitted;
    ngx_msec_t                  give_up;     /* ngx_current_msec at the end
                                                of acquire_timeout */
    unsigned                    waiting:1;
    unsigned                    pressed:1;   /* others are refused while it
                                                waits: it may have the last
                                                connection */
    unsigned                    moved:2;     /* how many times it was taken
                                                from behind a stalled job */
    unsigned                    alone:1;     /* it may be what stalled, or
                                                was behind two that did */
    unsigned                    replayed:1;  /* sent again after a lost
                                                connection; this, again and
                                                single others may look at */
    unsigned                    again:1;     /* sent again with types given,
                                                or in another transaction of
                                                a pooler */
    unsigned                    renewed:2;   /* how many times it was sent
                                                again with statements
                                                prepared anew */
    unsigned                    doubted:2;   /* how many times the catalog
                                                was asked about it */
    unsigned                    single:1;    /* sent again by itself, with
                                                its own Sync */
};


/*
 * in init_process of workers, after api_thread_team_start() and before
 * api_db_create()
 */
void api_db_init(void);

/*
 * In init_process of workers (not of cache helpers), once for each database.
 * Begins to open min_connections.  NULL: memory.
 */
api_db_t *api_db_create(const api_db_conf_t *conf, ngx_cycle_t *cycle);

/* 1: the server that answers is a standby, as far as is known */
ngx_uint_t api_db_standby(const api_db_t *db);

/* has the worker something to do before any connection is opened (conf->first),
   migrations?  db may be NULL */
ngx_uint_t api_db_begins(const api_db_t *db);

/* in exit_process: closes all, gives the shared counters back */
void api_db_destroy(api_db_t *db);

/*
 * NGX_AGAIN: taken, done() will run;
 * NGX_BUSY: the waiting line is full, NGX_DECLINED: the database is away;
 * NGX_ERROR: memory, or this process has no connections; nothing was kept.
 */
API_MUST_CHECK ngx_int_t api_db_submit(api_db_t *db, api_db_job_t *job);

/*
 * Of a job that has not ended: may what it writes be kept?  No while it waits,
 * nor in a dialogue before its COMMIT is sent.
 */
ngx_uint_t api_db_in_doubt(const api_db_job_t *job);

/*
 * The caller loses interest (client gone, or deadline): no callback runs any
 * more, the job's memory may go.  A job in the line is dropped; a read that
 * runs alone on its connection is cancelled at the server, as is a write if
 * cancel is set (deadline); otherwise what was sent runs to its end and its
 * result is dropped.  Harmless for a job that is done or was never taken.
 */
void api_db_forget(api_db_job_t *job, ngx_uint_t cancel);

/* µs since a job that waits or runs was submitted; 0: it does neither */
uint64_t api_db_age(const api_db_job_t *job);

/* seconds a client should wait after NGX_BUSY, NGX_DECLINED, AWAY or LATE */
ngx_uint_t api_db_retry_after(api_db_t *db);


/*
 * What the configuration and the worker remember of the schema belongs to an
 * epoch.  Before an answer depends on such memory alone, the catalog is asked.
 */

typedef struct api_db_doubt_s  api_db_doubt_t;

/*
 * changed: another epoch has begun.  What cannot be found out counts as
 * unchanged.
 */
typedef void (*api_db_doubt_pt)(api_db_doubt_t *doubt, ngx_uint_t changed);

struct api_db_doubt_s {
    /* the caller's */
    ngx_uint_t                  epoch;       /* the epoch of what was
                                                remembered */
    api_db_doubt_pt             handler;
    void                       *data;

    /* db/'s own */
    ngx_queue_t                 queue;
    unsigned                    waiting:1;
};

ngx_uint_t api_db_epoch(const api_db_t *db);

/* 1: the schema is not the one that the configuration was checked against */
ngx_uint_t api_db_changed(const api_db_t *db);

/*
 * NGX_OK: another epoch has begun already; NGX_AGAIN: handler will run, from an
 * event; NGX_DECLINED: there is nobody to ask.
 */
API_MUST_CHECK ngx_int_t api_db_doubt(api_db_t *db, api_db_doubt_t *doubt);

/* handler will not run any more; harmless if it was not going to */
void api_db_doubt_forget(api_db_doubt_t *doubt);


/*
 * Which types values are bound by.  1: those that the configuration found; a
 * higher number: those that this worker has learned, because nobody could be
 * asked before, or because the schema has changed and the configuration
 * learns; each time the number is another one.  0: they are being learned now.
 */
ngx_uint_t api_db_known(const api_db_t *db);

/*
 * NGX_OK: they are known; NGX_AGAIN: handler will run, from an event, when
 * they are or when nobody can tell; NGX_DECLINED: nobody can tell.
 */
API_MUST_CHECK ngx_int_t api_db_know(api_db_t *db, api_db_doubt_t *doubt);

/*
 * While learned types are known: the OIDs of a statement's parameters; NULL:
 * the statement could not be prepared.
 */
const unsigned *api_db_params(const api_db_t *db, ngx_uint_t id);

/*
 * The same of the columns of the tables that statements write to, of
 * api_sql_column_t, and of the constraints of these, of api_sql_constraint_t:
 * where nobody could be asked before; else NULL.  They stay for as long as the
 * worker.
 */
const ngx_array_t *api_db_columns(const api_db_t *db);
const ngx_array_t *api_db_rules(const api_db_t *db);

/* a type; NULL: there is no such type */
const api_sql_type_t *api_db_type(const api_db_t *db, unsigned oid);


/*
 * Which parts of a statement that has failed fail by themselves, computed once
 * more with the same values: see db/inquiry.h.
 */

typedef enum {
    API_DB_VERDICT_UNKNOWN = 0,
    API_DB_VERDICT_PASSES,
    API_DB_VERDICT_FAILS       /* with the same error */
} api_db_verdict_e;

typedef struct api_db_inquiry_s  api_db_inquiry_t;

typedef void (*api_db_inquiry_pt)(api_db_inquiry_t *inquiry);

/* zeroed by the caller, whose it is until the handler has run or it was
   forgotten, with all that it points to */
struct api_db_inquiry_s {
    /* the caller's */
    ngx_pool_t                 *pool;
    const api_sql_statement_t  *sql;
    ngx_uint_t                  id;          /* the statement's */
    const char                **values;      /* one a parameter, as sent */
    const char                **pieces;      /* each a SELECT of its own, with
                                                the statement's $n */
    ngx_uint_t                  npieces;
    const char                 *names;       /* of the functions in them, an
                                                array's text; NULL: none */
    const char                 *state;       /* of the error, and the server's
                                                function that raised it */
    const char                 *place;
    unsigned                    casts:1;     /* a piece that is of another kind
                                                than it is cast to passes */
    api_db_inquiry_pt           handler;
    void                       *data;

    /* set by db/, one a piece: the caller's array */
    api_db_verdict_e           *verdicts;

    /* db/'s own */
    api_db_t                   *db;
    ngx_queue_t                 queue;
    unsigned                   *oids;
    ngx_uint_t                  next;
    ngx_msec_t                  since;
    unsigned                    waiting:1;
    unsigned                    asked:1;     /* for types and names, */
    unsigned                    failed:1;    /* in vain */
};

/* NGX_AGAIN: handler will run, from an event; NGX_DECLINED: there is nobody to
   ask; NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_db_inquire(api_db_t *db,
    api_db_inquiry_t *inquiry);

/* handler does not run any more; harmless for one that is not waiting */
void api_db_inquiry_forget(api_db_inquiry_t *inquiry);


#endif /* API_DB_DB_H */
