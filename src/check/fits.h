
/*
 * Does what stands for a parameter that is not sent keep the CHECK constraints
 * of the columns that it goes to?  Those of one column, which call none but
 * PostgreSQL's own functions; where a trigger may put another value into the
 * row nobody knows.
 */


#ifndef API_CHECK_FITS_H
#define API_CHECK_FITS_H


#include "check/check.h"
#include "check/session.h"


/*
 * text: of the nth parameter, a value of its type.  Adds to unfit of the
 * statement.  NGX_OK; NGX_DECLINED: the connection is lost, why is set;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_fits(api_check_t *check,
    api_check_session_t *s, api_check_statement_t *statement, ngx_uint_t n,
    const ngx_str_t *text);


#endif /* API_CHECK_FITS_H */
