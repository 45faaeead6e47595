
/*
 * The engine's structures, for db/ and check/late only: a database in one
 * worker, its connections, and what is in flight on them.
 *
 * Rules every file here keeps:
 * - a connection's state is the list it is on; only api_db_conn_state() moves
 *   it;
 * - connections are closed, and callers' callbacks run, from event handlers
 *   only (those of db/events, and of db/keep, db/line, db/stall, check/late),
 *   never inside api_db_submit() or api_db_forget();
 * - before a callback is called every list and counter is consistent, and
 *   after it everything read before is looked up again.
 */


#ifndef API_DB_ENGINE_H
#define API_DB_ENGINE_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include <libpq-fe.h>

#include "db/db.h"
#include "db/limit.h"
#include "db/wake.h"
#include "db/wire.h"
#include "core/core.h"
#include "sql/attempt.h"
#include "thread/team.h"


/*
 * ngx_event_t's data must begin as ngx_connection_t does: a debug build reads
 * its descriptor.
 */
#define API_DB_EVENT_DATA                                                     \
    void                       *data;                                         \
    ngx_event_t                *read;                                         \
    ngx_event_t                *write;                                        \
    ngx_socket_t                fd


#define API_DB_GRACE           2000      /* ms: a cancelled or silent server */
#define API_DB_LAST_GRACE      500       /* ms: the same in a worker that
                                            exits */
#define API_DB_IN_FLIGHT       128       /* jobs sharing one connection */
#define API_DB_BATCH           64        /* completions that are measured
                                            together */


typedef struct api_db_conn_s       api_db_conn_t;
typedef struct api_db_flight_s     api_db_flight_t;
typedef struct api_db_segment_s    api_db_segment_t;
typedef struct api_db_command_s    api_db_command_t;
typedef struct api_db_resolve_s    api_db_resolve_t;
typedef struct api_db_cancel_s     api_db_cancel_t;
typedef struct api_db_handshake_s  api_db_handshake_t;


typedef enum {
    API_DB_READ = 0,
    API_DB_WRITE,
    API_DB_ALONE,              /* needs a connection for itself */
    API_DB_LANES
} api_db_lane_e;


typedef enum {
    API_DB_CONN_CLOSED = 0,    /* its memory is kept for the next one */
    API_DB_CONN_CONNECTING,    /* or looking up names */
    API_DB_CONN_SETUP,
    API_DB_CONN_IDLE,
    API_DB_CONN_BUSY,
    API_DB_CONN_DRAINING,      /* takes no more jobs, closes when empty */
    API_DB_CONN_STATES
} api_db_conn_state_e;


/* what the result of a command is for */
typedef enum {
    API_DB_COMMAND_SETUP = 0,
    API_DB_COMMAND_ASK,        /* to a pooler: the settings of its own
                                  session */
    API_DB_COMMAND_MODE,
    API_DB_COMMAND_CLEAN,      /* of db/clean */
    API_DB_COMMAND_LEFT,       /* of db/clean: is something left? */
    API_DB_COMMAND_TYPES,
    API_DB_COMMAND_ROLE,       /* before those: who prepares it */
    API_DB_COMMAND_COLUMNS,    /* of db/learn: columns, their rules (step 1) */
    API_DB_COMMAND_LEARN,      /* Parse and Describe of db/learn; */
    API_DB_COMMAND_LEARNED,    /* "step" is the statement's id */
    API_DB_COMMAND_CLOSE,      /* of all prepared statements */
    API_DB_COMMAND_DOUBT,      /* of db/doubt */
    API_DB_COMMAND_INQUIRE,    /* of db/inquiry: step is what for */
    API_DB_COMMAND_BEGIN,
    API_DB_COMMAND_SAVEPOINT,  /* of db/clean, behind BEGIN */
    API_DB_COMMAND_PREPARE,
    API_DB_COMMAND_EXECUTE,
    API_DB_COMMAND_GUARD,      /* job->guard: are the types still those its
                                  values were made for? */
    API_DB_COMMAND_COMMIT,
    API_DB_COMMAND_ROLLBACK
} api_db_command_e;


/* one result awaited; then, for EXECUTE, the result kept for its delivery */
struct api_db_command_s {
    ngx_queue_t                 queue;
    api_db_command_e            kind;
    api_db_flight_t            *flight;     /* NULL: it is the engine's own */
    ngx_uint_t                  step;
    uint32_t                    serial;     /* order of sending */
    const char                 *sql;        /* the text of a question that
                                               waits; NULL: "step" is a
                                               statement to learn */
    size_t                      received;   /* bytes while it was awaited */
    PGresult                   *res;
};


/*
 * the commands of one or more jobs up to one Sync; they fail or succeed
 * together
 */
struct api_db_segment_s {
    ngx_queue_t                 queue;      /* of the connection's */
    ngx_queue_t                 flights;    /* empty: it is the engine's own */
    ngx_uint_t                  nflights;
    ngx_queue_t                 commands;
    ngx_uint_t                  settings;   /* of its jobs' plans: what one
                                               sets the next one sees */
    ngx_uint_t                  syncs;      /* Syncs sent whose answers have
                                               not come */
    uint64_t                    sent;       /* µs */
    uint64_t                    expected;   /* µs of service, as measured
                                               before */
    uint64_t                    load;       /* µs: the sum of its flights'
                                               loads */
    PGresult                   *failure;    /* the error that came with the
                                               Sync itself */
    ngx_queue_t                 landed;     /* flights of the segment before
                                               this one, which has come back:
                                               their jobs end with this
                                               segment */
    unsigned                    setup:1;
    unsigned                    transaction:1;
    unsigned                    undone:1;   /* ROLLBACK was sent after a
                                               failure */
    unsigned                    cleans:1;   /* it cleans the session of what
                                               the one before may have left */
    unsigned                    question:1; /* it is a question of
                                               db/question */
    unsigned                    saved:1;    /* it has the savepoint of
                                               db/clean */
};


/* a job that has been given to a connection */
struct api_db_flight_s {
    ngx_queue_t                 queue;      /* of the connection's pending
                                               flights, a segment's, or
                                               db->held */
    ngx_queue_t                 results;    /* kept results: of commands, in
                                               order */
    api_db_t                   *db;
    api_db_conn_t              *conn;       /* NULL: it is held */
    api_db_segment_t           *segment;    /* NULL: it was not sent yet */
    api_db_job_t               *job;        /* NULL: it was forgotten */
    const api_db_plan_t        *plan;
    PGresult                   *failure;
    ngx_uint_t                  failed;     /* the step that failed */
    ngx_uint_t                  next;       /* dialogue: the next step to
                                               send */
    size_t                      most;       /* job->most, as the job may be
                                               gone */
    size_t                      received;   /* bytes of its results, without
                                               those that came in one read
                                               with others' */
    uint64_t                    sent;
    uint64_t                    told;       /* µs from then to the last of its
                                               results */
    ngx_uint_t                  epoch;      /* the connection's epoch when it
                                               was sent, */
    ngx_uint_t                  known;      /* and by what its values were
                                               made */
    api_db_doubt_t              doubt;
    uint64_t                    load;       /* µs that it added to the
                                               backlog */
    unsigned                    delivered:1;
    unsigned                    declined:1;
    unsigned                    enough:1;    /* no more steps are wanted:
                                                commit */
    unsigned                    no_memory:1;
    unsigned                    aborted:1;  /* another's failure aborted it */
    unsigned                    retry:1;
    unsigned                    dialogue:1; /* BEGIN, steps, COMMIT */
    unsigned                    doubtful:1; /* it may have failed because of
                                               what is remembered of another
                                               schema */
    unsigned                    closing:1;  /* COMMIT or ROLLBACK is sent */
    unsigned                    undone:1;   /* it was ROLLBACK */
    unsigned                    typed:1;    /* types were asked for because
                                               of it */
    unsigned                    confirmed:1;  /* the types in its rows were
                                                 confirmed */
    unsigned                    landed:1;   /* its Sync has come, and the
                                               session is being made clean */
    unsigned                    too_large:1;
    unsigned                    outdated:1;  /* its values were made for
                                                another schema */
};


struct api_db_conn_s {
    API_DB_EVENT_DATA;

    ngx_queue_t                 queue;      /* of db->conns[state] */
    api_db_conn_state_e         state;
    api_db_t                   *db;
    const ngx_str_t            *where;      /* of db->servers; NULL: not there
                                               yet, or there were too many */
    PGconn                     *pg;
    api_db_wire_t               wire;
    ngx_log_t                   log;
    ngx_event_t                 timer;
    ngx_event_t                 post;       /* sends at the end of the turn */
    api_db_resolve_t           *resolve;
    api_db_handshake_t         *handshake;  /* a thread has "pg" */
    api_db_cancel_t            *cancel;     /* its cancel request, waiting or
                                               being sent by a thread */

    ngx_queue_t                 pending;    /* flights that were not sent yet */
    ngx_queue_t                 segments;   /* in flight, in order */
    ngx_queue_t                 questions;  /* of commands: questions
                                               (db/question) that follow the
                                               segments; empty when nothing
                                               is in flight */
    ngx_uint_t                  in_flight;  /* flights, those in "pending"
                                               included */
    uint64_t                    backlog;    /* µs: the sum of its flights'
                                               loads */
    uint64_t                    woken;      /* µs: when the socket was last
                                               readable; */
    uint64_t                    moved;      /* when completions last came;
                                               and */
    uint64_t                    since;      /* since when the batch below was
                                               worked on: the plans of those
                                               completions */
    const api_db_plan_t        *batch[API_DB_BATCH];
    ngx_uint_t                  nbatch;
    uint64_t                    suspected;  /* µs: when a job on it was given
                                               up at its deadline; 0: none
                                               was */
    uint64_t                    stalled;    /* µs: since when its oldest
                                               flight runs, if that is too
                                               long; 0: not stalled */
    uint64_t                    noticed;    /* µs: "since" of the last look,
                                               and */
    ngx_uint_t                  looks;      /* how many looks found the same */
    ngx_uint_t                  others;     /* db->completed when it stalled */

    api_db_lane_e               mode;       /* READ or WRITE: what its jobs
                                               need; */
    api_db_lane_e               server;     /* what the server was told last; */
    api_db_lane_e               native;     /* and what the session began as */
    api_db_pooler_e             native_pooler;
    ngx_int_t                   backend;    /* the server's process, behind a
                                               pooler of sessions; 0: not
                                               told */
    ngx_uint_t                  reserved;   /* lane + 1 */
    ngx_uint_t                  secret;     /* db->nsecret, when it was made */

    uint32_t                   *parsed;     /* by statement: the serial of
                                               its Parse; 0: none */
    uint32_t                    serial;
    ngx_uint_t                  epoch;      /* of what is prepared in it */

    const api_db_plan_t        *stuck;      /* the plan that runs too long on
                                               it, or NULL */
    const api_db_plan_t        *doubted;    /* the plan that may, as many of
                                               its jobs are under way; or
                                               NULL */

    ngx_msec_t                  born;
    ngx_msec_t                  lifetime;   /* 0: unlimited */
    ngx_msec_t                  used;
    ngx_msec_t                  heard;
    ngx_uint_t                  nulls;      /* NULLs in a row from
                                               PQgetResult */

    ngx_uint_t                  learning;   /* answers awaited for db/learn */
    const api_db_plan_t        *plan;       /* of the job that uses it alone */
    unsigned                    exclusive:1;
    unsigned                    slow:1;     /* counted in db->slow */
    unsigned                    gated:1;    /* counted in the limit */
    unsigned                    bloated:1;  /* its buffers have grown */
    unsigned                    half:1;     /* a part of a result may have
                                               come */
    unsigned                    large:1;    /* that result is known to be
                                               large */
    unsigned                    broken:1;   /* to be discarded */
    unsigned                    unfound:1;  /* no host has an address */
    unsigned                    numbered:1; /* sequences have given numbers */
    unsigned                    left:1;     /* something is left in it that only
                                               its end takes away */
    unsigned                    settled:1;  /* it is told its settings */
    unsigned                    types:1;    /* loads the types */
    unsigned                    asks:1;     /* the question of db/doubt, */
    unsigned                    inquires:1; /* or one of db/inquiry */
    unsigned                    canceled:1;
    unsigned                    stopped:1;  /* what runs on it was cancelled,
                                               and it goes on afterwards; */
    unsigned                    stopping:1; /* the request is under way */
    unsigned                    proven:1;   /* it has had a job */
    char                        state_code[6];
    char                        reason[256];  /* the server's last words */
};


/* a statement from its first answer until it is learned */
typedef struct {
    ngx_pool_t                 *pool;
    api_sql_attempt_t           attempt;
} api_db_learning_t;


/* one statement in one worker */
typedef struct {
    char                        name[NGX_INT_T_LEN + 5];
    unsigned                   *oids;       /* given; NULL: all are inferred */
    unsigned                   *sent;       /* the same and those of
                                               composites, */
    ngx_uint_t                  known;      /* as db->known was then; 0: not
                                               made */
    unsigned                   *params;     /* inferred types, or NULL */
    api_db_learning_t          *learning;   /* db/learn's, or NULL */
    ngx_pool_t                 *pool;       /* the shape is in it */
    api_sql_shape_t             shape;
    unsigned                    learned:1;  /* PostgreSQL was asked about it */
    unsigned                    unnamed:1;  /* under its name something else
                                               was prepared */
} api_db_prepared_t;


/* one plan's measured service time */
typedef struct {
    uint64_t                    average;    /* µs × 16 */
    uint64_t                    least;      /* a running minimum: when
                                               nothing else keeps the server
                                               busy */
    uint64_t                    tail;       /* µs of a slow one; it fades */
    ngx_msec_t                  slowed;     /* when the tail was measured */
    uint64_t                    key;        /* of its note in the zone; 0:
                                               none */
    ngx_uint_t                  n;
    ngx_uint_t                  bulky;      /* above 0: one of its last
                                               results was large */
    ngx_uint_t                  unnoted;    /* since the last note */
    unsigned                    sought:1;   /* in the zone */
    ngx_uint_t                  stuck;      /* connections on which one of it
                                               runs too long at this moment */
    ngx_uint_t                  doubted;    /* connections where it may */
    ngx_uint_t                  flights;    /* on connections, and */
    uint64_t                    load;       /* µs: the sum of theirs */
    unsigned                    examined:1;
    unsigned                    transaction:1;
} api_db_cost_t;


typedef struct {
    ngx_queue_t                 jobs;
    api_db_conn_t              *reserved;
} api_db_line_t;


struct api_db_s {
    API_DB_EVENT_DATA;

    const api_db_conf_t        *conf;
    const char *const          *keywords;   /* of connections: those of the */
    const char *const          *values;     /* configuration, or with a
                                               secret */
    ngx_pool_t                 *secret;     /* those that were read since, in
                                               this pool */
    ngx_uint_t                  nsecret;    /* how many times it was read */
    ngx_log_t                  *log;
    ngx_pool_t                 *pool;
    ngx_str_t                  *servers;    /* those it was connected to, of
                                               db/took; NULL: none yet */
    ngx_uint_t                  nservers;
    ngx_uint_t                  standby;    /* 1: the server that was last heard
                                               of is one, see db/role */
    api_thread_team_t           cancels;
    api_thread_team_t           handshakes;
    api_db_limit_t              limit;

    ngx_queue_t                 conns[API_DB_CONN_STATES];
    ngx_uint_t                  counts[API_DB_CONN_STATES];
    ngx_uint_t                  slow;       /* connections that something slow
                                               has to itself */
    ngx_uint_t                  minimum;    /* part of min_connections */

    api_db_line_t               lines[API_DB_LANES];
    ngx_uint_t                  waiting;
    ngx_uint_t                  completed;  /* jobs */
    ngx_msec_t                  came[API_DB_ALONE];  /* by mode: when something
                                                        fast came last; 0:
                                                        never */
    const api_db_plan_t        *latest;     /* that a connection was given, */
    ngx_msec_t                  mixed;      /* and when it was another one */
    ngx_queue_t                 held;       /* flights waiting for types */
    ngx_queue_t                 doubts;     /* of api_db_doubt_t: to be asked
                                               for, */
    ngx_queue_t                 asking;     /* asked for, */
    ngx_queue_t                 answered;   /* and to be called */
    ngx_queue_t                 learners;   /* of api_db_doubt_t: until types
                                               are known */
    ngx_queue_t                 inquiries;  /* of api_db_inquiry_t, */
    api_db_inquiry_t           *inquiry;    /* and the one that something is in
                                               flight for, or NULL */
    ngx_uint_t                  known;      /* see api_db_known(), and how */
    ngx_uint_t                  nknown;     /* many times they were learned */
    ngx_event_t                 late;
    ngx_uint_t                  epoch;      /* see db/doubt.h */
    char                        catalog[API_DB_CATALOG];
    ngx_msec_t                  confirmed;  /* when it was last seen to be
                                               this one */

    ngx_event_handler_pt        on_socket;  /* handlers of connections:
                                               db/events is above the file
                                               that opens one, so it leaves
                                               them */
    ngx_event_handler_pt        on_timer;   /* here when the database */
    ngx_event_handler_pt        on_turn;    /* made */

    ngx_event_t                 run;        /* serve the lines, open */
    ngx_event_t                 expire;
    ngx_event_t                 retry;      /* to connect */
    ngx_event_t                 maintain;
    ngx_event_t                 look;       /* at what is in flight */
    api_db_wake_t               wake;

    ngx_uint_t                  failures;   /* attempts to connect that
                                               failed, in a row */
    ngx_msec_t                  failing;    /* since */
    ngx_msec_t                  pause;      /* before the next attempt */
    ngx_msec_t                  opened;     /* when a connection was opened
                                               last */
    ngx_msec_t                  gate;       /* not before then is the limit
                                               asked again */
    ngx_msec_t                  yielded;    /* nor another connection given
                                               up */
    uint32_t                    failure_hash;
    ngx_msec_t                  loss_logged;
    ngx_msec_t                  late_logged;

    void                       *first;      /* the state of conf->first; NULL
                                               once that is done */
    api_db_prepared_t          *prepared;
    api_db_cost_t              *costs;
    api_sql_types_t            *types;

    const char                 *tables;     /* an array of those that are
                                               written to, for db/learn; NULL:
                                               not known */
    ngx_array_t                *columns;    /* of api_sql_column_t and */
    ngx_array_t                *rules;      /* api_sql_constraint_t: what it has
                                               learned of them, or NULL */

    const char                 *settings;   /* of a transaction behind a pooler
                                               (db/clean); NULL: not known */
    int                         stall[2];   /* api_db_wire_stall() */

    const char                **scratch;    /* for values */
    ngx_uint_t                  nscratch;

    ngx_queue_t                 free_flights;
    ngx_queue_t                 free_segments;
    ngx_queue_t                 free_commands;

    unsigned                    ending:1;   /* the worker exits, and nobody
                                               waits for answers */
    unsigned                    want:1;     /* one more connection would help */
    unsigned                    types_loading:1;
    unsigned                    types_loaded:1;
    unsigned                    types_wanted:1;  /* and no connection is free */
    unsigned                    types_stale:1;  /* they are asked once more */
    unsigned                    asks:1;     /* the catalog, at this moment, */
    unsigned                    inquires:1; /* or a part of a statement */
    unsigned                    outdated:1; /* a connection has said that it is
                                               to be asked */
    unsigned                    changed:1;  /* it is not what the configuration
                                               was checked against */
    unsigned                    learned:1;  /* or asked; see db/learn */
    unsigned                    learning:1; /* answers are awaited, */
    unsigned                    tried:1;    /* all are described, and declared
                                               types are tried */
    unsigned                    relearn:1;  /* but the schema has changed
                                               again */
    unsigned                    gate_shut:1;  /* until db->gate */
    unsigned                    owed:1;     /* the next idle connection goes
                                               to another worker */
    unsigned                    flat:1;     /* the last attempt found no
                                               server */
    unsigned                    served:1;   /* there was a connection once */
    unsigned                    pooler_told:1;
    unsigned                    prepare:1;  /* as configured, or as the
                                               pooler */
    api_db_pooler_e             pooler;     /* that was noticed asks for */
};


/* connections that the server has, or may have soon */
#define api_db_open_count(db)                                                 \
    ((db)->counts[API_DB_CONN_CONNECTING] + (db)->counts[API_DB_CONN_SETUP]   \
     + (db)->counts[API_DB_CONN_IDLE] + (db)->counts[API_DB_CONN_BUSY]        \
     + (db)->counts[API_DB_CONN_DRAINING])

#define api_db_usable_count(db)                                               \
    ((db)->counts[API_DB_CONN_IDLE] + (db)->counts[API_DB_CONN_BUSY])

#define api_db_coming_count(db)                                               \
    ((db)->counts[API_DB_CONN_CONNECTING] + (db)->counts[API_DB_CONN_SETUP])


/* monotonic microseconds; never 0 */
static ngx_inline uint64_t
api_db_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000 + 1;
}


#endif /* API_DB_ENGINE_H */
