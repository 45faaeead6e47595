
#include "sql/sorts.h"


typedef struct {
    const char  *first;
    const char  *second;
    const char  *why;
} sorts_clause_t;


static const sorts_clause_t *sorts_clause(const api_sql_words_t *words,
    ngx_uint_t i);
static ngx_uint_t sorts_item(const api_sql_words_t *words, ngx_uint_t i,
    ngx_uint_t end);
static ngx_uint_t sorts_word(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t sorts_type(const api_sql_words_t *words, ngx_uint_t i);


static const sorts_clause_t  sorts_clauses[] = {
    { "ORDER", "BY", "orders nothing" },
    { "GROUP", "BY", "groups nothing" },
    { "PARTITION", "BY", "parts nothing" },
    { "DISTINCT", "ON", "tells nothing apart" },
    { NULL, NULL, NULL }
};

/* what ends a clause's list */

static const char *const  sorts_ends[] = {
    "HAVING", "WINDOW", "ORDER", "GROUP", "PARTITION", "LIMIT", "OFFSET",
    "FETCH", "FOR", "UNION", "INTERSECT", "EXCEPT", "RETURNING", "ROWS",
    "RANGE", "GROUPS", NULL
};

/* what an expression is made of beside columns */

static const char *const  sorts_keywords[] = {
    "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "NULL", "IS",
    "IN", "LIKE", "ILIKE", "TRUE", "FALSE", "AS", "ASC", "DESC", "NULLS",
    "USING", "COLLATE", NULL
};

/* functions that say the same of the same */

static const char *const  sorts_functions[] = {
    "lower", "upper", "initcap", "trim", "btrim", "ltrim", "rtrim",
    "coalesce", "nullif", "concat", "format", "replace", "quote_ident", "cast",
    "greatest", "least", "left", "right", NULL
};

/* behind the first word of a type's name */

static const char *const  sorts_types[] = {
    "PRECISION", "VARYING", "WITH", "WITHOUT", "TIME", "ZONE", NULL
};


ngx_int_t
api_sql_sorts(const api_sql_words_t *words, ngx_uint_t *i, ngx_uint_t *param,
    const char **why)
{
    ngx_uint_t             n, end, from;
    const sorts_clause_t  *clause;

    for (n = 0; n < words->n; n++) {

        clause = sorts_clause(words, n);

        if (clause == NULL) {
            continue;
        }

        from = n + 2;

        if (ngx_strcmp(clause->second, "ON") == 0) {
            from++;
        }

        for ( ;; ) {
            end = api_sql_words_end(words, from, sorts_ends);
            *param = sorts_item(words, from, end);

            if (*param != words->n && *param >= *i) {
                *i = *param + 1;
                *why = clause->why;
                return NGX_OK;
            }

            if (!api_sql_words_char(words, end, ',')) {
                break;
            }

            from = end + 1;
        }
    }

    return NGX_DECLINED;
}


static const sorts_clause_t *
sorts_clause(const api_sql_words_t *words, ngx_uint_t i)
{
    const sorts_clause_t  *clause;

    for (clause = sorts_clauses; clause->first != NULL; clause++) {
        if (api_sql_words_is(words, i, clause->first)
            && api_sql_words_is(words, i + 1, clause->second))
        {
            return clause;
        }
    }

    return NULL;
}


/* the first parameter of an expression that is nothing else; words->n: none */

static ngx_uint_t
sorts_item(const api_sql_words_t *words, ngx_uint_t i, ngx_uint_t end)
{
    ngx_uint_t  param;

    for (param = words->n; i < end; i++) {

        if (words->elts[i].token == API_SQL_TOKEN_PARAM) {
            param = (param == words->n) ? i : param;

        } else if (api_sql_words_name(words, i) && !sorts_word(words, i)
                   && !sorts_type(words, i))
        {
            return words->n;
        }
    }

    return param;
}


static ngx_uint_t
sorts_word(const api_sql_words_t *words, ngx_uint_t i)
{
    if (api_sql_words_in(words, i, sorts_keywords)) {
        return 1;
    }

    if (api_sql_words_char(words, i + 1, '(')) {
        return api_sql_words_in(words, i, sorts_functions);
    }

    if (i == 0) {
        return 0;
    }

    return api_sql_words_is(words, i - 1, "COLLATE")
           || (api_sql_words_is(words, i - 1, "NULLS")
               && (api_sql_words_is(words, i, "FIRST")
                   || api_sql_words_is(words, i, "LAST")));
}


/* behind "::" or AS, and the words and the schema that belong to it */

static ngx_uint_t
sorts_type(const api_sql_words_t *words, ngx_uint_t i)
{
    while (i > 0 && (api_sql_words_in(words, i, sorts_types)
                     || api_sql_words_char(words, i - 1, '.')))
    {
        i -= api_sql_words_char(words, i - 1, '.') ? 2 : 1;
    }

    return i > 0
           && (api_sql_words_char(words, i - 1, ':')
               || api_sql_words_is(words, i - 1, "AS"));
}
