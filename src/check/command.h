
/*
 * Commands whose result says nothing but that they went well, and what becomes
 * of a session in which one did not.
 */


#ifndef API_CHECK_COMMAND_H
#define API_CHECK_COMMAND_H


#include "check/check.h"
#include "check/session.h"


/* waits for it.  NGX_OK or NGX_ERROR: s->why, and s->lost if the session is */
API_MUST_CHECK ngx_int_t api_check_command(api_check_session_t *s,
    const char *sql);

/*
 * What to return where something failed: NGX_DECLINED if the session is lost,
 * which whoever opened it tells; NGX_ERROR otherwise, logged, what: with which
 * words.
 */
ngx_int_t api_check_command_failed(api_check_t *check, api_check_session_t *s,
    const char *what);

/* the connection broke while results were read */
void api_check_command_lost(api_check_session_t *s);


#endif /* API_CHECK_COMMAND_H */
