
/*
 * Does a pooler that is said to give each connection a session of its own lend
 * them by the transaction?
 */


#ifndef API_CHECK_LENT_H
#define API_CHECK_LENT_H


#include "check/check.h"
#include "check/session.h"


/*
 * As api_check_open(); where sessions are said to be shared, a second one
 * tells whether they are lent: check->lender and check->pooled.  NGX_OK;
 * NGX_DECLINED, NGX_ERROR: s is lost, or refuses, and is closed.
 */
API_MUST_CHECK ngx_int_t api_check_lent_open(api_check_t *check,
    api_check_session_t *s);

/* the same by check's front, with two sessions of its own.  NGX_OK; NGX_ERROR:
   memory. */
API_MUST_CHECK ngx_int_t api_check_lent_front(api_check_t *check);


#endif /* API_CHECK_LENT_H */
