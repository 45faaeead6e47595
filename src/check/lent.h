
/*
 * Does a pooler that is said to give each connection a session of its own lend
 * them by the transaction?
 */


#ifndef API_CHECK_LENT_H
#define API_CHECK_LENT_H


#include "check/check.h"
#include "check/session.h"


/*
 * A second session beside this one, to the same server: sets check->lender
 * where both meet one of PostgreSQL's, or this one another than before, which
 * is a proof.  Where no second one is to be had in a moment nothing is.  Only
 * transactions that leave nothing are sent.  NGX_OK; NGX_DECLINED, NGX_ERROR: s
 * is lost, or refuses, and is closed.
 */
API_MUST_CHECK ngx_int_t api_check_lent(api_check_t *check,
    api_check_session_t *s);

/* the same by check's front, with two sessions of its own.  NGX_OK; NGX_ERROR:
   memory. */
API_MUST_CHECK ngx_int_t api_check_lent_front(api_check_t *check);


#endif /* API_CHECK_LENT_H */
