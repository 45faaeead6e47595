
/*
 * Prepared statements behind a pooler: does each client have its own, or does
 * whoever meets the same session of the server next see them?
 */


#ifndef API_CHECK_NAMED_H
#define API_CHECK_NAMED_H


#include "check/check.h"
#include "core/core.h"


/*
 * Connects twice to check's front.  Sets its place if a statement that one
 * client has prepared is proven to be lost in that client's next transaction,
 * or to be seen by another client.  It stays empty if nothing is proven, for
 * instance because nobody answers in a moment; nothing is logged.  NGX_OK;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_named(api_check_t *check);


#endif /* API_CHECK_NAMED_H */
