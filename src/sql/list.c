
#include "sql/list.h"


#define LIST_DEPTH  64


static void word(api_sql_list_t *list, const api_sql_lexer_t *lexer,
    uint64_t bit);


static const char *const  openers[] = { "SELECT", "RETURNING", NULL };

/* between a list's first word and its first item */
static const char *const  leaders[] = { "ALL", "DISTINCT", NULL };

static const char *const  closers[] = {
    "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT",
    "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "INTO", NULL
};

/* words that continue an expression; any other word behind one is its alias */
static const char *const  operators[] = {
    "AND", "AT", "BETWEEN", "COLLATE", "ILIKE", "IN", "IS", "ISNULL", "LIKE",
    "NOT", "NOTNULL", "OPERATOR", "OR", "OVERLAPS", "SIMILAR", NULL
};


void
api_sql_list_token(api_sql_list_t *list, const api_sql_lexer_t *lexer)
{
    u_char    ch;
    uint64_t  bit;

    bit = (list->depth < LIST_DEPTH) ? (uint64_t) 1 << list->depth : 0;

    list->item = list->begin;
    list->begin = 0;

    if (lexer->token == API_SQL_TOKEN_WORD) {
        word(list, lexer, bit);
        return;
    }

    if (lexer->token != API_SQL_TOKEN_OTHER) {
        return;
    }

    ch = lexer->in.start[lexer->start];

    switch (ch) {

    case '(':
    case '[':
        list->depth++;
        bit = (list->depth < LIST_DEPTH) ? (uint64_t) 1 << list->depth : 0;
        list->lists &= ~bit;
        break;

    case ')':
    case ']':
        list->depth -= (list->depth > 0);
        break;

    case ',':
        list->begin = (list->lists & bit) ? 1 : 0;
        break;
    }
}


static void
word(api_sql_list_t *list, const api_sql_lexer_t *lexer, uint64_t bit)
{
    if (api_sql_lexer_in(lexer, openers)) {
        list->lists |= bit;
        list->begin = (bit != 0);

    } else if (api_sql_lexer_in(lexer, leaders)) {
        list->begin = list->item;

    } else if (api_sql_lexer_in(lexer, closers)) {
        list->lists &= ~bit;
    }
}


ngx_uint_t
api_sql_list_is_item(const api_sql_list_t *list, const api_sql_lexer_t *lexer)
{
    u_char           ch;
    api_sql_lexer_t  ahead;

    if (!list->item) {
        return 0;
    }

    ahead = *lexer;

    if (api_sql_lexer_next(&ahead) != NGX_OK) {
        return 0;
    }

    switch (ahead.token) {

    case API_SQL_TOKEN_END:
    case API_SQL_TOKEN_SEMICOLON:
        return 1;

    case API_SQL_TOKEN_WORD:
        return !api_sql_lexer_in(&ahead, operators);

    case API_SQL_TOKEN_OTHER:
        ch = ahead.in.start[ahead.start];
        return ch == ',' || ch == ')' || ch == '"';

    default:
        return 0;
    }
}
