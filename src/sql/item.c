
#include "sql/item.h"


#define is_word(words, i, word)  api_sql_words_is(words, i, word)
#define is_char(words, i, ch)    api_sql_words_char(words, i, ch)


static ngx_uint_t is_coalesce(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to);
static ngx_uint_t is_case(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to, const ngx_str_t *name);
static ngx_uint_t is_param(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_sent(const ngx_str_t *name);


static const char *const  no_ends[] = { NULL };

/* words of an expression that are no column's name */
static const char *const  constants[] = {
    "NULL", "TRUE", "FALSE", "DEFAULT", "SELECT", "AS", "AND", "OR", "NOT",
    "IS", "IN", "CASE", "WHEN", "THEN", "ELSE", "END", "ROW", "ARRAY",
    "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME",
    "LOCALTIMESTAMP", "CURRENT_USER", "SESSION_USER", NULL
};


ngx_uint_t
api_sql_item_param(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t *param)
{
    ngx_uint_t        i;
    const ngx_str_t  *found, *name;

    found = NULL;

    for (i = from; i < to; i++) {

        if (is_word(words, i, "SELECT")) {
            return 0;
        }

        name = &words->elts[i].text;

        if (!is_param(words, i) || is_sent(name)) {
            continue;
        }

        if (found != NULL && !api_str_equal(found, name)) {
            return 0;
        }

        found = name;
    }

    if (found == NULL) {
        return 0;
    }

    *param = api_sql_item_number(statement, found);

    return *param < statement->params.nelts;
}


ngx_uint_t
api_sql_item_next(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *from, ngx_uint_t to,
    ngx_uint_t *param)
{
    while (*from < to) {

        if (!is_param(words, (*from)++)) {
            continue;
        }

        *param = api_sql_item_number(statement,
                                     &words->elts[*from - 1].text);

        if (*param < statement->params.nelts) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_sql_item_number(const api_sql_statement_t *statement,
    const ngx_str_t *name)
{
    ngx_uint_t              i;
    const api_sql_param_t  *params;

    params = statement->params.elts;

    for (i = 0; i < statement->params.nelts; i++) {
        if (api_str_equal(&params[i].name, name)) {
            break;
        }
    }

    return i;
}


api_sql_item_e
api_sql_item_how(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t param)
{
    ngx_uint_t              i;
    const api_sql_param_t  *params;

    params = statement->params.elts;

    if (to - from == 1 || is_coalesce(words, from, to)) {
        return API_SQL_ITEM_PLAIN;
    }

    if (is_case(words, from, to, &params[param].name)) {
        return API_SQL_ITEM_SENT;
    }

    for (i = from; i < to; i++) {
        if (words->elts[i].token == API_SQL_TOKEN_OTHER
            && api_scan_is_digit(words->elts[i].text.data[0]))
        {
            return API_SQL_ITEM_CUT;
        }
    }

    return API_SQL_ITEM_MADE;
}


ngx_uint_t
api_sql_item_constant(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to)
{
    ngx_uint_t  i;

    if (to > from && is_char(words, to - 1, '*')) {
        return 0;
    }

    for (i = from; i < to; i++) {

        if (!api_sql_words_name(words, i)
            || api_sql_words_in(words, i, constants)
            || is_char(words, i + 1, '('))
        {
            continue;
        }

        /* the name of a type: a::int, CAST (a AS int), date '2024-01-01' */

        if (i > from
            && (is_char(words, i - 1, ':') || is_word(words, i - 1, "AS")))
        {
            continue;
        }

        if (i + 1 < to && words->elts[i + 1].text.data[0] == '\'') {
            continue;
        }

        return 0;
    }

    return 1;
}


/* COALESCE($a, …), and nothing behind it */

static ngx_uint_t
is_coalesce(const api_sql_words_t *words, ngx_uint_t from, ngx_uint_t to)
{
    ngx_uint_t  i;

    if (to - from < 4 || !is_word(words, from, "COALESCE")
        || !is_char(words, from + 1, '(') || !is_param(words, from + 2)
        || !is_char(words, from + 3, ','))
    {
        return 0;
    }

    for (i = from + 3; is_char(words, i, ','); /* void */ ) {
        i = api_sql_words_end(words, i + 1, no_ends);
    }

    return i == to - 1;
}


/* CASE WHEN $a? THEN $a ELSE … END, with no other CASE in it */

static ngx_uint_t
is_case(const api_sql_words_t *words, ngx_uint_t from, ngx_uint_t to,
    const ngx_str_t *name)
{
    ngx_uint_t        i;
    const ngx_str_t  *sent;

    if (to - from < 8 || !is_word(words, from, "CASE")
        || !is_word(words, from + 1, "WHEN") || !is_param(words, from + 2)
        || !is_word(words, from + 3, "THEN") || !is_param(words, from + 4)
        || !is_word(words, from + 5, "ELSE")
        || !is_word(words, to - 1, "END"))
    {
        return 0;
    }

    for (i = from + 6; i < to - 1; i++) {
        if (is_word(words, i, "CASE") || is_word(words, i, "END")) {
            return 0;
        }
    }

    sent = &words->elts[from + 2].text;

    return is_sent(sent) && sent->len == name->len + 1
           && ngx_memcmp(sent->data, name->data, name->len) == 0
           && api_str_equal(&words->elts[from + 4].text, name);
}


static ngx_uint_t
is_param(const api_sql_words_t *words, ngx_uint_t i)
{
    return words->elts[i].token == API_SQL_TOKEN_PARAM;
}


/* "name?" */

static ngx_uint_t
is_sent(const ngx_str_t *name)
{
    return name->len != 0 && name->data[name->len - 1] == '?';
}
