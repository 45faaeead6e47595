
/*
 * Keys that somebody else publishes (a JWKS by URL): fetched by one worker
 * through a location of ours for all of them, kept in shared memory as the text
 * that they are, and newer ones before they are needed.
 *
 * What a caller does: while the configuration is read, conf/keyset.  In a
 * worker, api_http_keyset_text() whenever api_http_keyset_generation() is
 * another number than that of the text it has.  Of a request that finds none,
 * or lacks a key, api_http_keyset_wait() with a wait object of its own:
 *
 *     NGX_AGAIN:     wait.ready(wait.data) will be called once, from an event:
 *                    look again then.  Or api_http_keyset_forget(&wait).
 *     NGX_DECLINED:  nothing comes: without a text 503, API_ERROR_KEYS_AWAY;
 *                    else the key is unknown
 *
 * A request waits once for each set at most, and as long as a fetch may take.
 */


#ifndef API_HTTP_KEYSET_H
#define API_HTTP_KEYSET_H


#include "http/keyset_zone.h"
#include "http/selfget.h"


#define API_HTTP_KEYSET_WAITING  1000              /* requests of a worker */
#define API_HTTP_KEYSET_FETCH    5000              /* ms, a fetch at most */


/* made while the configuration is read, in cf->pool */
typedef struct {
    ngx_str_t                   uri;
    ngx_uint_t                  algorithms;  /* that keys are wanted for, as of
                                                auth/algorithm; 0: any */
    ngx_msec_t                  refresh;
    ngx_msec_t                  stale;
    ngx_msec_t                  pause;       /* between two fetches' starts */
    api_http_selfget_t          get;
    api_http_keyset_shared_t   *shared;      /* NULL: no worker runs yet */
    ngx_uint_t                  cycle;       /* this configuration's number */

    /* a worker's */
    uint64_t                    read;        /* what its reader has */
    ngx_queue_t                 waiting;     /* of api_http_keyset_wait_t */
    ngx_event_t                 due;         /* the next fetch */
    ngx_event_t                 look;        /* is another's over? */
} api_http_keyset_t;


/* in the request's pool, zeroed but for the first two */
typedef struct {
    void                      (*ready)(void *data);
    void                       *data;
    ngx_queue_t                 queue;
    ngx_msec_t                  started;     /* the fetch it waits for */
    unsigned                    waits:1;
    unsigned                    waited:1;
} api_http_keyset_wait_t;


/* in init_process of a worker */
void api_http_keyset_start(api_http_keyset_t *set, ngx_cycle_t *cycle);

/* another number whenever the text is another, in all workers and over
   reloads; 0: there is none, or it is older than stale allows */
uint64_t api_http_keyset_generation(const api_http_keyset_t *set);

/*
 * The text in the pool, a NUL behind: a JWKS that has keys for the algorithms.
 * NGX_OK; NGX_AGAIN: the generation is 0; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_keyset_text(const api_http_keyset_t *set,
    ngx_pool_t *pool, ngx_str_t *text, uint64_t *generation);

/*
 * For another text than that of the generation.  wait: NULL for who cannot
 * wait.  NGX_AGAIN: there is one, or it is being fetched; NGX_DECLINED: it was
 * a moment ago, or this one has waited already.
 */
API_MUST_CHECK ngx_int_t api_http_keyset_wait(api_http_keyset_t *set,
    api_http_keyset_wait_t *wait, uint64_t generation);

/* nobody waits any more; or nobody did */
void api_http_keyset_forget(api_http_keyset_wait_t *wait);


#endif /* API_HTTP_KEYSET_H */
