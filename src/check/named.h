
/*
 * Prepared statements behind a pooler: each client's own, or those of whoever
 * meets the same session of the server next?
 */


#ifndef API_CHECK_NAMED_H
#define API_CHECK_NAMED_H


#include "check/check.h"
#include "core/core.h"


/*
 * Connects twice to check's front.  Sets its place where a statement that one
 * client has prepared is proven to be lost in its next transaction, or to be
 * seen by another client.  Where nothing is proven, as when nobody answers in a
 * moment, it stays empty; nothing is logged.  NGX_OK; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_named(api_check_t *check);


#endif /* API_CHECK_NAMED_H */
