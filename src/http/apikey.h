
/*
 * API keys: who has one stands in a file, or is looked up by a statement, and
 * remembered for a while.  A row's columns are the claims of who asks, as those
 * of a token.
 *
 * However many requests come with one key, it is looked up once at a time, and
 * so many keys a second by each worker: whoever tries keys does not keep the
 * database busy.
 */


#ifndef API_HTTP_APIKEY_H
#define API_HTTP_APIKEY_H


#include "http/apikey_file.h"
#include "http/ctx.h"
#include "auth/reason.h"
#include "auth/tokens.h"


#define API_HTTP_APIKEY_LEAST  16              /* bytes of a key */
#define API_HTTP_APIKEY_MOST   256
#define API_HTTP_APIKEY_HASH   32              /* SHA-256 */


typedef struct api_http_apikey_none_s  api_http_apikey_none_t;


/* api_key { }, in cf->pool: const, but for what is a worker's */
typedef struct {
    api_http_route_t           *route;       /* nobody's: it has the statement,
                                                see conf/aside.h; or NULL */
    api_http_apikey_file_t     *file;        /* is asked first; or NULL */
    ngx_str_t                   header;      /* its name, as written */
    ngx_str_t                   challenge;   /* of WWW-Authenticate */
    ngx_uint_t                  cache;       /* ms that a row is good for */
    ngx_uint_t                  rate;        /* look-ups a second */
    api_place_t                 place;

    /* a worker's */
    api_auth_tokens_t          *known;       /* by their hashes */
    api_http_apikey_none_t     *none;        /* that have no row */
    ngx_queue_t                 asked;       /* look-ups under way, */
    ngx_uint_t                  nasked;
    ngx_queue_t                 spare;       /* and their memory */
    ngx_uint_t                  left;        /* of rate, thousandths, */
    ngx_msec_t                  counted;     /* at that time */
} api_http_apikey_t;


/* a request's; zeroed by the caller */
typedef struct {
    api_http_ctx_t             *ctx;
    ngx_queue_t                 queue;
    ngx_int_t                   rc;          /* once it is told */
    api_error_code_e            error;       /* with NGX_ABORT: what a client is
                                                told */
    unsigned                    waits:1;
    unsigned                    told:1;
} api_http_apikey_wait_t;


/* a statement's $api_key */
extern const api_http_source_t  api_http_apikey_source;

/* in init_process of a worker.  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_apikey_start(api_http_apikey_t *key,
    ngx_cycle_t *cycle);

/*
 * The key of the request.  NGX_OK: *entry, held (api_auth_tokens_release());
 * NGX_DECLINED: *reason; NGX_AGAIN: it is looked up, ctx->resume() comes;
 * NGX_ABORT: it cannot be, wait->error; or, where waits is 0, it would have to
 * be; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_apikey(api_http_apikey_t *key,
    api_http_ctx_t *ctx, api_http_apikey_wait_t *wait, ngx_uint_t waits,
    api_auth_entry_t **entry, api_auth_reason_e *reason);

/* nobody waits any more; or nobody did */
void api_http_apikey_forget(api_http_apikey_wait_t *wait);


#endif /* API_HTTP_APIKEY_H */
