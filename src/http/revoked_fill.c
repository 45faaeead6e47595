
#include "http/revoked_fill.h"
#include "auth/moment.h"
#include "sql/cell.h"


/* of a turn of the event loop: less than a millisecond, be the table as large
   as it may */
#define FILL_ROWS   1000
#define FILL_SLOTS  16384


static void drop(void *data);
static void more(ngx_event_t *ev);
static ngx_int_t add_rows(api_http_revoked_t *revoked,
    api_auth_revoked_t *table);
static void tell_full(api_http_revoked_t *revoked, ngx_uint_t full,
    ngx_uint_t n);
static const char *read_row(const api_http_revoked_t *revoked,
    api_auth_revoked_row_t *row);
static void end(api_http_revoked_t *revoked, ngx_int_t rc);


void
api_http_revoked_fill_init(api_http_revoked_t *revoked, ngx_cycle_t *cycle)
{
    ngx_pool_cleanup_t  *cln;

    revoked->more.handler = more;
    revoked->more.data = revoked;
    revoked->more.log = cycle->log;

    /* of a worker that ends between two slices */

    cln = ngx_pool_cleanup_add(cycle->pool, 0);

    if (cln != NULL) {
        cln->handler = drop;
        cln->data = revoked;
    }
}


static void
drop(void *data)
{
    api_http_revoked_fill_drop(data);
}


void
api_http_revoked_fill_drop(api_http_revoked_t *revoked)
{
    api_sql_cell_free(revoked->res);
    revoked->res = NULL;
}


ngx_int_t
api_http_revoked_fill_take(api_http_revoked_t *revoked, struct pg_result *res)
{
    static const ngx_str_t  jti = ngx_string("jti");
    static const ngx_str_t  sub = ngx_string("sub");
    static const ngx_str_t  before = ngx_string("not_before");

    /* a job that is sent again has two */

    api_http_revoked_fill_drop(revoked);

    revoked->column.jti = api_sql_cell_column(res, &jti);
    revoked->column.sub = api_sql_cell_column(res, &sub);
    revoked->column.before = api_sql_cell_column(res, &before);

    if (revoked->column.jti == NGX_ERROR && revoked->column.sub == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%V: its statement has no column \"jti\" and none "
                      "\"sub\"", &revoked->route->name);
        return NGX_DECLINED;
    }

    revoked->res = res;

    return NGX_OK;
}


void
api_http_revoked_fill(api_http_revoked_t *revoked,
    void (*filled)(api_http_revoked_t *revoked, ngx_int_t rc))
{
    revoked->filled = filled;
    revoked->row = 0;
    revoked->slot = 0;
    revoked->begun = 0;
    revoked->emptied = 0;

    ngx_post_event(&revoked->more, &ngx_posted_next_events);
}


static void
more(ngx_event_t *ev)
{
    ngx_int_t                   rc;
    api_auth_revoked_t         *table;
    api_http_revoked_t         *revoked;
    api_http_revoked_shared_t  *shared;

    revoked = ev->data;
    shared = revoked->place->shared;

    if (ngx_exiting || ngx_terminate) {
        api_http_revoked_zone_end(shared, revoked->started);
        end(revoked, NGX_ABORT);
        return;
    }

    table = api_http_revoked_zone_lock(shared, revoked->most, !revoked->begun,
                                       API_HTTP_REVOKED_ASK, revoked->started);

    if (table == NULL) {
        end(revoked, NGX_ABORT);
        return;
    }

    revoked->begun = 1;

    if (!revoked->emptied) {
        revoked->slot = api_auth_revoked_empty(table, revoked->slot,
                                               FILL_SLOTS);
        revoked->emptied = (revoked->slot == 0);
        rc = NGX_AGAIN;

    } else {
        rc = add_rows(revoked, table);
    }

    if (rc == NGX_AGAIN) {
        api_http_revoked_zone_unlock(shared);
        ngx_post_event(&revoked->more, &ngx_posted_next_events);
        return;
    }

    api_http_revoked_zone_publish(shared, revoked->started, rc == NGX_OK);

    end(revoked, rc);
}


/* NGX_OK: that was all of it; NGX_AGAIN; NGX_DECLINED: a row cannot be read.
   What is too much is left out: better most of them than an old list */

static ngx_int_t
add_rows(api_http_revoked_t *revoked, api_auth_revoked_t *table)
{
    ngx_uint_t               n, last, full;
    const char              *why;
    api_auth_revoked_row_t   row;

    full = 0;
    n = api_sql_cell_rows(revoked->res);
    last = ngx_min(n, revoked->row + FILL_ROWS);

    for ( /* void */ ; revoked->row < last && !full; revoked->row++) {

        why = read_row(revoked, &row);

        if (why != NULL) {
            ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "%V: row %ui %s",
                          &revoked->route->name, revoked->row + 1, why);
            return NGX_DECLINED;
        }

        full = (api_auth_revoked_add(table, &row) == NGX_DECLINED);
    }

    if (last < n && !full) {
        return NGX_AGAIN;
    }

    tell_full(revoked, full, n);

    return NGX_OK;
}


static void
tell_full(api_http_revoked_t *revoked, ngx_uint_t full, ngx_uint_t n)
{
    if (full && !revoked->told) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%V: its statement has %ui rows, and the list holds "
                      "%ui: those behind it are not revoked; raise \"max=\" or "
                      "leave out what has expired", &revoked->route->name, n,
                      revoked->most);
    }

    revoked->told = (full != 0);
}


/* the next one.  NULL, or the end of a sentence */

static const char *
read_row(const api_http_revoked_t *revoked, api_auth_revoked_row_t *row)
{
    ngx_str_t                          before;
    const api_http_revoked_columns_t  *column;

    column = &revoked->column;

    ngx_str_null(&row->jti);
    ngx_str_null(&row->sub);
    ngx_str_null(&before);

    if (column->jti != NGX_ERROR) {
        api_sql_cell_at(revoked->res, revoked->row, column->jti, &row->jti);
    }

    if (column->sub != NGX_ERROR) {
        api_sql_cell_at(revoked->res, revoked->row, column->sub, &row->sub);
    }

    if (column->before != NGX_ERROR) {
        api_sql_cell_at(revoked->res, revoked->row, column->before, &before);
    }

    row->before = INT64_MAX;

    if (before.data != NULL
        && api_auth_moment(&before, &row->before) != NGX_OK)
    {
        return "has a \"not_before\" that is no timestamptz and no number of "
               "seconds";
    }

    return NULL;
}


static void
end(api_http_revoked_t *revoked, ngx_int_t rc)
{
    api_http_revoked_fill_drop(revoked);

    revoked->filled(revoked, rc);
}
