
#include "sql/use_parts.h"


#define is_word(words, i, word)    api_sql_words_is(words, i, word)
#define is_one_of(words, i, list)  api_sql_words_in(words, i, list)
#define is_char(words, i, ch)      api_sql_words_char(words, i, ch)
#define is_name(words, i)          api_sql_words_name(words, i)
#define opening(words, i)          api_sql_words_opening(words, i)
#define closing(words, i)          api_sql_words_closing(words, i)
#define is_compared(words, i)      api_sql_use_is_compared(words, i)
#define has_stored(words, i, end)  api_sql_use_has_stored(words, i, end)
#define behind_cast(words, i)      api_sql_use_behind_cast(words, i)


static void widen(const api_sql_words_t *words, ngx_uint_t *from,
    ngx_uint_t *to);
static ngx_uint_t go_left(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t go_right(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_apart(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_rule(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_stored(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_text(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t name_begin(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t name_end(const api_sql_words_t *words, ngx_uint_t i);
static ngx_int_t has_column(ngx_pool_t *pool, const api_sql_words_t *words,
    ngx_uint_t from, ngx_uint_t to, const ngx_str_t *column);


/* a parenthesis behind them holds a list, and what is in it goes no further */

static const char *const  lists[] = {
    "VALUES", "IN", "ANY", "SOME", "ALL", "ROW", "SET", "ON", "USING", NULL
};

/* words of an expression that are no names */

static const char *const  keywords[] = {
    "AT", "TIME", "ZONE", "LIKE", "ILIKE", "SIMILAR", "TO", "ESCAPE", "CASE",
    "WHEN", "THEN", "ELSE", "END", "TRUE", "FALSE", "NULL", "IS", "NOT",
    "ARRAY", "ROW", "COLLATE", "BOTH", "LEADING", "TRAILING", "FOR",
    "DISTINCT", "AND", "OR", "INTERVAL", "DATE", "TIMESTAMP", "CURRENT_DATE",
    "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP",
    "CURRENT_USER", "SESSION_USER", NULL
};

/* their argument behind the first says how to read that … */

static const char *const  readers[] = {
    "REGEXP_COUNT", "REGEXP_INSTR", "REGEXP_LIKE", "REGEXP_MATCH",
    "REGEXP_MATCHES", "REGEXP_REPLACE", "REGEXP_SPLIT_TO_ARRAY",
    "REGEXP_SPLIT_TO_TABLE", "REGEXP_SUBSTR", "SUBSTRING", "TO_CHAR",
    "TO_DATE", "TO_NUMBER", "TO_TIMESTAMP", NULL
};

/* … and their first one what to do with the others */

static const char *const  makers[] = {
    "FORMAT", "DATE_PART", "DATE_TRUNC", NULL
};

static const char *const  converters[] = {
    "TO_DATE", "TO_NUMBER", "TO_TIMESTAMP", NULL
};

static const char *const  texts[] = { "TEXT", "VARCHAR", "CHARACTER", NULL };

static const char *const  sources[] = { "FROM", "JOIN", "LATERAL", NULL };

static const char *const  dividers[] = { "MOD", "DIV", NULL };

static const char *const  no_ends[] = { NULL };


ngx_uint_t
api_sql_use_beside(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  k, from, to, bits;

    from = i;
    to = i + 1;

    widen(words, &from, &to);

    bits = is_rule(words, i) ? API_SQL_USE_RULES : 0;

    if (!has_stored(words, from, to)) {
        return bits | API_SQL_USE_PURE;
    }

    for (k = from; k < to; k++) {
        if (is_char(words, k, '(') && is_apart(words, k)) {
            bits |= API_SQL_USE_APART;
        }
    }

    return bits;
}


/* to the whole expression, through calls and parentheses, up to where it is
   only compared, stored or answered */

static void
widen(const api_sql_words_t *words, ngx_uint_t *from, ngx_uint_t *to)
{
    ngx_uint_t  open, call;

    for ( ;; ) {
        *from = go_left(words, *from);
        *to = go_right(words, *to);

        if (*from == 0
            || !(is_char(words, *from - 1, '(')
                 || is_char(words, *from - 1, ',')))
        {
            return;
        }

        open = opening(words, *from - 1);

        if (open == words->n
            || (open > 0 && is_one_of(words, open - 1, lists)))
        {
            return;
        }

        call = api_sql_use_is_call(words, open);

        /* a row, or the columns that a table has */

        if (!call && (is_char(words, *from - 1, ',')
                      || is_char(words, *to, ',')))
        {
            return;
        }

        *from = open - call;
        *to = ngx_min(closing(words, open) + 1, words->n);
    }
}


static ngx_uint_t
go_left(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  open;

    while (i > 0) {

        if (is_char(words, i - 1, ')') || is_char(words, i - 1, ']')) {

            open = (i > 1 && is_char(words, i - 1, ')'))
                   ? opening(words, i - 2) : i - 1;

            if (open >= i) {
                return i;
            }

            i = open;
            continue;
        }

        if (is_char(words, i - 1, '(') || is_char(words, i - 1, ',')
            || api_sql_use_is_edge(words, i - 1) || is_compared(words, i - 1))
        {
            return i;
        }

        i--;
    }

    return 0;
}


static ngx_uint_t
go_right(const api_sql_words_t *words, ngx_uint_t i)
{
    while (i < words->n) {

        if (is_char(words, i, ')') || is_char(words, i, ',')
            || api_sql_use_is_edge(words, i) || is_compared(words, i))
        {
            return i;
        }

        i = is_char(words, i, '(') ? closing(words, i) + 1 : i + 1;
    }

    return words->n;
}


ngx_uint_t
api_sql_use_is_spoken(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  open;

    static const char *const  spoken[] = {
        "CAST", "EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION",
        "NORMALIZE", NULL
    };

    if (i == 0) {
        return 0;
    }

    open = opening(words, i - 1);

    return open < words->n && open > 0 && is_one_of(words, open - 1, spoken);
}


ngx_uint_t
api_sql_use_is_compared(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  from, to;

    if (!api_sql_use_is_operator(words, i)) {
        return 0;
    }

    for (from = i; from > 0 && api_sql_use_is_operator(words, from - 1);
         from--)
    {
        /* void */
    }

    for (to = i + 1; api_sql_use_is_operator(words, to); to++) { /* void */ }

    return api_sql_use_is_comparison(words, from, to);
}


/* what opens at i, the arguments of a call or an operation: a stored value, and
   no parameter, so that it may fail without any */

static ngx_uint_t
is_apart(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  k, end, computes;

    end = closing(words, i);
    computes = api_sql_use_is_call(words, i)
               || behind_cast(words, end + 1) != end + 1;

    for (k = i; k < end; k++) {

        if (words->elts[k].token == API_SQL_TOKEN_PARAM) {
            return 0;
        }

        computes |= api_sql_use_is_operator(words, k);
    }

    return computes && has_stored(words, i + 1, end);
}


/* a pattern or a format, that other values are read or written by? */

static ngx_uint_t
is_rule(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  k, open;

    for (k = i; k > 0 && (is_char(words, k - 1, '|')
                          || is_char(words, k - 1, '(')
                          || words->elts[k - 1].text.data[0] == '\''); k--)
    {
        /* void */
    }

    if (k > 0 && is_char(words, k - 1, '*')) {
        k--;
    }

    if (k > 0 && (is_char(words, k - 1, '~')
                  || (is_word(words, k - 1, "TO") && k > 1
                      && is_word(words, k - 2, "SIMILAR"))))
    {
        return 1;
    }

    open = opening(words, i);

    if (open == words->n || open == 0) {
        return 0;
    }

    if (is_one_of(words, open - 1, makers)) {
        return i == open + 1;
    }

    return is_one_of(words, open - 1, readers)
           && api_sql_words_end(words, open + 1, no_ends) < i;
}


ngx_uint_t
api_sql_use_has_stored(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to)
{
    ngx_uint_t  i, end;

    for (i = from; i < to; i++) {

        end = behind_cast(words, i);

        if (end != i) {
            i = end - 1;
            continue;
        }

        if (is_stored(words, i)) {
            return 1;
        }
    }

    return 0;
}


/* does the name of a column begin at i?  Not a function's, a type's, an alias
   behind what it names */

static ngx_uint_t
is_stored(const api_sql_words_t *words, ngx_uint_t i)
{
    u_char            first;
    ngx_uint_t        end;
    api_sql_token_e   token;

    if (!is_name(words, i) || is_one_of(words, i, keywords)
        || api_sql_use_is_edge(words, i))
    {
        return 0;
    }

    if (i > 0) {
        token = words->elts[i - 1].token;
        first = words->elts[i - 1].text.data[0];

        if (token == API_SQL_TOKEN_PARAM || first == ')' || first == ']'
            || first == '.' || first == '\'' || (first >= '0' && first <= '9')
            || is_word(words, i - 1, "AS")
            || (is_name(words, i - 1) && !is_one_of(words, i - 1, keywords)
                && !api_sql_use_is_edge(words, i - 1)))
        {
            return 0;
        }
    }

    end = name_end(words, i);

    return !is_char(words, end, '(')
           && (end >= words->n || words->elts[end].text.data[0] != '\'');
}


/* is the type at i text, which takes whatever there is? */

static ngx_uint_t
is_text(const api_sql_words_t *words, ngx_uint_t i)
{
    return is_one_of(words, i, texts) && !is_char(words, i + 1, '[');
}


static ngx_uint_t
name_end(const api_sql_words_t *words, ngx_uint_t i)
{
    for (i++; is_char(words, i, '.'); i += 2) { /* void */ }

    return i;
}


ngx_uint_t
api_sql_use_stored(const api_sql_words_t *words)
{
    ngx_uint_t  i, end, open;

    for (i = 0; i < words->n; i++) {

        end = behind_cast(words, i);

        if (end != i) {
            i = end - 1;
            continue;
        }

        if (!is_stored(words, i)) {
            continue;
        }

        end = name_end(words, i);
        open = opening(words, i);

        if ((behind_cast(words, end) != end
             && !is_text(words, end + 2))
            || api_sql_use_is_read(words, i)
            || (open < words->n && open > 0
                && is_one_of(words, open - 1, converters)))
        {
            return 1;
        }
    }

    return 0;
}


/* (… $a …)::int, f($a)::int, CAST (… $a … AS int) */

ngx_uint_t
api_sql_use_is_read(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  end;

    for ( ;; ) {
        i = opening(words, i);

        if (i == words->n) {
            return 0;
        }

        end = closing(words, i) + 1;

        if ((behind_cast(words, end) != end && !is_text(words, end + 2))
            || (i > 0 && is_word(words, i - 1, "CAST")))
        {
            return 1;
        }

        if (i == 0) {
            return 0;
        }

        i--;
    }
}


/* FROM unnest($a) x … 10 / x: by the name of it, or of a column in it */

ngx_uint_t
api_sql_use_divides_source(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  k, n, open, from, to, end;

    for (open = opening(words, i); open < words->n && open > 0;
         open = opening(words, open - 1))
    {
        if (is_one_of(words, name_begin(words, open) - 1, sources)
            || is_char(words, name_begin(words, open) - 1, ','))
        {
            break;
        }
    }

    if (open >= words->n || open == 0) {
        return 0;
    }

    from = closing(words, open) + 1;
    from += is_word(words, from, "AS");
    to = is_char(words, from + 1, '(') ? closing(words, from + 1) : from + 1;

    for (k = 0; k < words->n; k++) {

        if (!is_char(words, k, '/') && !is_char(words, k, '%')) {
            continue;
        }

        end = api_sql_use_operand_end(words, k + 1);

        for (k++; k < end; k++) {
            for (n = from; n < to && n < words->n; n++) {
                if (is_name(words, n) && is_name(words, k)
                    && words->elts[n].text.len == words->elts[k].text.len
                    && ngx_strncasecmp(words->elts[n].text.data,
                                       words->elts[k].text.data,
                                       words->elts[k].text.len)
                       == 0)
                {
                    return 1;
                }
            }
        }
    }

    return 0;
}


/* where the name of the function begins whose arguments open at i */

static ngx_uint_t
name_begin(const api_sql_words_t *words, ngx_uint_t i)
{
    for (i--; i > 1 && is_char(words, i - 1, '.'); i -= 2) { /* void */ }

    return i;
}


ngx_int_t
api_sql_use_divides(ngx_pool_t *pool, const api_sql_statement_t *statement,
    const ngx_str_t *column)
{
    ngx_int_t        rc;
    ngx_uint_t       i, from, to;
    api_sql_words_t  words;

    if (api_sql_words_read(pool, &statement->source, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < words.n && !is_word(&words, i, "RETURNING"); i++) {
        /* void */
    }

    rc = NGX_DECLINED;

    for ( /* void */ ; i < words.n && rc == NGX_DECLINED; i++) {

        if (is_char(&words, i, '/') || is_char(&words, i, '%')) {
            from = i + 1;
            to = api_sql_use_operand_end(&words, from);

        } else if (is_one_of(&words, i, dividers)
                   && is_char(&words, i + 1, '('))
        {
            from = api_sql_words_end(&words, i + 2, no_ends);
            to = ngx_min(closing(&words, i + 1), words.n);

        } else {
            continue;
        }

        rc = has_column(pool, &words, from, to, column);
    }

    ngx_pfree(pool, words.elts);

    return rc;
}


static ngx_int_t
has_column(ngx_pool_t *pool, const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to, const ngx_str_t *column)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    for (i = from; i < to; i++) {

        if (!is_name(words, i)) {
            continue;
        }

        if (api_sql_words_fold(pool, &words->elts[i].text, &name) != NGX_OK) {
            return NGX_ERROR;
        }

        if (api_str_equal(&name, column)) {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}
