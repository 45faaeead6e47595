
#include "http/apikey.h"
#include "http/aside.h"
#include "http/databases.h"
#include "http/headers.h"
#include "http/source.h"
#include "auth/digest.h"


#define APIKEY_KNOWN    1000
#define APIKEY_NONE     1024             /* a power of two */
#define APIKEY_UNKNOWN  5000             /* ms that no row is remembered */
#define APIKEY_ASKED    64               /* look-ups of a worker at a time */
#define APIKEY_ROW      (8 * 1024)       /* bytes of its JSON */


/* a key that has no row; a later key of the same place replaces it */
struct api_http_apikey_none_s {
    u_char                      hash[API_HTTP_APIKEY_HASH];
    ngx_msec_t                  until;
};


/* a look-up, in the cycle's pool */
typedef struct {
    ngx_queue_t                 queue;
    api_http_apikey_t          *key;
    ngx_queue_t                 waiting;     /* of api_http_apikey_wait_t */
    api_db_job_t                job;
    ngx_int_t                   rc;          /* NGX_OK: there is a row */
    u_char                      hash[API_HTTP_APIKEY_HASH];
    u_char                      text[API_HTTP_APIKEY_MOST + 1];
} ask_t;


static ngx_int_t find_header(ngx_http_request_t *r, const ngx_str_t *name,
    ngx_str_t *text, api_auth_reason_e *reason);
static ngx_int_t look(api_http_apikey_t *key, const u_char *hash,
    api_auth_entry_t **entry);
static ngx_int_t join(api_http_apikey_t *key, const ngx_str_t *text,
    const u_char *hash, api_http_ctx_t *ctx, api_http_apikey_wait_t *wait);
static ngx_uint_t may_ask(api_http_apikey_t *key);
static ask_t *find_ask(api_http_apikey_t *key, const u_char *hash);
static ask_t *begin(api_http_apikey_t *key, const ngx_str_t *text,
    const u_char *hash, api_error_code_e *error);
static ngx_int_t submit(api_http_apikey_t *key, ask_t *ask,
    api_error_code_e *error);
static void end(ask_t *ask);
static void type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out);
static ngx_int_t give_values(api_db_job_t *job, ngx_uint_t step,
    const char **values);
static ngx_int_t take(api_db_job_t *job, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape);
static ngx_int_t keep(ask_t *ask, ngx_pool_t *pool,
    const struct pg_result *res, const api_sql_shape_t *shape);
static void done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step);
static void tell_failure(const ask_t *ask, const struct pg_result *res);
static void tell(ask_t *ask, ngx_int_t rc, api_error_code_e error);


/* only give_values() binds it */
const api_http_source_t  api_http_apikey_source = {
    .name = "an API key, which is text",
    .type = type
};


ngx_int_t
api_http_apikey_start(api_http_apikey_t *key, ngx_cycle_t *cycle)
{
    ngx_queue_init(&key->asked);
    ngx_queue_init(&key->spare);

    key->left = key->rate * 1000;
    key->counted = ngx_current_msec;

    key->known = api_auth_tokens_new(cycle->pool, APIKEY_KNOWN);
    key->none = ngx_pcalloc(cycle->pool,
                            APIKEY_NONE * sizeof(api_http_apikey_none_t));

    return (key->known != NULL && key->none != NULL) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_http_apikey(api_http_apikey_t *key, api_http_ctx_t *ctx,
    api_http_apikey_wait_t *wait, ngx_uint_t waits, api_auth_entry_t **entry,
    api_auth_reason_e *reason)
{
    u_char     hash[API_HTTP_APIKEY_HASH];
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = find_header(ctx->request, &key->header, &text, reason);

    if (rc != NGX_OK) {
        return rc;
    }

    *reason = API_AUTH_REASON_API_KEY;

    api_auth_digest_raw(&text, hash);

    rc = look(key, hash, entry);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    if (wait->told) {
        return wait->rc == NGX_OK ? NGX_ABORT : wait->rc;
    }

    return waits ? join(key, &text, hash, ctx, wait) : NGX_ABORT;
}


/* two such headers are refused: it would be a guess which one is meant */

static ngx_int_t
find_header(ngx_http_request_t *r, const ngx_str_t *name, ngx_str_t *text,
    api_auth_reason_e *reason)
{
    size_t                    n;
    ngx_table_elt_t          *found;
    api_http_headers_walk_t   walk;

    api_http_headers_begin(&walk, &r->headers_in.headers);

    found = api_http_headers_next(&walk, name);

    if (found != NULL && api_http_headers_next(&walk, name) != NULL) {
        *reason = API_AUTH_REASON_API_KEY_FORM;
        return NGX_DECLINED;
    }

    if (found == NULL || found->value.len == 0) {
        *reason = API_AUTH_REASON_MISSING;
        return NGX_DECLINED;
    }

    *text = found->value;
    *reason = API_AUTH_REASON_API_KEY_FORM;

    if (text->len < API_HTTP_APIKEY_LEAST || text->len > API_HTTP_APIKEY_MOST) {
        return NGX_DECLINED;
    }

    for (n = 0; n < text->len; n++) {
        if (text->data[n] <= ' ' || text->data[n] > '~') {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/* NGX_AGAIN: nothing is remembered of it */

static ngx_int_t
look(api_http_apikey_t *key, const u_char *hash, api_auth_entry_t **entry)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    api_http_apikey_none_t  *none;

    if (key->file != NULL) {
        rc = api_http_apikey_file_look(key->file, key->known, hash, entry);

        if (rc != NGX_DECLINED || key->route == NULL) {
            return rc;
        }
    }

    text.data = api_unconst(hash);
    text.len = API_HTTP_APIKEY_HASH;

    *entry = api_auth_tokens_find(key->known, &text, key, 0, ngx_time());

    if (*entry != NULL) {
        return NGX_OK;
    }

    none = &key->none[(hash[0] << 8 | hash[1]) & (APIKEY_NONE - 1)];

    return none->until != 0
           && (ngx_msec_int_t) (none->until - ngx_current_msec) > 0
           && ngx_memcmp(none->hash, hash, API_HTTP_APIKEY_HASH) == 0
           ? NGX_DECLINED : NGX_AGAIN;
}


static ngx_int_t
join(api_http_apikey_t *key, const ngx_str_t *text, const u_char *hash,
    api_http_ctx_t *ctx, api_http_apikey_wait_t *wait)
{
    ask_t  *ask;

    ask = find_ask(key, hash);

    if (ask == NULL) {
        ask = begin(key, text, hash, &wait->error);
        if (ask == NULL) {
            return NGX_ABORT;
        }
    }

    wait->ctx = ctx;
    wait->waits = 1;
    ngx_queue_insert_tail(&ask->waiting, &wait->queue);

    return NGX_AGAIN;
}


static ask_t *
find_ask(api_http_apikey_t *key, const u_char *hash)
{
    ask_t        *ask;
    ngx_queue_t  *q;

    for (q = ngx_queue_head(&key->asked); q != ngx_queue_sentinel(&key->asked);
         q = ngx_queue_next(q))
    {
        ask = ngx_queue_data(q, ask_t, queue);

        if (ngx_memcmp(ask->hash, hash, API_HTTP_APIKEY_HASH) == 0) {
            return ask;
        }
    }

    return NULL;
}


static ask_t *
begin(api_http_apikey_t *key, const ngx_str_t *text, const u_char *hash,
    api_error_code_e *error)
{
    ask_t        *ask;
    ngx_queue_t  *q;

    if (key->nasked >= APIKEY_ASKED || !may_ask(key)) {
        *error = API_ERROR_BUSY;
        return NULL;
    }

    if (!ngx_queue_empty(&key->spare)) {
        q = ngx_queue_head(&key->spare);
        ngx_queue_remove(q);
        ask = ngx_queue_data(q, ask_t, queue);

    } else {
        ask = ngx_palloc(ngx_cycle->pool, sizeof(ask_t));
        if (ask == NULL) {
            *error = API_ERROR_INTERNAL;
            return NULL;
        }
    }

    ngx_memzero(ask, sizeof(ask_t));
    ngx_queue_init(&ask->waiting);

    ask->key = key;
    ngx_memcpy(ask->hash, hash, API_HTTP_APIKEY_HASH);
    ngx_memcpy(ask->text, text->data, text->len);

    ngx_queue_insert_tail(&key->asked, &ask->queue);
    key->nasked++;

    if (submit(key, ask, error) != NGX_OK) {
        end(ask);
        return NULL;
    }

    return ask;
}


/* a bucket with the look-ups of one second */

static ngx_uint_t
may_ask(api_http_apikey_t *key)
{
    ngx_msec_t  passed;

    passed = ngx_min(ngx_current_msec - key->counted, 1000);

    key->counted = ngx_current_msec;
    key->left = ngx_min(key->left + passed * key->rate, key->rate * 1000);

    if (key->left < 1000) {
        return 0;
    }

    key->left -= 1000;

    return 1;
}


static ngx_int_t
submit(api_http_apikey_t *key, ask_t *ask, api_error_code_e *error)
{
    api_db_t      *db;
    api_db_job_t  *job;

    job = &ask->job;

    job->plan = key->route->parts[0].plan;
    job->values = give_values;
    job->result = take;
    job->done = done;
    job->data = ask;
    job->log = ngx_cycle->log;
    job->most = 2 * APIKEY_ROW;

    db = api_http_databases_get(key->route->database);

    if (db == NULL) {
        *error = API_ERROR_INTERNAL;
        return NGX_ERROR;
    }

    switch (api_db_submit(db, job)) {

    case NGX_AGAIN:
        return NGX_OK;

    case NGX_BUSY:
        *error = API_ERROR_QUEUE_FULL;
        return NGX_ERROR;

    case NGX_DECLINED:
        *error = API_ERROR_DATABASE_AWAY;
        return NGX_ERROR;

    default:
        *error = API_ERROR_INTERNAL;
        return NGX_ERROR;
    }
}


/* whoever reads freed memory finds no key */

static void
end(ask_t *ask)
{
    api_http_apikey_t  *key;

    key = ask->key;

    ngx_explicit_memzero(ask->text, sizeof(ask->text));

    ngx_queue_remove(&ask->queue);
    ngx_queue_insert_head(&key->spare, &ask->queue);
    key->nasked--;
}


static ngx_int_t
give_values(api_db_job_t *job, ngx_uint_t step, const char **values)
{
    ask_t                   *ask;
    ngx_uint_t               i;
    const api_http_query_t  *query;

    (void) step;

    ask = job->data;
    query = ask->key->route->queries.elts;

    for (i = 0; i < query->sql.params.nelts; i++) {
        values[i] = (const char *) ask->text;
    }

    return NGX_OK;
}


static ngx_int_t
take(api_db_job_t *job, ngx_uint_t step, const struct pg_result *res,
    const api_sql_shape_t *shape)
{
    ask_t       *ask;
    ngx_int_t    rc;
    ngx_pool_t  *pool;

    (void) step;

    ask = job->data;

    switch (api_sql_rows_check(res, API_SQL_OPTIONAL)) {

    case API_SQL_ROWS_NONE:
        ask->rc = NGX_DECLINED;
        return NGX_OK;

    case API_SQL_ROWS_OK:
        break;

    default:
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%V: there are several rows for one key",
                      &ask->key->route->name);
        return NGX_DECLINED;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    rc = keep(ask, pool, res, shape);

    ngx_destroy_pool(pool);

    return rc;
}


/* keeps the row's columns as claims; NGX_AGAIN: the types have changed, and
   the row has to be rendered by those of now */

static ngx_int_t
keep(ask_t *ask, ngx_pool_t *pool, const struct pg_result *res,
    const api_sql_shape_t *shape)
{
    api_buf_t          b;
    ngx_str_t          text, hash;
    api_sql_rows_e     why;
    api_auth_claims_t  claims;

    if (api_buf_init(&b, pool, 512, APIKEY_ROW) != NGX_OK) {
        return NGX_ERROR;
    }

    why = api_sql_rows_render(res, API_SQL_OPTIONAL, shape, &b);

    if (why == API_SQL_ROWS_STRANGE && !ask->job.typed) {
        return NGX_AGAIN;
    }

    if ((why != API_SQL_ROWS_OK && why != API_SQL_ROWS_STRANGE)
        || api_buf_string(&b, &text) != NGX_OK
        || api_auth_claims_row(pool, &text, &claims) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%V: its row cannot be claims: it is beyond 8 KiB, has a "
                      "NUL, or too many or too deep values",
                      &ask->key->route->name);
        return NGX_DECLINED;
    }

    claims.exp = ngx_time() + (time_t) (ask->key->cache / 1000);

    hash.data = ask->hash;
    hash.len = API_HTTP_APIKEY_HASH;

    api_auth_tokens_add(ask->key->known, &hash, ask->key, 0, 0, &claims);

    ask->rc = NGX_OK;

    return NGX_OK;
}


static void
done(api_db_job_t *job, api_db_outcome_e outcome, const struct pg_result *res,
    ngx_uint_t step)
{
    ask_t                   *ask;
    api_http_apikey_none_t  *none;

    (void) step;

    ask = job->data;

    switch (outcome) {

    case API_DB_COMMITTED:

        if (ask->rc == NGX_DECLINED) {
            none = &ask->key->none[(ask->hash[0] << 8 | ask->hash[1])
                                   & (APIKEY_NONE - 1)];

            ngx_memcpy(none->hash, ask->hash, API_HTTP_APIKEY_HASH);
            none->until = ngx_current_msec + APIKEY_UNKNOWN;
        }

        tell(ask, ask->rc, API_ERROR_INTERNAL);
        return;

    case API_DB_LOST:
    case API_DB_IN_DOUBT:
    case API_DB_AWAY:
        tell(ask, NGX_ABORT, API_ERROR_DATABASE_AWAY);
        return;

    case API_DB_LATE:
        tell(ask, NGX_ABORT, API_ERROR_ACQUIRE_TIMEOUT);
        return;

    case API_DB_FAILED:
        tell_failure(ask, res);
        break;

    default:
        break;
    }

    tell(ask, NGX_ABORT, API_ERROR_INTERNAL);
}


static void
tell_failure(const ask_t *ask, const struct pg_result *res)
{
    u_char  why[NGX_MAX_ERROR_STR], *end;

    end = api_http_aside_failure(why, why + sizeof(why), &ask->job, res);

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "%V: %*s",
                  &ask->key->route->name, (size_t) (end - why), why);
}


/* each request leaves the line before it is resumed: it may end another one,
   or begin a look-up */

static void
tell(ask_t *ask, ngx_int_t rc, api_error_code_e error)
{
    ngx_queue_t              line;
    api_http_apikey_wait_t  *wait;

    ngx_queue_init(&line);

    if (!ngx_queue_empty(&ask->waiting)) {
        ngx_queue_add(&line, &ask->waiting);
        ngx_queue_init(&ask->waiting);
    }

    end(ask);

    while (!ngx_queue_empty(&line)) {

        wait = ngx_queue_data(ngx_queue_head(&line), api_http_apikey_wait_t,
                              queue);

        api_http_apikey_forget(wait);

        wait->told = 1;
        wait->rc = rc;
        wait->error = error;

        wait->ctx->resume(wait->ctx);
    }
}


void
api_http_apikey_forget(api_http_apikey_wait_t *wait)
{
    if (wait->waits) {
        wait->waits = 0;
        ngx_queue_remove(&wait->queue);
    }
}


static void
type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out)
{
    (void) route;
    (void) bind;

    out->kind = API_TYPE_STRING;
}
