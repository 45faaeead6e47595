
#include "sql/foreign.h"


static ngx_uint_t is_colon(const api_sql_lexer_t *lexer, int before);
static ngx_uint_t is_quoted(const api_sql_lexer_t *lexer);
static ngx_uint_t is_mark(const api_sql_lexer_t *lexer, int before);
static ngx_uint_t is_operator(int ch);


const char *
api_sql_foreign(api_sql_foreign_t *foreign, const api_sql_lexer_t *lexer)
{
    int            before;
    const u_char  *at;

    at = lexer->in.start + lexer->start;

    /* white space or a comment may stand between */

    before = (lexer->start && foreign->end == lexer->start) ? at[-1] : -1;
    foreign->end = api_scan_offset(&lexer->in);

    if (lexer->token != API_SQL_TOKEN_OTHER) {
        return NULL;
    }

    switch (*at) {

    case '[':
        foreign->brackets++;
        return NULL;

    case ']':
        foreign->brackets -= (foreign->brackets > 0);
        return NULL;

    case ':':
        return (foreign->brackets == 0 && is_colon(lexer, before))
               ? "a parameter begins with \"$\" here: write $name for :name"
               : NULL;

    case '?':
        return is_mark(lexer, before)
               ? "a parameter has a name here: write $name for \"?\"" : NULL;

    case '@':
        return (!is_operator(before)
                && api_scan_is_name_start(api_scan_peek(&lexer->in, 0)))
               ? "a parameter begins with \"$\" here: write $name for @name, "
                 "or abs(name) if that is meant" : NULL;

    case '{':
        return "PostgreSQL has no braces: a parameter is $name here, and text "
               "stands in quotes";

    case '`':
        return is_quoted(lexer)
               ? "PostgreSQL has no backticks: leave them out, or write the "
                 "name in double quotes (in nginx's double quotes each is \\\")"
               : NULL;

    default:
        return NULL;
    }
}


/* `id`: an operator may have this name, but none does */

static ngx_uint_t
is_quoted(const api_sql_lexer_t *lexer)
{
    const u_char  *p;

    p = lexer->in.pos;

    if (p == lexer->in.end || !api_scan_is_name_start(*p)) {
        return 0;
    }

    while (p < lexer->in.end && api_scan_is_name(*p)) {
        p++;
    }

    return p < lexer->in.end && *p == '`';
}


/* :id, :'id' or :"id", but for a::b and a := b */

static ngx_uint_t
is_colon(const api_sql_lexer_t *lexer, int before)
{
    int  next;

    next = api_scan_peek(&lexer->in, 0);

    return before != ':'
           && (api_scan_is_name_start(next) || next == '\'' || next == '"');
}


/* not an operator: what follows could not be its right side */

static ngx_uint_t
is_mark(const api_sql_lexer_t *lexer, int before)
{
    u_char           ch;
    api_sql_lexer_t  ahead;

    static const char *const  words[] = {
        "AND", "OR", "IS", "AS", "FROM", "WHERE", "GROUP", "HAVING", "ORDER",
        "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "INTERSECT", "EXCEPT",
        "ON", "WHEN", "THEN", "ELSE", "END", "RETURNING", "ASC", "DESC", NULL
    };

    ahead = *lexer;

    if (is_operator(before) || api_sql_lexer_next(&ahead) != NGX_OK) {
        return 0;
    }

    if (ahead.start == api_scan_offset(&lexer->in)
        && is_operator(api_scan_peek(&lexer->in, 0)))
    {
        return 0;
    }

    switch (ahead.token) {

    case API_SQL_TOKEN_END:
    case API_SQL_TOKEN_SEMICOLON:
        return 1;

    case API_SQL_TOKEN_WORD:
        return api_sql_lexer_in(&ahead, words);

    case API_SQL_TOKEN_OTHER:
        ch = ahead.in.start[ahead.start];
        return ch == ')' || ch == ']' || ch == ',' || ch == ':';

    default:
        return 0;
    }
}


static ngx_uint_t
is_operator(int ch)
{
    return ch > 0 && strchr("+-*/<>=~!@#%^&|`?", ch) != NULL;
}
