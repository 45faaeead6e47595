
#include "sql/null.h"


static ngx_uint_t next_is(api_sql_lexer_t *ahead, const char *word);


/* between these and an operand of IS there is no operator */
static const char *const  openers[] = {
    "OR", "NOT", "WHERE", "HAVING", "ON", "CASE", "WHEN", "THEN", "ELSE",
    "SELECT", "RETURNING", "BY", NULL
};


void
api_sql_null_token(api_sql_null_t *null, const api_sql_lexer_t *lexer)
{
    u_char  ch;

    null->operand = null->begin;
    null->begin = 0;

    if (lexer->token == API_SQL_TOKEN_WORD) {

        if (api_sql_lexer_is(lexer, "BETWEEN")) {
            null->between++;

        } else if (!api_sql_lexer_is(lexer, "AND")) {
            null->begin = (api_sql_lexer_in(lexer, openers) != 0);

        } else if (null->between) {
            null->between--;

        } else {
            null->begin = 1;
        }

        return;
    }

    if (lexer->token == API_SQL_TOKEN_OTHER) {
        ch = lexer->in.start[lexer->start];
        null->begin = (ch == '(' || ch == '[' || ch == ',');
    }
}


ngx_uint_t
api_sql_null_is_asked(const api_sql_null_t *null, const api_sql_lexer_t *lexer)
{
    api_sql_lexer_t  ahead;

    if (!null->operand) {
        return 0;
    }

    ahead = *lexer;

    if (!next_is(&ahead, "IS")) {
        return api_sql_lexer_is(&ahead, "ISNULL")
               || api_sql_lexer_is(&ahead, "NOTNULL");
    }

    return next_is(&ahead, "NULL")
           || (api_sql_lexer_is(&ahead, "NOT") && next_is(&ahead, "NULL"));
}


static ngx_uint_t
next_is(api_sql_lexer_t *ahead, const char *word)
{
    if (api_sql_lexer_next(ahead) != NGX_OK) {
        ahead->token = API_SQL_TOKEN_END;
    }

    return api_sql_lexer_is(ahead, word);
}
