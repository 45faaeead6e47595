
/*
 * The state of one request: what its steps leave for each other.
 */


#ifndef API_HTTP_CTX_H
#define API_HTTP_CTX_H


#include "http/route.h"
#include "core/buf.h"
#include "json/read.h"


/* see http/chapter.h */
#define API_HTTP_CHAPTERS  32


typedef struct api_http_task_s  api_http_task_t;
typedef struct api_http_inquiry_s  api_http_inquiry_t;

/* a statement's failure, of which it is to be found out whose fault it is */
typedef struct {
    ngx_uint_t                  step;
    ngx_str_t                   words;       /* for the log */
    api_failure_t               failure;     /* its code and message */
} api_http_refusal_t;


/* the sentence of a 412 */
#define API_HTTP_CTX_CONDITION                                                \
    "what is stored is not what If-Match or If-None-Match says: read it again"

/* lives in r->pool; from the match of the route to the end of the request */
struct api_http_ctx_s {
    ngx_http_request_t         *request;
    const api_http_ctx_t       *previous;    /* before nginx has led the request
                                                elsewhere, as to an error_page;
                                                or NULL */
    ngx_pool_cleanup_t          found;       /* among those of r->pool, to be
                                                found there when the request
                                                has lost its ctx */
    const api_http_route_t     *route;       /* NULL: no route matched */
    ngx_str_t                  *segments;    /* values of the path */
    void                      **location;    /* while the rewrite directives of
                                                the location run, before its
                                                routes are asked; else NULL */
    ngx_uint_t                  allow;       /* refused for its method: the
                                                methods there are */

    uint64_t                    begun;       /* µs of api_http_clock(), when
                                                nginx began the request; 0: no
                                                step has run, or nobody
                                                observes */
    api_error_t                 error;
    api_buf_t                   out;         /* the answer, rendered */

    const api_http_steps_t     *steps;       /* those that are walked; NULL: not
                                                begun */
    ngx_uint_t                  step;        /* index among them */
    ngx_event_t                 deadline;
    void                      (*resume)(api_http_ctx_t *ctx);
                                             /* the driver's, called by those
                                                who answered NGX_AGAIN; the
                                                request may be gone then */
    void                       *slots[API_HTTP_CHAPTERS];
                                             /* the chapters' own, see
                                                http/chapter.h */

    /* input */
    api_value_t                *inputs;      /* one a route->inputs */
    ngx_array_t                *wrong;       /* of api_failure_t: theirs, while
                                                the body is looked at */
    api_http_task_t            *task;        /* for a thread, or NULL */
    ngx_str_t                   body;        /* what $body is bound as */
    api_value_t                *fields;      /* one a route->body->fields */

    /* what is remembered of the schema */
    ngx_uint_t                  epoch;       /* when the request began, */
    ngx_uint_t                  known;       /* types that were known then, see
                                                http/learned */
    ngx_uint_t                  restarts;    /* so many times it began again
                                                for a schema that had changed */
    api_db_doubt_t              doubt;

    /* query */
    api_db_job_t                job;         /* of the part that runs */
    ngx_uint_t                  part;        /* so many of route->parts are
                                                behind the request, */
    ngx_uint_t                  committed;   /* and so many are committed: they
                                                do not run again */
    ngx_uint_t                  role;        /* that all of them run as, of
                                                route->settings->roles, from 1;
                                                0: none, or not chosen yet */
    api_value_t               **rows;        /* rows[query][bind], of
                                                http/source_row; those of
                                                readers behind */
    api_value_t                *row;         /* one a mcf->row_names */
    uint64_t                    db_time;     /* microseconds, */
    uint64_t                    wait_time;   /* of them before being sent */
    size_t                      promised;    /* bytes, of http/unsent */
    size_t                      kept;

    api_http_inquiry_t         *inquiry;     /* http/inquire's, while it runs */
    api_http_refusal_t          refusal;     /* what that is about */

    ngx_str_t                   type;        /* the answer's Content-Type, where
                                                it is no JSON; or empty */
    ngx_uint_t                  status;      /* of success, by what a row says;
                                                0: the route's */
    ngx_uint_t                  most;        /* rows that route->confirms may
                                                write, plus 1; 0: any number, */
    ngx_uint_t                  written;     /* and has, so far */

    ngx_uint_t                  none;        /* status of an answer without a
                                                body, by none=; or 0 */
    ngx_int_t                   query_rc;    /* of the step, once done */
    unsigned                    refused:1;      /* by http/match: 405, OPTIONS
                                                   or 400 follow; a preflight
                                                   by http/access */
    unsigned                    preflight:1;    /* it is one, which
                                                   alcf->preflight answers */
    unsigned                    conditional:1;  /* the client has said how what
                                                   it writes to must be: where
                                                   a guarded query finds
                                                   nothing it is not so */
    unsigned                    undo:1;         /* what route->confirms writes
                                                   is rolled back when all of
                                                   it has gone well, */
    unsigned                    undone:1;       /* as it has been */
    unsigned                    received:1;     /* nginx has the body, or
                                                   discards it */
    unsigned                    receiving:1;    /* and waits for it */
    unsigned                    form:1;         /* the body is a form */
    unsigned                    bare:1;         /* the answer is wanted without
                                                   an envelope */
    unsigned                    outdated:1;     /* another schema's: it refuses
                                                   nothing */
    unsigned                    unsure:1;       /* it has refused a value */
    unsigned                    nobody:1;       /* a chapter asks who it is, and
                                                   nobody has said: what is not
                                                   allowed is 401, not 403 */
    unsigned                    asked:1;        /* whether it still holds */
    unsigned                    stale:1;        /* it did not */
    unsigned                    again:1;        /* it begins again */
    unsigned                    query_done:1;   /* the job is done */
    unsigned                    finished:1;     /* our answer is being sent */
    unsigned                    withheld:1;     /* a column that no header may
                                                   have; it is in the log */
    unsigned                    aside:1;        /* a variable has asked, outside
                                                   of any API */

    /* filter: replaces nginx's own error page */
    ngx_buf_t                  *page;
};


/* the request's state, made on first use; NULL: memory */
api_http_ctx_t *api_http_ctx_get(ngx_http_request_t *r);

/* the same for a variable of ours, which any site may ask */
api_http_ctx_t *api_http_ctx_aside(ngx_http_request_t *r);

/* has r been in a location of an API, here or before it was led elsewhere? */
ngx_uint_t api_http_ctx_met(ngx_http_request_t *r);

/*
 * Is r's answer the API's?  Its location is, or an error_page has led out of
 * one.
 */
ngx_uint_t api_http_ctx_covers(ngx_http_request_t *r);

/*
 * The state that has what variables tell, current or lost by an internal
 * redirect; NULL: neither.
 */
const api_http_ctx_t *api_http_ctx_seen(ngx_http_request_t *r);

/* of ctx (or NULL) and those before it, the first one that has begun; NULL:
   none has */
const api_http_ctx_t *api_http_ctx_begun(const api_http_ctx_t *ctx);


#endif /* API_HTTP_CTX_H */
