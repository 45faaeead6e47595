
/*
 * The keys that tokens are verified with: a set made of all that one api_jwt
 * names, and where its parts come from.
 *
 * A part is a row of api_http_key_kind_t: the environment and files are here.
 * One that is fetched is a row more: it may have nothing to give yet, and is
 * told of a kid that nobody knows.
 */


#ifndef API_HTTP_KEYS_H
#define API_HTTP_KEYS_H


#include "http/ctx.h"
#include "http/watched.h"
#include "auth/key.h"


typedef struct api_http_key_source_s  api_http_key_source_t;
typedef struct api_http_keys_s        api_http_keys_t;


/* const, one for all sources of a kind */
typedef struct {
    const char                 *name;        /* one word, for the log */

    /*
     * Its text, a NUL behind, in the pool.  NGX_OK; NGX_AGAIN: there is none
     * yet, the set is made without it; NGX_DECLINED: *why is the end of a
     * sentence (the pool's or static memory), *err errno or 0; NGX_ERROR:
     * memory.
     */
    ngx_int_t                 (*read)(api_http_key_source_t *source,
                                      ngx_pool_t *pool, ngx_str_t *text,
                                      const char **why, ngx_err_t *err);

    /* is there another text than the one that was read?  Asked for each
       token, so it must be quick.  NULL: never */
    ngx_uint_t                (*changed)(api_http_key_source_t *source);

    /*
     * A request (NULL: a variable, which cannot wait) needs a key that the set
     * has not: with is_unknown a kid of its token, else any.  NGX_AGAIN:
     * ctx->resume() comes, and the keys are asked again then; NGX_DECLINED:
     * there is nothing to wait for.  NULL: so it is always.
     */
    ngx_int_t                 (*wait)(api_http_key_source_t *source,
                                      api_http_ctx_t *ctx,
                                      ngx_uint_t is_unknown);

    /* ctx waits no more, if it did.  NULL: it never does */
    void                      (*forget)(api_http_key_source_t *source,
                                        api_http_ctx_t *ctx);

    unsigned                    is_public:1; /* secrets and private keys are
                                                faults */
    unsigned                    lenient:1;   /* a JWK with a fault is left out
                                                with a warning, instead of the
                                                whole set */
} api_http_key_kind_t;


/* in cf->pool */
struct api_http_key_source_s {
    const api_http_key_kind_t  *kind;
    ngx_str_t                   written;     /* "file:keys.json", for sentences;
                                                never what is in it */
    ngx_str_t                   where;       /* of a file its path, absolute, a
                                                NUL behind; of the environment
                                                its text */
    ngx_str_t                   kid;         /* of a single key; or empty */
    ngx_uint_t                  algorithms;  /* of the api_jwt; 0: any */
    api_place_t                 place;
    void                       *data;        /* of its kind */

    api_http_watched_t          file;        /* of a file */
};


/* in cf->pool; a worker's own once it runs */
struct api_http_keys_s {
    ngx_array_t                 sources;     /* of api_http_key_source_t */
    const api_auth_keys_t      *set;         /* NULL: there never was one */
    uint64_t                    generation;  /* another one for each set */

    /* for this file only */
    ngx_pool_t                 *pool;        /* the set's */
    time_t                      looked;      /* at a text that is broken, */
    ngx_uint_t                  told;        /* as was told */
    ngx_log_t                  *log;
};


/* what is wrong with one of the sources */
typedef struct {
    api_http_key_source_t      *source;
    ngx_str_t                   text;        /* the end of a sentence */
    u_char                      room[512];
} api_http_keys_fault_t;


extern const api_http_key_kind_t  api_http_keys_env;
extern const api_http_key_kind_t  api_http_keys_file;


/* empty.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_keys_init(ngx_conf_t *cf,
    api_http_keys_t *keys);

/*
 * A set from all sources, in place of the one there is.  NGX_OK; NGX_DECLINED:
 * *fault, and nothing has changed; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_keys_load(api_http_keys_t *keys,
    api_http_keys_fault_t *fault);

/*
 * keys->set is what there is now, of files that have changed the new one.
 * NGX_OK: until the event's end; NGX_AGAIN: there is none yet, ctx->resume()
 * comes; NGX_DECLINED: there is none.  ctx: NULL for who cannot wait.
 */
API_MUST_CHECK ngx_int_t api_http_keys_get(api_http_keys_t *keys,
    api_http_ctx_t *ctx);

/* a token's kid is none of the set.  NGX_AGAIN: as above, get them again then;
   NGX_DECLINED: it stays so. */
API_MUST_CHECK ngx_int_t api_http_keys_unknown(api_http_keys_t *keys,
    api_http_ctx_t *ctx);

/* ctx waits for none of them any more */
void api_http_keys_forget(api_http_keys_t *keys, api_http_ctx_t *ctx);


#endif /* API_HTTP_KEYS_H */
