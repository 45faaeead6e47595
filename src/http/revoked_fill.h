
/*
 * A list of revoked tokens as it was received, into the workers' table: a slice
 * in a turn of the event loop, so that requests are answered in between.
 */


#ifndef API_HTTP_REVOKED_FILL_H
#define API_HTTP_REVOKED_FILL_H


#include "http/revoked.h"


/* in init_process of a worker */
void api_http_revoked_fill_init(api_http_revoked_t *revoked,
    ngx_cycle_t *cycle);

/* NGX_OK: res is ours; NGX_DECLINED: it is no list (told), and the caller's */
API_MUST_CHECK ngx_int_t api_http_revoked_fill_take(
    api_http_revoked_t *revoked, struct pg_result *res);

/*
 * Writes what was taken.  filled() comes once, from an event: NGX_OK: it is the
 * list now; NGX_DECLINED: one of its rows cannot be read (told); NGX_ABORT:
 * another worker has begun one, or this one ends.
 */
void api_http_revoked_fill(api_http_revoked_t *revoked,
    void (*filled)(api_http_revoked_t *revoked, ngx_int_t rc));

/* what was taken, if anything was, is not written */
void api_http_revoked_fill_drop(api_http_revoked_t *revoked);


#endif /* API_HTTP_REVOKED_FILL_H */
