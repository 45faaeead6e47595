
#include "sql/span.h"
#include "sql/use_parts.h"


#define is_word(words, i, word)    api_sql_words_is(words, i, word)
#define is_one_of(words, i, list)  api_sql_words_in(words, i, list)
#define is_char(words, i, ch)      api_sql_words_char(words, i, ch)
#define is_name(words, i)          api_sql_words_name(words, i)


static void take_case(const api_sql_words_t *words, api_sql_span_t *range);
static ngx_uint_t begins(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t ends(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_alias(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t back(const api_sql_words_t *words, ngx_uint_t i);


/* what a parenthesis behind them holds goes no further */

static const char *const  lists[] = {
    "VALUES", "IN", "ANY", "SOME", "ALL", "SET", "ON", "USING", "EXISTS",
    "BY", "OVER", "AS", "INTO", "CONFLICT", "WITH", NULL
};

static const char *const  queries[] = { "SELECT", "VALUES", "WITH", NULL };

static const char *const  cases[] = { "WHEN", "THEN", "ELSE", NULL };

static const char *const  no_ends[] = { NULL };


void
api_sql_span_item(const api_sql_words_t *words, api_sql_span_t *range)
{
    while (!begins(words, range->from)) {
        range->from = back(words, range->from - 1);
    }

    while (!ends(words, range->to)) {
        range->to = api_sql_span_ahead(words, range->to);
    }

    if (range->from > 0
        && (is_one_of(words, range->from - 1, cases)
            || is_word(words, range->from - 1, "CASE")))
    {
        take_case(words, range);
    }
}


/* a branch of CASE is computed or not, by the others: it is taken as a whole */

static void
take_case(const api_sql_words_t *words, api_sql_span_t *range)
{
    ngx_uint_t  i, depth;

    depth = 1;

    for (i = range->from; i > 0; i--) {

        if (is_word(words, i - 1, "END")) {
            depth++;

        } else if (is_word(words, i - 1, "CASE") && --depth == 0) {
            range->from = i - 1;
            range->to = api_sql_span_ahead(words, i - 1);
            api_sql_span_item(words, range);
            return;
        }
    }
}


ngx_uint_t
api_sql_span_out(const api_sql_words_t *words, api_sql_span_t *range)
{
    ngx_uint_t  open, end;

    open = api_sql_span_bracket(words, range->from);

    if (open == words->n || is_one_of(words, open + 1, queries)) {
        return 0;
    }

    end = api_sql_span_ahead(words, open);

    if (is_char(words, open, '[')) {
        range->from = open;
        range->to = end;
        return 1;
    }

    if (open > 0 && is_one_of(words, open - 1, lists)) {
        return 0;
    }

    if (open > 0 && is_name(words, open - 1)
        && (api_sql_use_is_call(words, open)
            || api_sql_use_is_spoken(words, open + 1)))
    {
        range->from = open - 1;
        range->to = end;
        return 1;
    }

    /* a row, or the columns that a table has */

    if (api_sql_words_end(words, open + 1, no_ends) + 1 != end) {
        return 0;
    }

    range->from = open;
    range->to = end;

    return 1;
}


/* does an item begin at i? */

static ngx_uint_t
begins(const api_sql_words_t *words, ngx_uint_t i)
{
    return i == 0 || is_char(words, i - 1, '(') || is_char(words, i - 1, '[')
           || is_char(words, i - 1, ',') || is_word(words, i - 1, "CASE")
           || is_one_of(words, i - 1, cases)
           || api_sql_use_is_edge(words, i - 1)
           || api_sql_use_is_compared(words, i - 1);
}


/* or end before it? */

static ngx_uint_t
ends(const api_sql_words_t *words, ngx_uint_t i)
{
    return i >= words->n || is_char(words, i, ')') || is_char(words, i, ']')
           || is_char(words, i, ',') || is_word(words, i, "END")
           || is_one_of(words, i, cases)
           || api_sql_use_is_edge(words, i)
           || api_sql_use_is_compared(words, i)
           || is_alias(words, i);
}


/* a name right behind an operand, and no word of an expression */

static ngx_uint_t
is_alias(const api_sql_words_t *words, ngx_uint_t i)
{
    static const char *const  joining[] = {
        "AT", "COLLATE", "LIKE", "ILIKE", "SIMILAR", "ESCAPE", "OVERLAPS",
        "OPERATOR", "ISNULL", "NOTNULL", "PLACING", "FILTER", "OVER",
        "WITHIN", NULL
    };

    return is_name(words, i) && i > 0
           && (is_char(words, i - 1, ')') || is_char(words, i - 1, ']')
               || words->elts[i - 1].token == API_SQL_TOKEN_PARAM)
           && !is_one_of(words, i, joining);
}


/* where the word at i begins, what is in brackets and CASE being one */

static ngx_uint_t
back(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  depth, start;

    start = i;

    for (depth = 0; /* void */ ; i--) {

        if (is_char(words, i, ')') || is_char(words, i, ']')
            || is_word(words, i, "END"))
        {
            depth++;

        } else if (is_char(words, i, '(') || is_char(words, i, '[')
                   || is_word(words, i, "CASE"))
        {
            depth -= (depth > 0);
        }

        if (depth == 0) {
            return i;
        }

        if (i == 0) {
            return start;
        }
    }
}


ngx_uint_t
api_sql_span_ahead(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  depth;

    for (depth = 0; i < words->n; i++) {

        if (is_char(words, i, '(') || is_char(words, i, '[')
            || is_word(words, i, "CASE"))
        {
            depth++;

        } else if (is_char(words, i, ')') || is_char(words, i, ']')
                   || is_word(words, i, "END"))
        {
            depth -= (depth > 0);
        }

        if (depth == 0) {
            return i + 1;
        }
    }

    return words->n;
}


ngx_uint_t
api_sql_span_bracket(const api_sql_words_t *words, ngx_uint_t i)
{
    while (i > 0) {

        if (is_char(words, i - 1, '(') || is_char(words, i - 1, '[')) {
            return i - 1;
        }

        i = back(words, i - 1);
    }

    return words->n;
}
