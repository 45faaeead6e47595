
/*
 * What a check learned, as text that is kept beside the configuration:
 * readable, sorted, the same for the same answers.
 *
 *     statement SHA-256 of its SQL as PostgreSQL gets it
 *         route "GET /users/:id"
 *         param id uuid
 *         stores nick "users" "name" character varying(20)
 *         check "users" "users_name_check" "name"
 *         column "name" character varying
 *
 *     type mood
 *         category E
 *         label "sad"
 *
 * A param that had to be given its type is followed by "told NAME"; "stores"
 * says of one to which column it goes, where the statement does not or where
 * the column's type has a bound, "check" which constraint has a column that the
 * statement writes to; "writes" and "locks" say what the plan does.  Types that
 * are built in have their OID, "stands" is a domain's base with its bound.
 */


#ifndef API_CHECK_LOCK_FILE_H
#define API_CHECK_LOCK_FILE_H


#include "check/check.h"
#include "core/core.h"


typedef struct {
    ngx_str_t        head;      /* "statement 9f86…" or "type mood" */
    ngx_str_t        route;     /* of a statement, in quotes */
    ngx_str_t        body;      /* the lines below the head */
} api_check_lock_block_t;


/* of the statements that were prepared; NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_check_lock_print(const api_check_t *check,
    ngx_str_t *text);

/*
 * The blocks of a text, an array of api_check_lock_block_t that points into it.
 * NGX_OK; NGX_DECLINED: *line cannot be understood; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_lock_split(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_array_t *blocks, ngx_uint_t *line);

/* the block of the same head (and route), or NULL */
const api_check_lock_block_t *api_check_lock_find(const ngx_array_t *blocks,
    const api_check_lock_block_t *like);

/*
 * Answers the statements of check from blocks, as if a server had: those that
 * are not among them remain unprepared.  NGX_OK; NGX_DECLINED: a block cannot
 * be understood; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_lock_answer(api_check_t *check,
    const ngx_array_t *blocks);

/* the next line of a body, without its end; 0: there is none */
ngx_uint_t api_check_lock_line(ngx_str_t *text, ngx_str_t *line);

/* 1 and behind it when the line begins so */
ngx_uint_t api_check_lock_word(ngx_str_t *line, const char *word);

/* "statement 9f86…" of one; pool memory.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_check_lock_head(ngx_pool_t *pool,
    const api_sql_statement_t *sql, ngx_str_t *head);


#endif /* API_CHECK_LOCK_FILE_H */
