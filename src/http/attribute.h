
/*
 * PostgreSQL has refused an object that went into a composite type, or a list:
 * which attribute, which item of it was that?
 */


#ifndef API_HTTP_ATTRIBUTE_H
#define API_HTTP_ATTRIBUTE_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * failure: of a field of the body; its field, a JSON Pointer, is made longer
 * where it can be told which of the values in it was refused: the one whose
 * text the server quotes, or that is of a type with the constraint or the bound
 * that it names, or the only one that is beyond the bound.  Else it stays.
 */
void api_http_attribute(const api_http_ctx_t *ctx,
    const api_http_query_t *query, const struct pg_result *res,
    api_failure_t *failure);


#endif /* API_HTTP_ATTRIBUTE_H */
