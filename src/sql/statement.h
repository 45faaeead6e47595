
/*
 * SQL as the user writes it, with $name, to SQL as PostgreSQL takes it, with
 * $1.  Variables are parameters and nothing else: text is never pasted.
 */


#ifndef API_SQL_STATEMENT_H
#define API_SQL_STATEMENT_H


#include "core/core.h"
#include "core/error.h"


typedef struct {
    ngx_str_t      name;       /* "id", "user.id", "address.city?" */
    size_t         offset;     /* of the first "$", bytes, in the source */
    ngx_uint_t     declared;   /* OID to send when PostgreSQL cannot infer;
                                  set by the configuration, 0: none */
    ngx_str_t      member;     /* of a row: the column, and */
    ngx_uint_t     earlier;    /* the id of its statement among the database's,
                                  plus 1; 0: it is none, or declared is known.
                                  Set by the configuration */
    unsigned       nearest:1;  /* of a schema's file: what PostgreSQL infers
                                  decides, unless that is text */
    unsigned       null:1;     /* a second one of its name, a text, which is
                                  asked only whether it is NULL */
} api_sql_param_t;


typedef struct {
    ngx_str_t      source;     /* as written */
    ngx_str_t      text;       /* rewritten, NUL-terminated */
    ngx_str_t      sent;       /* what PostgreSQL is sent, the same: text, or
                                  ASCII and text (sql/comment.h) */
    ngx_array_t    params;     /* of api_sql_param_t; $n is number n-1 */
    ngx_array_t    moves;      /* where text and source part; for
                                  api_sql_statement_offset() */
    ngx_str_t      file;       /* where the source stands: file and the line */
    ngx_uint_t     line;       /* of its first byte; set by the caller, as is */
    ngx_uint_t     column;     /* its column, from 1; 0: it is not known, or
                                  escapes move what stands behind them */
    unsigned      *given;      /* OIDs that PostgreSQL is given, 0 for
                                  the others; NULL: none is known to be
                                  needed.  Set by the configuration */
    unsigned      *objects;    /* the same, of composite types, in which
                                  values are written in the order of their
                                  attributes: no other type will do */
} api_sql_statement_t;


typedef struct {
    size_t         offset;     /* bytes into the source */
    const char    *why;        /* a sentence with the remedy, static memory */
} api_sql_fault_t;


#define API_SQL_PARAMS  1000   /* different names of one statement */


/*
 * Understands strings ('', E'' with backslashes, U&'', dollar quotes $$ and
 * $tag$), quoted identifiers, -- and nested block comments, and :: casts; in
 * those a $ is text.  $name and $name.field.field are parameters, each name
 * once (of $jwt a field may stand in double quotes); so are they with "?"
 * right behind, before white space, a comment, ")", ",", ";", ":", "]" or the
 * end (else it is an operator: $a?'b', $a?|$b, $a ? 'b').  In the text that is
 * $1::bool, and $body or $jwt, alone in a select list, $1::jsonb: of an unknown
 * type PostgreSQL would make text there.  In front of IS NULL it is a parameter
 * of its own, $2::text, behind the others (sql/null.h).
 * A semicolon, white space and comments at the end are dropped: the text may
 * be put into another statement.
 *
 * Faults: $1 (say a name), a string, quote or comment that does not end, a
 * second statement, an empty one, a lone "$", one right behind a number,
 * ":name" or "?" where it can only be meant for one, invalid UTF-8, a NUL byte,
 * a first word that is a utility statement
 * (BEGIN, START, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE, PREPARE,
 * EXECUTE, DEALLOCATE, COPY, VACUUM, ANALYZE, CLUSTER, REINDEX, LISTEN,
 * UNLISTEN, NOTIFY, SET, RESET, SHOW, DISCARD, LOCK, DECLARE, FETCH, MOVE,
 * CLOSE, CHECKPOINT, LOAD, DO, CREATE, ALTER, DROP, TRUNCATE, GRANT, REVOKE,
 * COMMENT, SECURITY, REASSIGN, IMPORT, REFRESH, EXPLAIN); CALL is allowed.
 *
 * NGX_OK; NGX_DECLINED: *fault is filled; NGX_ERROR: memory.  source must live
 * as long as the statement.
 */
API_MUST_CHECK ngx_int_t api_sql_statement_parse(ngx_pool_t *pool,
    const ngx_str_t *source, api_sql_statement_t *statement,
    api_sql_fault_t *fault);

/*
 * PostgreSQL's error position (characters, from 1, in what was sent) to bytes
 * from 0 in source; a position inside "$1" is its "$".
 */
size_t api_sql_statement_offset(const api_sql_statement_t *statement,
    ngx_uint_t position);

/* line (from 1) and column (characters from 1; a tab is one) of an offset */
void api_sql_statement_place(const ngx_str_t *source, size_t offset,
    ngx_uint_t *line, ngx_uint_t *column);

/*
 * Line and column of an offset (NGX_ERROR: of the first byte): those of the
 * file, and 1 is returned; or of the statement, and 0, where its column in the
 * file is not known.
 */
ngx_uint_t api_sql_statement_where(const api_sql_statement_t *statement,
    size_t offset, ngx_uint_t *line, ngx_uint_t *column);

/*
 * A server's message with every $n replaced by $name; pool memory, or the
 * message itself when there is nothing to replace or memory is short.
 */
ngx_str_t api_sql_statement_message(ngx_pool_t *pool,
    const api_sql_statement_t *statement, const ngx_str_t *message);


#endif /* API_SQL_STATEMENT_H */
