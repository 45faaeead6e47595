
/*
 * The configuration as the runtime reads it: const once the cycle runs.
 *
 * conf/ makes it, all of http/ reads it.  Everything lives in cf->pool.
 */


#ifndef API_HTTP_ROUTE_H
#define API_HTTP_ROUTE_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "body/body.h"
#include "core/core.h"
#include "core/place.h"
#include "core/value.h"
#include "db/db.h"
#include "json/read.h"
#include "route/pattern.h"
#include "route/table.h"
#include "schema/schema.h"
#include "sql/rows.h"
#include "sql/state.h"
#include "sql/statement.h"
#include "sql/target.h"


extern ngx_module_t  ngx_http_api_module;


/* see http/step.h, http/ctx.h */
typedef struct api_http_ctx_s    api_http_ctx_t;
typedef struct api_http_step_s   api_http_step_t;
typedef struct api_http_steps_s  api_http_steps_t;


typedef enum {
    API_HTTP_CHECK_ON = 0,     /* a server out of reach is a warning */
    API_HTTP_CHECK_REQUIRED,   /* it is an error */
    API_HTTP_CHECK_OFF
} api_http_check_e;


/* where a server is: conninfo or URI, resolved; never logged */
typedef struct {
    ngx_str_t                   text;        /* NULL data: not given */
    const char *const          *keywords;    /* as api_db_conf_t's */
    const char *const          *values;
    const char                 *secret;      /* and its fallback: the same */
    const char *const          *fallback_keywords;
    const char *const          *fallback_values;
} api_http_conninfo_t;


/* api_postgres NAME { } */
typedef struct {
    api_db_conf_t               db;
    api_http_conninfo_t         primary;
    api_http_conninfo_t         direct;      /* past a pooler, for the check and
                                                migrations; or not given */
    ngx_str_t                   migrations;  /* absolute directory, or empty */
    ngx_str_t                   migrations_where;  /* " in FILE:LINE:COLUMN" */
    api_place_t                 place;
    ngx_uint_t                  index;       /* among the databases */
    ngx_uint_t                  check;       /* api_http_check_e */
    ngx_uint_t                  check_rows;  /* "check plan": of a table that
                                                should not be read as a whole;
                                                0: any may */
    ngx_str_t                   lock;        /* "check file=", absolute, or
                                                empty */
} api_http_database_t;


/* api_header */
typedef struct {
    ngx_str_t                   name;        /* NUL behind */
    ngx_str_t                   source;      /* of the value, as written; empty:
                                                nothing is sent */
    ngx_http_complex_value_t    value;
    ngx_array_t                *columns;     /* of ngx_uint_t: the variables
                                                $api_row_NAME in it; or NULL */
    unsigned                    always:1;    /* of errors, too */
} api_http_header_t;


/* what an api_error is about, for nginx -t */
typedef struct {
    ngx_str_t                   name;
    api_place_t                 place;
    ngx_str_t                   near;        /* a constraint that is nearly
                                                called so, or empty */
    ngx_uint_t                  asked;       /* databases that were asked */
    unsigned                    known:1;     /* one has it */
} api_http_cause_t;


typedef struct {
    ngx_array_t                 databases;   /* of api_http_database_t * */
    ngx_array_t                 row_names;   /* of ngx_str_t: the columns that
                                                $api_row_NAME is used with,
                                                anywhere */
    ngx_uint_t                 *row_known;   /* one each, while nginx -t looks:
                                                some answer has it, or it was
                                                told that none has */
    ngx_uint_t                  row_routes;  /* whose answers were looked at */
    ngx_array_t                 arg_names;   /* of ngx_str_t: $arg_NAME, the
                                                same */
    ngx_array_t                 causes;      /* of api_http_cause_t: all of
                                                api_error */
    ngx_array_t                 sources;     /* of const api_conf_source_t *, */
    ngx_array_t                 passes;      /* of const api_conf_pass_t *:
                                                those of chapters */
    ngx_array_t                *described;   /* of api_conf_described_pt; NULL:
                                                none */
    ngx_array_t                 schema_paths;   /* of api_http_schema_path_t */
    ngx_array_t                 schemas;     /* of api_http_schema_t: files
                                                that were read */
    ngx_array_t                 routes;      /* of api_http_route_t *: those
                                                with statements */
    ngx_uint_t                  nroutes;
    ngx_uint_t                  faults;      /* that are told already: the
                                                reading goes on for others */
    ngx_array_t                 chapters;    /* of api_http_chapter_t *, see
                                                http/chapter.h */
    ngx_array_t                 guarded;     /* of api_http_guarded_t */
    size_t                      max_unsent;  /* of a worker */
} api_http_main_conf_t;


typedef struct {
    ngx_array_t                *routes;      /* of api_http_route_t *, those of
                                                its locations too; NULL: none */
    api_route_table_t          *equals;      /* of them all, to find equal
                                                ones */
    ngx_array_t                *levels;      /* of api_conf_level_t, see
                                                conf/location.h; NULL once the
                                                configuration is read */
} api_http_srv_conf_t;


typedef enum {
    API_IN_PATH = 0,
    API_IN_QUERY,
    API_IN_HEADER,
    API_IN_COOKIE
} api_http_in_e;


/* api_schema_path URI DIR */
typedef struct {
    ngx_str_t                   uri;
    ngx_str_t                   directory;   /* absolute, "/" behind */
} api_http_schema_path_t;


/* a schema's file, read once for all that name it */
typedef struct {
    ngx_str_t                   file;        /* absolute */
    api_json_t                 *document;
} api_http_schema_t;


/* a typed input outside the body: a path segment or an api_param */
typedef struct {
    ngx_str_t                   name;
    api_http_in_e               in;
    ngx_uint_t                  segment;     /* API_IN_PATH: which value */
    api_rule_t                  rule;
    ngx_str_t                   lowcase;     /* API_IN_HEADER: name as in
                                                headers_in, '_' as '-' */
    ngx_uint_t                  hash;        /* of lowcase */
    ngx_uint_t                  used;
    unsigned                    in_given:1;  /* it said in= */
    api_place_t                 place;
} api_http_input_t;


/* where values come from: a row of http/source.h */
typedef struct api_http_source_s  api_http_source_t;


/* what a statement's parameter stands for */
typedef struct {
    const api_http_source_t    *source;      /* whose value it is */
    ngx_uint_t                  index;       /* which of the source's: what it
                                                counts is the source's matter */
    ngx_str_t                   member;      /* of that, where the source wants
                                                it (a row's column), NUL
                                                behind */
    unsigned                    optional:1;  /* it may be absent, */
    unsigned                    sent:1;      /* and $name? asks for that: was it
                                                sent? */
    unsigned                    json:1;      /* of a row: the column as JSON,
                                                not as its text */
    unsigned                    bytes:1;     /* of a row: a bytea is its bytes,
                                                not their text */
    unsigned                    whole:1;     /* of a row: all that its statement
                                                answers, as JSON; there is no
                                                member then */
    const api_rule_t           *rule;        /* what PostgreSQL's type asks for
                                                besides the declared one, or
                                                NULL */
    api_type_t                  as;          /* where the source's values are
                                                JSON: what they are written as;
                                                NONE: nobody could be asked */
    const api_sql_type_t       *form;        /* as a field's, of what is no
                                                field */
    const api_sql_bound_t      *bound;       /* of a type that is a domain, or
                                                NULL; columns have theirs in
                                                the query's targets */
} api_http_bind_t;


/* what is known of the tables that a statement writes to: that a CHECK
   constraint, its own or a domain's, is on a column; that a generated column is
   made of one; without both, that it is a table, which no rule stands for */
typedef struct {
    ngx_str_t                   relation;
    ngx_str_t                   name;        /* of the constraint, or the
                                                generated column */
    ngx_str_t                   column;
} api_http_constraint_t;


/* api_query */
typedef struct {
    api_sql_result_e            result;
    ngx_str_t                   as;          /* empty: none */
    ngx_uint_t                  none;        /* status where it finds or affects
                                                nothing; 0: that is no matter */
    ngx_str_t                   none_detail; /* a sentence for it, or empty */
    unsigned                    keeps:1;     /* what it has written then stays:
                                                "keep" */
    unsigned                    answer:1;
    unsigned                    guarded:1;   /* it says a condition of the
                                                client's: see
                                                ctx->conditional */
    unsigned                    from_file:1; /* FILE.sql, not in place */
    unsigned                    aside:1;     /* of no route: a line of a block,
                                                see conf/aside */
    unsigned                    shared:1;    /* of the location around, before
                                                the route's own, see
                                                conf/shared */
    const char *const          *knows;       /* then: the names that its columns
                                                may have, ended by NULL, of
                                                which the first or the second
                                                must be there; NULL: any */
    api_sql_statement_t         sql;
    api_http_bind_t            *binds;       /* one a parameter of sql */
    ngx_array_t                 targets;     /* of api_sql_target_t */
    ngx_array_t                 rules;       /* of api_http_constraint_t, where
                                                the database was asked */
    ngx_uint_t                  part;        /* of route->parts */
    api_place_t                 place;
} api_http_query_t;


/* the queries of one transaction, see http/plan.h */
typedef struct {
    ngx_uint_t                  first;       /* of route->queries */
    ngx_uint_t                  n;
    api_db_plan_t              *plan;        /* of the first part it is
                                                route->plan */
    api_db_plan_t              *plans;       /* one a role of api_role: plan
                                                with its own statements.  NULL:
                                                there is no such list */
} api_http_part_t;


/* a step that runs before the n-th query, when those above are committed */
typedef struct {
    const api_http_step_t      *step;
    ngx_uint_t                  before;      /* the number of queries: behind
                                                all of them */
} api_http_between_t;


/* a value that no statement reads, see http/reader.h */
typedef struct {
    api_sql_param_t             param;       /* its name */
    api_http_bind_t             bind;
    api_place_t                 place;
} api_http_read_t;


/* api_envelope, in JSON */
typedef struct {
    ngx_str_t                   open;        /* {"articles": */
    ngx_str_t                   count;       /* ,"articlesCount": or empty */
} api_http_envelope_t;


/* $api_row_article_slug: a column of a named row as a variable of nginx's */
typedef struct {
    ngx_uint_t                  query;       /* of route->queries, that says
                                                "as=article" */
    ngx_uint_t                  name;        /* of mcf->row_names */
    ngx_str_t                   column;      /* in lower case */
} api_http_shown_t;


/* which type the columns must be of that a directive reads */
typedef enum {
    API_HTTP_WANT_ANY = 0,
    API_HTTP_WANT_BOOL,
    API_HTTP_WANT_INT,
    API_HTTP_WANT_BYTES        /* or text */
} api_http_want_e;


typedef struct {
    const char                 *what;        /* "api_answer": the directive */
    ngx_uint_t                  index;       /* of route->readers */
    ngx_uint_t                  at;          /* so many queries are above it */
    ngx_array_t                 reads;       /* of api_http_read_t */
    unsigned                    json:1;      /* they are wanted as JSON */
    api_http_want_e             want;        /* of all of them, if they are
                                                columns */
    unsigned                    guards:1;    /* a row that is missing is its
                                                own matter: no 404 before it */
} api_http_reader_t;


/* api_check, and what is asked as that is; in the order of the route's block */
typedef struct {
    api_http_reader_t          *reader;      /* of the column */
    ngx_uint_t                  status;      /* where it does not hold, */
    ngx_str_t                   detail;      /* and a sentence, or empty */
    const ngx_array_t          *among;       /* of ngx_uint_t, of api_status:
                                                then it is an integer, one of
                                                these or NULL, and the status is
                                                of no matter; else NULL */
    unsigned                    negated:1;   /* false is what holds; NULL never
                                                does */
    unsigned                    between:1;   /* it is asked behind a step that
                                                stands between transactions,
                                                else with the result of the
                                                statement above it */
} api_http_demand_t;


/* a name of api_settings; and of api_role, whose name is "role" */
typedef struct {
    ngx_str_t                   name;
    ngx_str_t                   value;       /* as written behind the "=", "$"
                                                included; empty: it is taken
                                                away from what is inherited */
    ngx_str_t                   literal;     /* of it: what stands behind the
                                                "|", or all; NUL behind */
    ngx_str_t                   variable;    /* without "$"; empty: none */
    api_place_t                 place;
} api_http_setting_t;


/* what a route's transactions set before anything else */
typedef struct {
    ngx_array_t                *list;        /* of api_http_setting_t, in the
                                                order of the statement's
                                                parameters */
    api_sql_statement_t        *sql;
    ngx_uint_t                  id;          /* of it, among the database's
                                                statements */
    api_http_bind_t            *binds;       /* one each; source is NULL where
                                                it is literal */
    ngx_array_t                *roles;       /* of ngx_str_t, NUL behind: those
                                                that may be taken, the last of
                                                list.  NULL: none is */
    unsigned                    outside:1;   /* a client may choose the role */
} api_http_settings_t;


typedef enum {
    API_HTTP_MODE_DEFAULT = 0, /* of a GET route read-only */
    API_HTTP_MODE_READ_ONLY,
    API_HTTP_MODE_READ_WRITE
} api_http_mode_e;


/* api_route METHOD PATH { } */
typedef struct {
    ngx_uint_t                  index;       /* among all routes */
    ngx_uint_t                  method;      /* API_METHOD_* */
    api_pattern_t               pattern;     /* location's prefix included */
    ngx_str_t                   name;        /* "GET /api/v1/users/:id" */
    api_place_t                 place;
    api_place_t                 close;       /* of its "}" */

    void                      **loc_conf;    /* the route's own */
    void                      **refusing_loc_conf;
                                             /* the same without its "rewrite",
                                                "return" and "if", for 405,
                                                OPTIONS and bad segments */
    void                      **parent_loc_conf;   /* of its location */
    ngx_uint_t                  home;        /* the level that nginx must choose
                                                for it to be asked */
    ngx_http_handler_pt         handler;     /* that was its answer when its
                                                block ended */

    const ngx_array_t          *params;      /* of api_http_input_t, its own as
                                                written; NULL: none */
    ngx_array_t                 inputs;      /* the same with its path's and its
                                                levels' */
    api_body_t                 *body;        /* NULL: body is discarded */
    ngx_array_t                 queries;     /* of api_http_query_t; empty:
                                                an nginx handler answers */
    ngx_uint_t                  shared;      /* so many of them, the first, are
                                                its location's */
    ngx_uint_t                  answer;      /* index of queries; none of them
                                                if composed */
    ngx_uint_t                  status;      /* of success */
    api_http_mode_e             mode;        /* api_transaction */
    api_http_database_t        *database;
    api_db_plan_t               plan;        /* of its first part */
    api_http_part_t            *parts;       /* one, unless a step stands
                                                between queries */
    ngx_uint_t                  nparts;
    ngx_array_t                *between;     /* of api_http_between_t, in their
                                                order; NULL: none */
    ngx_array_t                *readers;     /* of api_http_reader_t *; NULL:
                                                none */
    ngx_array_t                *demands;     /* of api_http_demand_t; NULL:
                                                none */
    const api_http_envelope_t  *envelope;    /* of its answer, or NULL */
    ngx_array_t                *shown;       /* of api_http_shown_t; NULL:
                                                none */
    api_http_settings_t        *settings;    /* or NULL */
    ngx_uint_t                  lead;        /* the steps of each part before
                                                its queries, see http/plan */
    const api_http_steps_t     *steps;       /* of a request; set when the whole
                                                configuration is read */
    unsigned                    of_server:1; /* its home is the server: it
                                                stands for a location of its
                                                own, see conf/location */
    ngx_uint_t                  learned;     /* as api_db_known() was when what
                                                the worker has learned of
                                                columns was taken over */
    unsigned                    rows:1;      /* a bind takes an earlier row's
                                                column */
    unsigned                    typed:1;     /* some bind has a rule */
    unsigned                    formed:1;    /* some value is put in the form
                                                of its type */
    unsigned                    composed:1;  /* api_answer */
    unsigned                    confirms:1;  /* a chapter looks at the results
                                                of its statements before they
                                                are committed */
    unsigned                    trusted:1;   /* api_trust_functions */
    unsigned                    refused:1;   /* something is wrong with it, */
    unsigned                    vague:1;     /* so that its names cannot be
                                                looked at */
    unsigned                    auth_request:1;  /* asks it: warned of */
    unsigned                    aside:1;     /* no request meets it, see
                                                conf/aside */
} api_http_route_t;


typedef struct {
    api_http_route_t           *route;       /* a route's location (and the
                                                if blocks inside) only */
    ngx_flag_t                  api;         /* problem+json and X-Request-Id
                                                here: a location with routes or
                                                api_ directives (but a guest),
                                                a route, and what is inside; a
                                                "return" of what routes of the
                                                server leave */
    ngx_uint_t                  has_routes;  /* routes declared right here */
    api_route_table_t          *table;       /* what is asked when nginx chooses
                                                this location; or NULL */
    api_route_table_t          *own;         /* of them those of this location
                                                itself; or NULL */
    ngx_uint_t                  level;       /* index among the server's */
    unsigned                    staged:1;    /* its "rewrite", "return", "if"
                                                and "set" run before its own
                                                routes are asked */
    unsigned                    others:1;    /* somebody else answers here:
                                                what no route takes, by method
                                                or type either, is his */
    unsigned                    guest:1;     /* a location with routes and
                                                others: no API but for them */
    u_char                     *root;        /* of "root" or "alias", merged */
    ngx_array_t                *pages;       /* error_page, if this is no API */
    ngx_array_t                *foreign;     /* error_page from outside the API,
                                                which ends at it */
    ngx_str_t                   database_name;
    api_place_t                 database_place;
    api_http_database_t        *database;
    ngx_msec_t                  timeout;
    ngx_flag_t                  trust;       /* api_trust_functions */
    ngx_msec_t                  slow;        /* api_slow_log; 0: off, */
    unsigned                    slow_values:1;  /* with what was sent */
    size_t                      max_answer;
    size_t                      max_body;    /* of a route with a body nginx's
                                                own limit is no larger */
    ngx_flag_t                  unknown;     /* api_param_unknown reject */
    ngx_array_t                *shared;      /* of api_conf_shared_t, while it
                                                is read; or NULL */
    ngx_array_t                *params;      /* of api_http_input_t, own and
                                                inherited; or NULL */
    ngx_uint_t                  media;       /* bits of API_BODY_MEDIA_* */
    ngx_array_t                *errors;      /* of api_sql_override_t, nearest
                                                first; or NULL */
    ngx_array_t                *headers;     /* of api_http_header_t, own and
                                                inherited; or NULL */
    const api_http_steps_t     *access;      /* the access steps; NULL: none */
    ngx_str_t                   challenge;   /* a 401's WWW-Authenticate, by a
                                                chapter; or empty */
    ngx_int_t                 (*preflight)(api_http_ctx_t *ctx);
                                             /* a chapter's answer to CORS
                                                preflights, what
                                                ngx_http_finalize_request()
                                                takes; NULL: they are an OPTIONS
                                                as any other */
    const char                 *marked;      /* a chapter's directive that
                                                stands right here, in place of
                                                those around; NULL: none */
    const char                 *added;       /* one that stands right here, and
                                                adds to those around; or NULL */
    const char                 *alien;       /* one of another module's, see
                                                conf/says.h; or NULL */
} api_http_loc_conf_t;


/* a location, while it is not known yet what is asked there */
typedef struct {
    api_http_loc_conf_t        *alcf;
    void                      **loc_conf;
} api_http_guarded_t;


#endif /* API_HTTP_ROUTE_H */
