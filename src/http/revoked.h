
/*
 * Tokens that hold no more, though they have not expired: "revoked" of api_jwt.
 * A statement has the list; one worker asks for it every few seconds, for all
 * of them.  While the database is away the list stays that there is.
 */


#ifndef API_HTTP_REVOKED_H
#define API_HTTP_REVOKED_H


#include "http/ctx.h"
#include "http/revoked_zone.h"


/* ms: a list that takes longer is another worker's matter */
#define API_HTTP_REVOKED_ASK  15000


/* columns of the result; NGX_ERROR: there is none */
typedef struct {
    ngx_int_t                   jti;
    ngx_int_t                   sub;
    ngx_int_t                   before;
} api_http_revoked_columns_t;


typedef struct api_http_revoked_s  api_http_revoked_t;

/* in cf->pool; the rest is a worker's own */
struct api_http_revoked_s {
    api_http_route_t           *route;       /* nobody's: it has the statement,
                                                see conf/aside.h */
    ngx_msec_t                  every;
    ngx_uint_t                  most;        /* rows */
    api_http_revoked_place_t   *place;

    ngx_event_t                 due;         /* the next list */
    ngx_event_t                 look;        /* is the first one there? */
    ngx_queue_t                 waiting;     /* of api_http_revoked_wait_t */
    api_db_job_t                job;
    ngx_msec_t                  started;     /* the list that job asks for */
    unsigned                    asking:1;    /* the list is asked for, or being
                                                written */
    unsigned                    told:1;      /* that it has too many rows */
    /* for http/revoked_fill: what was received, and how far it is written */
    struct pg_result           *res;         /* our own; or NULL */
    api_http_revoked_columns_t  column;
    ngx_uint_t                  row;         /* the next one */
    ngx_uint_t                  slot;        /* the next one to be emptied */
    ngx_event_t                 more;        /* the next slice */
    void                      (*filled)(api_http_revoked_t *revoked,
                                        ngx_int_t rc);
    unsigned                    begun:1;
    unsigned                    emptied:1;
};


/* of a request, zeroed */
typedef struct {
    api_http_ctx_t             *ctx;
    ngx_queue_t                 queue;
    ngx_msec_t                  begun;
    unsigned                    waits:1;
    unsigned                    waited:1;
} api_http_revoked_wait_t;


/* in init_process of a worker */
void api_http_revoked_start(api_http_revoked_t *revoked, ngx_cycle_t *cycle);

/*
 * NGX_OK: the token holds; NGX_DECLINED: it is revoked; NGX_AGAIN: there is no
 * list yet, and ctx->resume() comes when there is, or in vain after a few
 * seconds; NGX_ABORT: there is none, and nobody waits.  wait: NULL for who
 * cannot.
 */
API_MUST_CHECK ngx_int_t api_http_revoked(api_http_revoked_t *revoked,
    const api_auth_claims_t *claims, api_http_ctx_t *ctx,
    api_http_revoked_wait_t *wait);

/* nobody waits any more; or nobody did */
void api_http_revoked_forget(api_http_revoked_wait_t *wait);


#endif /* API_HTTP_REVOKED_H */
