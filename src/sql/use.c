
#include "sql/use_parts.h"
#include "sql/item.h"


#define is_word(words, i, word)    api_sql_words_is(words, i, word)
#define is_one_of(words, i, list)  api_sql_words_in(words, i, list)
#define is_char(words, i, ch)      api_sql_words_char(words, i, ch)
#define opening(words, i)          api_sql_words_opening(words, i)
#define closing(words, i)          api_sql_words_closing(words, i)
#define behind_cast(words, i)      api_sql_use_behind_cast(words, i)
#define is_operator(words, i)      api_sql_use_is_operator(words, i)
#define is_comparison(words, from, to)                                        \
    api_sql_use_is_comparison(words, from, to)


/* the words of an expression: from the first to behind the last */
typedef struct {
    ngx_uint_t  from;
    ngx_uint_t  to;
} use_range_t;


static ngx_uint_t use_of(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_pattern(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_distinct_on(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t chooses(const api_sql_words_t *words, ngx_uint_t i,
    ngx_uint_t least);
static ngx_uint_t widen(const api_sql_words_t *words, use_range_t *range);
static ngx_uint_t is_left(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_right(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t first_operator(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t last_operator(const api_sql_words_t *words, ngx_uint_t i);
static void find_divisors(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *uses);
static ngx_uint_t mark_divisor(const api_sql_words_t *words,
    const api_sql_statement_t *statement, use_range_t range,
    ngx_uint_t *uses);
static void find_lacking(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *uses);


/* what an expression that nothing is computed of may stand behind … */

static const char *const  lefts[] = {
    "SELECT", "DISTINCT", "ALL", "RETURNING", "WHERE", "AND", "OR", "NOT",
    "ON", "HAVING", "BETWEEN", "FROM", "VALUES", "IN", "ANY", "SOME", "WHEN",
    "BY", "ROW", NULL
};

/* … and before */

static const char *const  rights[] = {
    "AS", "FROM", "WHERE", "AND", "OR", "IS", "IN", "NOT", "GROUP", "HAVING",
    "WINDOW", "UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET",
    "FETCH", "FOR", "ON", "RETURNING", "BETWEEN", "THEN", "ASC", "DESC",
    "NULLS", NULL
};

/* operators and the like, which are no part of a type's name */
static const char *const  operators[] = {
    "AT", "COLLATE", "LIKE", "ILIKE", "SIMILAR", "OPERATOR", "OVERLAPS",
    "ISNULL", "NOTNULL", "ELSE", "WHEN", "END", NULL
};

/* the value of one of their arguments as it is */
static const char *const  choosers[] = {
    "COALESCE", "NULLIF", "GREATEST", "LEAST", NULL
};

/* a parenthesis behind them does not hold arguments */
static const char *const  no_functions[] = {
    "SELECT", "DISTINCT", "ALL", "RETURNING", "WHERE", "AND", "OR", "NOT",
    "ON", "HAVING", "BETWEEN", "FROM", "VALUES", "IN", "ANY", "SOME", "WHEN",
    "THEN", "ELSE", "BY", "ROW", "AS", "SET", "LIMIT", "OFFSET", "CAST", NULL
};

/* the words that begin a condition, and those that begin what is none */

static const char *const  conditions[] = {
    "WHERE", "HAVING", "ON", "USING", NULL
};

static const char *const  others[] = {
    "SELECT", "SET", "VALUES", "RETURNING", NULL
};

static const char *const  limits[] = {
    "LIMIT", "OFFSET", "FIRST", "NEXT", NULL
};

static const char *const  rows[] = { "ROW", "ROWS", NULL };

static const char *const  likes[] = { "LIKE", "ILIKE", NULL };

static const char *const  texts[] = { "LOWER", "UPPER", "TRIM", NULL };

static const char *const  dividers[] = { "MOD", "DIV", NULL };

static const char *const  outer_joins[] = { "LEFT", "RIGHT", "FULL", NULL };

static const char *const  aggregates[] = {
    "MAX", "MIN", "SUM", "AVG", "ARRAY_AGG", "STRING_AGG", "JSON_AGG",
    "JSONB_AGG", "BOOL_AND", "BOOL_OR", "EVERY", NULL
};

static const char *const  no_ends[] = { NULL };


ngx_int_t
api_sql_use_find(ngx_pool_t *pool, const api_sql_statement_t *statement,
    ngx_uint_t *uses)
{
    ngx_uint_t       i, n;
    api_sql_words_t  words;

    ngx_memzero(uses, statement->params.nelts * sizeof(ngx_uint_t));

    if (api_sql_words_read(pool, &statement->source, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < words.n; i++) {

        if (words.elts[i].token != API_SQL_TOKEN_PARAM) {
            continue;
        }

        n = api_sql_item_number(statement, &words.elts[i].text);

        if (n < statement->params.nelts) {
            uses[n] |= use_of(&words, i)
                       | (api_sql_use_divides_source(&words, i)
                          ? API_SQL_USE_SOURCE : 0);
        }
    }

    for (i = 0, n = api_sql_use_stored(&words);
         n && i < statement->params.nelts; i++)
    {
        uses[i] |= API_SQL_USE_STORED;
    }

    find_divisors(&words, statement, uses);
    find_lacking(&words, statement, uses);

    ngx_pfree(pool, words.elts);

    return NGX_OK;
}


/* of the parameter at i, in this place */

static ngx_uint_t
use_of(const api_sql_words_t *words, ngx_uint_t i)
{
    use_range_t  range;

    /* one cast says of what type it is; what a second makes of that is another
       value */

    range.from = i;
    range.to = behind_cast(words, i + 1);

    while (widen(words, &range)) { /* void */ }

    if ((is_left(words, range.from)
         || is_comparison(words, first_operator(words, range.from),
                          range.from))
        && (is_right(words, range.to)
            || is_comparison(words, range.to,
                             last_operator(words, range.to))))
    {
        return API_SQL_USE_ALONE
               | (chooses(words, range.from, 0) ? API_SQL_USE_CHOOSES : 0);
    }

    if (range.from > 0 && is_one_of(words, range.from - 1, limits)
        && (is_right(words, range.to) || is_one_of(words, range.to, rows)))
    {
        return API_SQL_USE_LIMITS;
    }

    if (is_pattern(words, i)) {
        return API_SQL_USE_LIKE;
    }

    return API_SQL_USE_MADE | api_sql_use_beside(words, i)
           | (api_sql_use_is_read(words, i) ? API_SQL_USE_READ : 0);
}


/* LIKE '%' || $a || '%', and nothing but text is made of it */

static ngx_uint_t
is_pattern(const api_sql_words_t *words, ngx_uint_t i)
{
    while (i > 0 && (is_char(words, i - 1, '|') || is_char(words, i - 1, '(')
                     || words->elts[i - 1].text.data[0] == '\''
                     || is_one_of(words, i - 1, texts)))
    {
        i--;
    }

    return i > 0 && is_one_of(words, i - 1, likes);
}


/* the clause it stands in, back to its first word, which stands at least there,
   past what is in parentheses: a condition?  The "=" of SET is none. */

static ngx_uint_t
chooses(const api_sql_words_t *words, ngx_uint_t i, ngx_uint_t least)
{
    ngx_uint_t  depth;

    depth = 0;

    for ( /* void */ ; i > least; i--) {

        if (is_char(words, i - 1, ')')) {
            depth++;

        } else if (is_char(words, i - 1, '(')) {

            if (depth > 0) {
                depth--;
            }

        } else if (depth == 0 && is_one_of(words, i - 1, conditions)
                   && !is_distinct_on(words, i - 1))
        {
            return 1;

        } else if (depth == 0 && is_one_of(words, i - 1, others)) {
            return 0;
        }
    }

    return 0;
}


/* is "ON" at i no join's? */

static ngx_uint_t
is_distinct_on(const api_sql_words_t *words, ngx_uint_t i)
{
    return i > 0 && is_word(words, i, "ON")
           && is_word(words, i - 1, "DISTINCT");
}


/* ($a) and COALESCE($a, b) are what $a is */

static ngx_uint_t
widen(const api_sql_words_t *words, use_range_t *range)
{
    ngx_uint_t  open, close, chooser;

    if (range->from == 0
        || !(is_char(words, range->from - 1, '(')
             || is_char(words, range->from - 1, ','))
        || !(is_char(words, range->to, ')') || is_char(words, range->to, ',')))
    {
        return 0;
    }

    open = opening(words, range->from - 1);

    if (open == words->n) {
        return 0;
    }

    close = closing(words, open);
    chooser = open > 0 && is_one_of(words, open - 1, choosers);

    if (!chooser
        && (open + 1 != range->from || close != range->to
            || (open > 0 && api_sql_words_name(words, open - 1)
                && !is_one_of(words, open - 1, no_functions))))
    {
        return 0;
    }

    range->from = open - chooser;
    range->to = ngx_min(close + 1, words->n);

    return 1;
}


/* behind "::type", which may be qualified, have a length and be an array; i
   where there is none */

ngx_uint_t
api_sql_use_behind_cast(const api_sql_words_t *words, ngx_uint_t i)
{
    if (!is_char(words, i, ':') || !is_char(words, i + 1, ':')) {
        return i;
    }

    for (i += 2; api_sql_words_name(words, i); i++) {

        if (is_one_of(words, i, rights) || is_one_of(words, i, operators)) {
            return i;
        }

        if (is_char(words, i + 1, '.')) {
            i++;
        }
    }

    if (is_char(words, i, '(')) {
        i = closing(words, i) + 1;
    }

    while (is_char(words, i, '[')) {
        while (i < words->n && !is_char(words, i, ']')) {
            i++;
        }

        i++;
    }

    return ngx_min(i, words->n);
}


/* does an expression begin at i that is nobody's operand or argument? */

static ngx_uint_t
is_left(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  open;

    if (i == 0) {
        return 1;
    }

    if (is_one_of(words, i - 1, lefts)) {
        return !(is_word(words, i - 1, "FROM")
                 && api_sql_use_is_spoken(words, i - 1));
    }

    if (is_char(words, i - 1, ')') && i > 1) {
        open = opening(words, i - 2);

        return open < words->n && open > 1 && is_distinct_on(words, open - 1);
    }

    if (!is_char(words, i - 1, ',') && !is_char(words, i - 1, '(')) {
        return 0;
    }

    open = opening(words, i - 1);

    /* of a list without parentheses, as of SELECT or SET */

    if (open == words->n || open == 0) {
        return 1;
    }

    return !api_sql_words_name(words, open - 1)
           || is_one_of(words, open - 1, no_functions);
}


static ngx_uint_t
is_right(const api_sql_words_t *words, ngx_uint_t i)
{
    return i >= words->n || is_char(words, i, ',') || is_char(words, i, ')')
           || is_one_of(words, i, rights);
}


/*
 * Are the words from … to "=", "<>", "<=" or the like?  A pattern is more than
 * compared: it may be none.
 */

ngx_uint_t
api_sql_use_is_comparison(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to)
{
    u_char  first, second;

    if (to == from || to - from > 2) {
        return 0;
    }

    first = words->elts[from].text.data[0];
    second = words->elts[to - 1].text.data[0];

    if (to - from == 1) {
        return first == '=' || first == '<' || first == '>';
    }

    return (second == '=' && (first == '<' || first == '>' || first == '!'))
           || (first == '<' && second == '>');
}


ngx_uint_t
api_sql_use_is_edge(const api_sql_words_t *words, ngx_uint_t i)
{
    return is_one_of(words, i, lefts) || is_one_of(words, i, rights)
           || is_one_of(words, i, others) || is_one_of(words, i, conditions);
}


ngx_uint_t
api_sql_use_is_call(const api_sql_words_t *words, ngx_uint_t i)
{
    return i > 0 && is_char(words, i, '(')
           && api_sql_words_name(words, i - 1)
           && !is_one_of(words, i - 1, no_functions);
}


/* from where on operators stand in front of i, and to where behind it */

static ngx_uint_t
first_operator(const api_sql_words_t *words, ngx_uint_t i)
{
    while (i > 0 && is_operator(words, i - 1)) {
        i--;
    }

    return i;
}


static ngx_uint_t
last_operator(const api_sql_words_t *words, ngx_uint_t i)
{
    while (is_operator(words, i)) {
        i++;
    }

    return i;
}


ngx_uint_t
api_sql_use_is_operator(const api_sql_words_t *words, ngx_uint_t i)
{
    return i < words->n && words->elts[i].token == API_SQL_TOKEN_OTHER
           && words->elts[i].text.len == 1
           && ngx_strchr("+-*/<>=~!@#%^&|`?", words->elts[i].text.data[0])
              != NULL;
}


/* what stands behind "/" or "%", and as the second argument of mod() */

static void
find_divisors(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *uses)
{
    ngx_uint_t   i, stored;
    use_range_t  range;

    stored = 0;

    for (i = 0; i < words->n; i++) {

        if (is_char(words, i, '/') || is_char(words, i, '%')) {
            range.from = i + 1;
            range.to = api_sql_use_operand_end(words, i + 1);
            stored |= mark_divisor(words, statement, range, uses);

        } else if (is_one_of(words, i, dividers) && is_char(words, i + 1, '('))
        {
            range.from = api_sql_words_end(words, i + 2, no_ends) + 1;

            if (is_char(words, range.from - 1, ',')) {
                range.to = api_sql_words_end(words, range.from, no_ends);
                stored |= mark_divisor(words, statement, range, uses);
            }
        }
    }

    for (i = 0; stored && i < statement->params.nelts; i++) {
        if (!(uses[i] & (API_SQL_USE_DIVISOR|API_SQL_USE_DIVIDES))) {
            uses[i] |= API_SQL_USE_BESIDE;
        }
    }
}


/* 1: it has a name, and no parameter */

static ngx_uint_t
mark_divisor(const api_sql_words_t *words,
    const api_sql_statement_t *statement, use_range_t range, ngx_uint_t *uses)
{
    ngx_uint_t  i, n, end, named, made;

    named = 0;
    made = 0;

    while (is_char(words, range.from, '(')
           && closing(words, range.from) == range.to - 1)
    {
        range.from++;
        range.to--;
    }

    for (i = range.from; i < range.to; i++) {

        if (words->elts[i].token != API_SQL_TOKEN_PARAM) {
            named |= api_sql_words_name(words, i);
            continue;
        }

        /* it may choose the row of which a stored value divides */

        if (chooses(words, i, range.from)) {
            continue;
        }

        made = 1;
        n = api_sql_item_number(statement, &words->elts[i].text);

        if (n == statement->params.nelts) {
            continue;
        }

        end = behind_cast(words, i + 1);

        uses[n] |= (i == range.from && end == range.to) ? API_SQL_USE_DIVISOR
                                                        : API_SQL_USE_DIVIDES;
    }

    return named && !made;
}


/* an outer join or an aggregate, which are NULL where nothing is found */

static void
find_lacking(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *uses)
{
    ngx_uint_t  i, n;

    for (i = 0; i < words->n; i++) {

        if ((is_one_of(words, i, aggregates) && is_char(words, i + 1, '('))
            || (is_one_of(words, i, outer_joins)
                && (is_word(words, i + 1, "JOIN")
                    || is_word(words, i + 1, "OUTER"))))
        {
            break;
        }
    }

    for (n = 0; i < words->n && n < statement->params.nelts; n++) {
        uses[n] |= API_SQL_USE_LACKS;
    }
}


/* behind one operand: a name, a call, a constant or what is in parentheses,
   with its casts */

ngx_uint_t
api_sql_use_operand_end(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  end;

    while (is_operator(words, i)) {
        i++;
    }

    if (!is_char(words, i, '(')) {
        for (i++; is_char(words, i, '.'); i += 2) { /* void */ }
    }

    if (is_char(words, i, '(')) {
        i = closing(words, i) + 1;
    }

    for ( ;; ) {
        end = behind_cast(words, i);

        if (end == i) {
            return ngx_min(i, words->n);
        }

        i = end;
    }
}
