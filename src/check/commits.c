
#include "check/commits.h"
#include "check/rights.h"
#include "sql/lexer.h"

#include <libpq-fe.h>


/* how far procedures that call others are followed */
#define COMMITS_DEPTH  8

/* CALLs of others that are followed in one of them */
#define COMMITS_CALLS  16


static ngx_int_t commits_ask(api_check_t *check, api_check_session_t *s,
    const ngx_str_t *name, ngx_uint_t depth, const char **says);
static ngx_int_t commits_read(api_check_t *check, api_check_session_t *s,
    const ngx_str_t *text, ngx_uint_t depth, const char **says);
static ngx_int_t commits_called(ngx_pool_t *pool, api_sql_lexer_t *lexer,
    ngx_str_t *name);


/* one in SQL cannot; of several with that name none is asked */

static const char  commits_query[] =
    "SELECT p.prosrc FROM pg_catalog.pg_proc p"
    " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
    " WHERE p.oid = pg_catalog.to_regproc($1) AND p.prokind = 'p'"
    " AND l.lanname = 'plpgsql'";


ngx_int_t
api_check_commits(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t               rc;
    ngx_str_t               name, copy;
    ngx_uint_t              i;
    api_check_statement_t  *st;

    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {

        if (!st[i].prepared || st[i].fault != NULL
            || api_check_call(st[i].sql, &name) != NGX_OK || name.len == 0)
        {
            continue;
        }

        copy.len = name.len;
        copy.data = ngx_pnalloc(check->pool, name.len + 1);
        if (copy.data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_cpystrn(copy.data, name.data, name.len + 1);

        st[i].commits_at = (size_t) (name.data - st[i].sql->source.data);

        rc = commits_ask(check, s, &copy, 0, &st[i].commits);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* name: a NUL behind */

static ngx_int_t
commits_ask(api_check_t *check, api_check_session_t *s, const ngx_str_t *name,
    ngx_uint_t depth, const char **says)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    text;
    const char  *params[1];

    params[0] = (const char *) name->data;

    res = api_check_session_query(s, commits_query, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    if (PQntuples(res) == 1) {
        text.data = (u_char *) PQgetvalue(res, 0, 0);
        text.len = (size_t) PQgetlength(res, 0, 0);

        rc = commits_read(check, s, &text, depth, says);
    }

    PQclear(res);

    return rc;
}


/* the words begin statements of PL/pgSQL: they stand behind what ends one, or
   opens a list of them */

static ngx_int_t
commits_read(api_check_t *check, api_check_session_t *s, const ngx_str_t *text,
    ngx_uint_t depth, const char **says)
{
    ngx_int_t        rc;
    ngx_str_t        name;
    ngx_uint_t       begins, calls;
    api_sql_lexer_t  lexer;

    static const char *const  opens[] = {
        "BEGIN", "THEN", "ELSE", "LOOP", NULL
    };

    api_sql_lexer_init(&lexer, text);

    begins = 0;
    calls = 0;

    for ( ;; ) {

        if (api_sql_lexer_next(&lexer) != NGX_OK) {

            /* $1, which is no name of ours */

            lexer.in.pos = lexer.in.start + lexer.offset + 1;

            if (lexer.in.pos >= lexer.in.end) {
                return NGX_OK;
            }

            begins = 0;
            continue;
        }

        if (lexer.token == API_SQL_TOKEN_END) {
            return NGX_OK;
        }

        if (begins && api_sql_lexer_is(&lexer, "COMMIT")) {
            *says = "COMMIT";
            return NGX_OK;
        }

        if (begins && api_sql_lexer_is(&lexer, "ROLLBACK")) {
            *says = "ROLLBACK";
            return NGX_OK;
        }

        if (begins && api_sql_lexer_is(&lexer, "CALL")
            && depth < COMMITS_DEPTH && calls++ < COMMITS_CALLS)
        {
            rc = commits_called(check->pool, &lexer, &name);

            if (rc == NGX_OK && name.len != 0) {
                rc = commits_ask(check, s, &name, depth + 1, says);
            }

            if (rc != NGX_OK || *says != NULL) {
                return rc;
            }

            begins = 0;
            continue;
        }

        begins = lexer.token == API_SQL_TOKEN_SEMICOLON
                 || api_sql_lexer_in(&lexer, opens);
    }
}


/* what stands between CALL and "("; empty where regproc might not read it,
   which would be an error of the check's transaction */

static ngx_int_t
commits_called(ngx_pool_t *pool, api_sql_lexer_t *lexer, ngx_str_t *name)
{
    const u_char  *start, *end;

    for (start = lexer->in.pos;
         start < lexer->in.end && (*start == ' ' || *start == LF);
         start++)
    {
        /* void */
    }

    for (end = start;
         end < lexer->in.end
         && (api_scan_is_name(*end) || *end == '.' || *end == '"');
         end++)
    {
        /* void */
    }

    if (end == lexer->in.end || *end != '(') {
        end = start;
    }

    name->len = (size_t) (end - start);
    name->data = ngx_pnalloc(pool, name->len + 1);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(name->data, start, name->len);
    name->data[name->len] = '\0';

    return NGX_OK;
}
