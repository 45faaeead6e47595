
/*
 * Passwords to argon2id, and against what tables have of them, in threads that
 * stand back: fewer at a time than there are processors, the others in a
 * bounded line.
 */


#ifndef API_HTTP_PASSWORD_H
#define API_HTTP_PASSWORD_H


#include "http/ctx.h"


/* api_password { }, and whether anybody needs it */
typedef struct {
    size_t                      memory;      /* bytes of a hash */
    ngx_uint_t                  time;        /* its passes */
    ngx_uint_t                  threads;     /* of all workers; 0: as many as
                                                processors but one */
    ngx_uint_t                  queue;       /* of a worker: that wait */
    ngx_uint_t                  routes;      /* that hash or verify */
    unsigned                    given:1;     /* the block is there */
    api_place_t                 place;
} api_http_password_conf_t;


/* what a thread is asked */
typedef struct {
    ngx_str_t                   password;
    const ngx_str_t            *stored;      /* what a table has of it, with
                                                data NULL of nobody's; NULL:
                                                nothing is to be verified */
    ngx_uint_t                  hash;        /* a new hash is wanted; with
                                                stored where that is right and
                                                of another cost */
} api_http_password_ask_t;


typedef struct {
    ngx_int_t                   verdict;     /* api_password_verify()'s, but for
                                                NGX_ERROR */
    ngx_str_t                   hash;        /* in the request's pool, a NUL
                                                behind; data NULL: none */
} api_http_password_told_t;


/* in init_module: the workers compute together no more than so many */
void api_http_password_share(ngx_cycle_t *cycle,
    const api_http_password_conf_t *conf);

/* in init_process.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_password_init(ngx_cycle_t *cycle,
    const api_http_password_conf_t *conf);

/*
 * Before a password is asked about at all: NGX_OK, or NGX_DECLINED where it
 * would be refused now, ctx->error is 503.
 */
API_MUST_CHECK ngx_int_t api_http_password_room(api_http_ctx_t *ctx);

/*
 * For a step, which calls it with the same question until it is answered.
 * NGX_OK: *told; NGX_AGAIN: ctx is resumed; NGX_DECLINED: ctx->error is 503;
 * NGX_ERROR.  It uses ctx->task, and api_http_task_forget() gives it up.
 */
API_MUST_CHECK ngx_int_t api_http_password(api_http_ctx_t *ctx,
    const api_http_password_ask_t *ask, api_http_password_told_t *told);


#endif /* API_HTTP_PASSWORD_H */
