
/*
 * Opens the check's session, and finds out whether PostgreSQL itself answers:
 * a pooler that is not configured refuses startup parameters that it does not
 * know, or shows keys of its own.
 */


#ifndef API_CHECK_OPEN_H
#define API_CHECK_OPEN_H


#include "check/check.h"
#include "check/session.h"


/* as api_check_session_open(), s is filled; sets check->pooled */
API_MUST_CHECK ngx_int_t api_check_open(api_check_t *check,
    api_check_session_t *s);


/* for a question beside the check, of no more than time ms: nothing is logged,
   NGX_OK or not */
API_MUST_CHECK ngx_int_t api_check_open_beside(api_check_t *check,
    api_check_session_t *s, const char *const *keywords,
    const char *const *values, ngx_msec_t time);


#endif /* API_CHECK_OPEN_H */
