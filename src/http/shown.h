
/* $api_row_NAME: the columns that variables are asked for, kept. */


#ifndef API_HTTP_SHOWN_H
#define API_HTTP_SHOWN_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * Of the n-th query's result what variables anywhere in the configuration name:
 * of the answer each column, of a named row those of route->shown.  A column of
 * the answer goes before one of a named row.  NGX_OK, NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_shown_keep(api_http_ctx_t *ctx,
    ngx_uint_t n, const struct pg_result *res);


#endif /* API_HTTP_SHOWN_H */
