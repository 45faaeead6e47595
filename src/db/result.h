
/*
 * Results off a connection, in order, to the flights they belong to.
 */


#ifndef API_DB_RESULT_H
#define API_DB_RESULT_H


#include "db/engine.h"


/*
 * The socket is readable.  Runs callbacks.  NGX_OK; NGX_DECLINED: in the midst
 * of a result that is larger than its job allows; NGX_ERROR: the connection is
 * of no more use.
 */
API_MUST_CHECK ngx_int_t api_db_result_read(api_db_conn_t *conn);


#endif /* API_DB_RESULT_H */
