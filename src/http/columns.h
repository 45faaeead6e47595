
/*
 * What the catalog says of the columns that a statement writes to: for the
 * configuration, and where that could not ask for a worker that has learned it.
 */


#ifndef API_HTTP_COLUMNS_H
#define API_HTTP_COLUMNS_H


#include "http/ctx.h"


/*
 * Sets free, bound and sure of a target that goes to a column of this type, as
 * format_type() writes it; oid: of the parameter's
 */
void api_http_columns_target(const api_http_route_t *route,
    const api_http_query_t *query, api_sql_target_t *target,
    const ngx_str_t *type, unsigned oid);

/*
 * What the statement calls a column of the table that the server names: where
 * it writes to a view over that, the view may call it otherwise.
 */
const ngx_str_t *api_http_columns_above(const api_http_query_t *query,
    const ngx_str_t *table, const ngx_str_t *column);

/* has the route its own answer to what is beyond that bound? */
ngx_uint_t api_http_columns_overridden(const api_http_route_t *route,
    const api_sql_bound_t *bound);

/*
 * After an unchecked start: what this worker has learned meanwhile becomes that
 * of the request's route, for all its requests.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_columns_learned(api_http_ctx_t *ctx);


#endif /* API_HTTP_COLUMNS_H */
