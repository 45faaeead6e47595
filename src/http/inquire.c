
#include "http/inquire.h"
#include "http/databases.h"
#include "http/plan.h"
#include "http/sent.h"
#include "http/value.h"
#include "sql/extent.h"


/* r->pool's, until the handler has run */
struct api_http_inquiry_s {
    api_db_inquiry_t       inquiry;
    api_http_ctx_t        *ctx;
    api_http_blame_t       blame;
    api_http_inquire_pt    handler;
};


static ngx_uint_t statement_id(const api_http_ctx_t *ctx, ngx_uint_t step);
static ngx_int_t set_values(api_http_inquiry_t *q, ngx_pool_t *pool);
static ngx_int_t set_pieces(api_http_inquiry_t *q, ngx_pool_t *pool,
    const struct pg_result *res);
static void answered(api_db_inquiry_t *inquiry);
static ngx_uint_t several(const ngx_uint_t *named, ngx_uint_t n);
static api_db_verdict_e verdict(const api_http_inquiry_t *q, ngx_uint_t i);


ngx_int_t
api_http_inquire(api_http_ctx_t *ctx, const struct pg_result *res,
    const api_http_blame_t *blame, api_http_inquire_pt handler)
{
    api_db_t                *db;
    ngx_pool_t              *pool;
    api_http_inquiry_t      *q;
    const api_http_query_t  *query;

    pool = ctx->request->pool;
    db = api_http_databases_get(ctx->route->database);

    q = ngx_pcalloc(pool, sizeof(api_http_inquiry_t));

    if (db == NULL || q == NULL) {
        return NGX_DECLINED;
    }

    query = ctx->route->queries.elts;
    query += blame->step;

    q->ctx = ctx;
    q->blame = *blame;
    q->handler = handler;

    q->inquiry.pool = pool;
    q->inquiry.sql = &query->sql;
    q->inquiry.id = statement_id(ctx, blame->step);
    q->inquiry.handler = answered;
    q->inquiry.data = q;

    if (blame->pieces->names.len != 0) {
        q->inquiry.names = (const char *) blame->pieces->names.data;
    }

    if (set_values(q, pool) != NGX_OK || set_pieces(q, pool, res) != NGX_OK
        || api_db_inquire(db, &q->inquiry) != NGX_AGAIN)
    {
        return NGX_DECLINED;
    }

    ctx->inquiry = q;

    return NGX_AGAIN;
}


/* as the request's role has prepared it */

static ngx_uint_t
statement_id(const api_http_ctx_t *ctx, ngx_uint_t step)
{
    const api_db_plan_t    *plan;
    const api_http_part_t  *part;

    part = api_http_plan_part(ctx->route, step);
    plan = (ctx->role != 0) ? &part->plans[ctx->role - 1] : part->plan;

    return plan->steps[api_http_plan_step(ctx->route, step)].id;
}


/* as they were sent */

static ngx_int_t
set_values(api_http_inquiry_t *q, ngx_pool_t *pool)
{
    ngx_uint_t                  i;
    api_value_t                 value;
    const char                **values;
    const api_sql_param_t      *param;
    const api_sql_statement_t  *sql;

    sql = q->inquiry.sql;
    param = sql->params.elts;

    values = ngx_pcalloc(pool, (sql->params.nelts + 1) * sizeof(char *));
    if (values == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < sql->params.nelts; i++) {

        ngx_memzero(&value, sizeof(api_value_t));

        if (api_http_value(q->ctx, q->blame.step, i, &value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        values[i] = value.null ? NULL
                    : param[i].null ? "" : (const char *) value.text.data;
    }

    q->inquiry.values = values;

    return NGX_OK;
}


static ngx_int_t
set_pieces(api_http_inquiry_t *q, ngx_pool_t *pool,
    const struct pg_result *res)
{
    ngx_str_t               text;
    ngx_uint_t              i, n;
    const char            **texts;
    api_sql_extent_t        extent;
    const api_sql_piece_t  *piece;

    n = q->blame.pieces->pieces.nelts;
    piece = q->blame.pieces->pieces.elts;

    texts = ngx_palloc(pool, (n + 1) * sizeof(char *));
    q->inquiry.verdicts = ngx_pcalloc(pool, (n + 1)
                                            * sizeof(api_db_verdict_e));

    if (texts == NULL || q->inquiry.verdicts == NULL) {
        return NGX_ERROR;
    }

    if (api_sql_extent(pool, res, q->blame.writes, &extent) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (api_sql_extent_ask(pool, &extent, &piece[i].text, &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        texts[i] = (const char *) text.data;
    }

    q->inquiry.pieces = texts;
    q->inquiry.npieces = n;
    q->inquiry.state = extent.state;
    q->inquiry.place = extent.place;
    q->inquiry.casts = extent.casts;

    return NGX_OK;
}


static void
answered(api_db_inquiry_t *inquiry)
{
    ngx_uint_t              i, k, n, fails, unknown, *named;
    api_http_ctx_t         *ctx;
    api_http_inquiry_t     *q;
    const api_sql_piece_t  *piece;

    q = inquiry->data;
    ctx = q->ctx;
    ctx->inquiry = NULL;

    n = inquiry->sql->params.nelts;
    piece = q->blame.pieces->pieces.elts;

    named = ngx_pcalloc(ctx->request->pool, (n + 1) * sizeof(ngx_uint_t));
    fails = 0;
    unknown = (named == NULL);

    for (i = 0; named != NULL && i < inquiry->npieces; i++) {

        switch (verdict(q, i)) {

        case API_DB_VERDICT_FAILS:

            fails = 1;

            for (k = 0; k < n; k++) {
                named[k] |= piece[i].holds[k];
            }

            break;

        case API_DB_VERDICT_UNKNOWN:
            unknown = 1;
            break;

        default:
            break;
        }
    }

    if (fails) {
        q->handler(ctx, 0, q->blame.stores && several(named, n) ? NULL : named);

    } else if (unknown) {
        q->handler(ctx, q->blame.ours, q->blame.named);

    } else {
        q->handler(ctx, q->blame.passed, q->blame.rest);
    }
}


static ngx_uint_t
several(const ngx_uint_t *named, ngx_uint_t n)
{
    ngx_uint_t  i, found;

    for (i = 0, found = 0; i < n; i++) {
        found += (named[i] != 0);
    }

    return found > 1;
}


/*
 * What a piece tells of the client's values.  One that holds none of them tells
 * nothing.  One that also holds a value of the route's or of an earlier row may
 * have failed because of that: it is not known, then.
 */

static api_db_verdict_e
verdict(const api_http_inquiry_t *q, ngx_uint_t i)
{
    ngx_uint_t              n, sent, others;
    api_value_t             value;
    const api_sql_piece_t  *piece;

    piece = q->blame.pieces->pieces.elts;
    sent = 0;
    others = 0;

    for (n = 0; n < q->inquiry.sql->params.nelts; n++) {

        if (!piece[i].holds[n] || q->inquiry.values[n] == NULL) {
            continue;
        }

        if (api_http_sent(q->ctx, q->blame.step, n, &value)) {
            sent = 1;

        } else {
            others = 1;
        }
    }

    if (!sent) {
        return API_DB_VERDICT_PASSES;
    }

    return others && q->inquiry.verdicts[i] == API_DB_VERDICT_FAILS
           ? API_DB_VERDICT_UNKNOWN : q->inquiry.verdicts[i];
}


void
api_http_inquire_forget(api_http_ctx_t *ctx)
{
    if (ctx->inquiry != NULL) {
        api_db_inquiry_forget(&ctx->inquiry->inquiry);
        ctx->inquiry = NULL;
    }
}
