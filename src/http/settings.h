
/*
 * api_settings and api_role: what a request's transaction sets before its
 * statements, for itself alone (conf/settings reads them).
 */


#ifndef API_HTTP_SETTINGS_H
#define API_HTTP_SETTINGS_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * Before a connection is asked for: the plan of the part that the request is
 * at, of several that of the request's role.  NGX_OK; NGX_DECLINED: there is
 * no such role among those that may be taken, ctx->error is set; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_http_settings_plan(api_http_ctx_t *ctx,
    const api_db_plan_t **plan);

/*
 * The values of the statement that sets them, all of them: what is absent is an
 * empty text.  As api_db_values_pt; ctx->job.plan is the one above.
 */
API_MUST_CHECK ngx_int_t api_http_settings_values(api_http_ctx_t *ctx,
    const char **values);

/* that statement has failed: ctx->error is set, what the client cannot help is
   logged */
void api_http_settings_failed(api_http_ctx_t *ctx,
    const struct pg_result *res);


#endif /* API_HTTP_SETTINGS_H */
