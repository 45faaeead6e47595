
/*
 * A comment in front of a statement, by which the server's own lists of
 * statements say whose each is.
 */


#ifndef API_SQL_COMMENT_H
#define API_SQL_COMMENT_H


#include "sql/statement.h"


/*
 * statement->sent becomes its text behind a comment in sqlcommenter's form,
 * http_route='GET%20%2Fusers%2F%3Aid': what is no letter, digit, "-", ".", "_"
 * or "~" is escaped, so that no name ends the comment.  NGX_OK or NGX_ERROR
 * (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_comment(ngx_pool_t *pool,
    const ngx_str_t *route, api_sql_statement_t *statement);


#endif /* API_SQL_COMMENT_H */
