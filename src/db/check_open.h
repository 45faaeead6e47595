
/*
 * The check's session, and whether it is PostgreSQL itself that answers: a
 * pooler that nobody has told us of refuses startup parameters that it does not
 * know, or shows keys of its own.
 */


#ifndef API_DB_CHECK_OPEN_H
#define API_DB_CHECK_OPEN_H


#include "db/check.h"
#include "db/session.h"


/* as api_db_session_open(), s is filled; sets check->pooled */
API_MUST_CHECK ngx_int_t api_db_check_open(api_db_check_t *check,
    api_db_session_t *s);


#endif /* API_DB_CHECK_OPEN_H */
