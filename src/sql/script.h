
/*
 * A text of several SQL statements, such as a migration's file: where its
 * statements begin, and what may not stand in it.
 *
 * PostgreSQL's parser decides where a statement ends.  We find the same
 * semicolons in every text that it accepts: those in parentheses (CREATE
 * RULE) and in BEGIN ATOMIC ... END (SQL-standard function bodies) end
 * nothing.  It parses the whole text before it runs any of it, so one that it
 * does not accept has no effect, wherever we saw a semicolon.
 */


#ifndef API_SQL_SCRIPT_H
#define API_SQL_SCRIPT_H


#include "sql/statement.h"
#include "core/core.h"


/* NGX_OK; NGX_DECLINED: *fault tells the first NUL byte or invalid UTF-8 */
API_MUST_CHECK ngx_int_t api_sql_script_text(const ngx_str_t *text,
    api_sql_fault_t *fault);

/*
 * What cannot work in a text that is sent to the server as one query: a byte
 * order mark, a psql command (\connect), COPY with STDIN or STDOUT, a string,
 * quote or comment that does not end; with in_transaction also what would end
 * or nest the transaction around it: BEGIN, START, COMMIT, END, ROLLBACK,
 * ABORT, SAVEPOINT, RELEASE, PREPARE TRANSACTION.
 * NGX_OK; NGX_DECLINED: *fault tells the first.
 */
API_MUST_CHECK ngx_int_t api_sql_script_check(const ngx_str_t *text,
    ngx_uint_t in_transaction, api_sql_fault_t *fault);

/*
 * The offset of statement n (from 0); empty ones do not count, as the server
 * gives no result for them.  NGX_OK; NGX_DECLINED: there are not so many.
 */
API_MUST_CHECK ngx_int_t api_sql_script_find(const ngx_str_t *text,
    ngx_uint_t n, size_t *offset);

/*
 * The offset of the first token of the statement at from that is this name: a
 * word, in whatever case, or a quoted identifier.  NGX_OK; NGX_DECLINED: none.
 */
API_MUST_CHECK ngx_int_t api_sql_script_word(const ngx_str_t *text,
    size_t from, const ngx_str_t *name, size_t *offset);

/*
 * The server's error position (characters, from 1) to bytes from 0, at most
 * the text's length.
 */
size_t api_sql_script_offset(const ngx_str_t *text, ngx_uint_t position);


#endif /* API_SQL_SCRIPT_H */
