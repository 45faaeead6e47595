
#include "sql/trial.h"
#include "sql/inferred.h"
#include "sql/target.h"


/* pg_type.dat */
#define OID_TEXT               25
#define OID_TEXTS              1009
#define OID_TIMESTAMPTZ        1184
#define OID_TIMESTAMPTZ_ARRAY  1185
#define OID_NUMERIC            1700
#define OID_NUMERIC_ARRAY      1231

#define is_char(words, i, ch)  api_sql_words_char(words, i, ch)


static ngx_uint_t is_target(const ngx_array_t *targets, ngx_uint_t n);
static ngx_uint_t is_number(unsigned oid);
static ngx_uint_t is_plain(unsigned oid);
static ngx_uint_t is_cast(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_joined(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_bound(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_equated(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_operator(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t last_returning(const api_sql_words_t *words);


static const char *const  changes[] = { "INSERT", "UPDATE", "MERGE", NULL };
static const char *const  counts[] = { "LIMIT", "OFFSET", "FETCH", NULL };
static const char *const  sets[] = { "ANY", "ALL", "SOME", "IN", NULL };

/* types whose own text is what was sent */
static const unsigned  plain[] = {
    16, 20, 21, 23, 1000, 1005, 1007, 1016, 1082, 1182, 2950, 2951, 0
};


ngx_uint_t
api_sql_trial_may(const api_sql_words_t *words,
    const api_sql_statement_t *statement, const ngx_array_t *targets,
    ngx_uint_t n, unsigned inferred)
{
    unsigned                declared;
    ngx_uint_t              i, text, from;
    const api_sql_param_t  *param;

    param = statement->params.elts;
    param += n;
    declared = (unsigned) param->declared;

    if (declared == 0 || declared == inferred || param->null) {
        return 0;
    }

    text = (inferred == OID_TEXT)
           || (inferred == OID_TEXTS && declared != OID_TEXT);

    if (text ? is_target(targets, n)
             : !api_sql_inferred_differs(declared, inferred)
               || (!is_plain(declared) && declared != OID_TEXT
                   && is_target(targets, n)))
    {
        return 0;
    }

    from = (text && !is_plain(declared)) ? last_returning(words) : 0;

    for (i = 0; i < words->n; i++) {

        if (words->elts[i].token != API_SQL_TOKEN_PARAM
            || !api_str_equal(&words->elts[i].text, &param->name))
        {
            continue;
        }

        if (i < from || is_cast(words, i)
            || (text && !is_plain(declared) && is_joined(words, i))
            || (is_number(declared)
                && (is_bound(words, i) || (!text && is_equated(words, i)))))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
is_target(const ngx_array_t *targets, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = targets->elts;

    for (i = 0; i < targets->nelts; i++) {
        if (target[i].param == n) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_number(unsigned oid)
{
    return oid == OID_NUMERIC || oid == OID_NUMERIC_ARRAY;
}


static ngx_uint_t
is_plain(unsigned oid)
{
    ngx_uint_t  i;

    for (i = 0; plain[i] != 0; i++) {
        if (plain[i] == oid) {
            return 1;
        }
    }

    return 0;
}


/* $a::text or CAST($a AS text) */

static ngx_uint_t
is_cast(const api_sql_words_t *words, ngx_uint_t i)
{
    return (is_char(words, i + 1, ':') && is_char(words, i + 2, ':'))
           || (i >= 2 && is_char(words, i - 1, '(')
               && api_sql_words_is(words, i - 2, "CAST"));
}


/* $a || 'b' */

static ngx_uint_t
is_joined(const api_sql_words_t *words, ngx_uint_t i)
{
    return (is_char(words, i + 1, '|') && is_char(words, i + 2, '|'))
           || (i >= 2 && is_char(words, i - 1, '|')
               && is_char(words, i - 2, '|'));
}


/* LIMIT $a, which would round it */

static ngx_uint_t
is_bound(const api_sql_words_t *words, ngx_uint_t i)
{
    return i >= 1 && api_sql_words_in(words, i - 1, counts);
}


/* a = $a, a <> $a, a = ANY ($a), a IN ($a): alone, not as in a = $a * 2 */

static ngx_uint_t
is_equated(const api_sql_words_t *words, ngx_uint_t i)
{
    if (i >= 2 && !is_operator(words, i + 1)) {

        if (is_char(words, i - 1, '=')) {
            return !is_char(words, i - 2, '<') && !is_char(words, i - 2, '>');
        }

        if ((is_char(words, i - 1, '>') && is_char(words, i - 2, '<'))
            || (is_char(words, i - 1, '(')
                && api_sql_words_in(words, i - 2, sets)))
        {
            return 1;
        }
    }

    if (i >= 1 && is_operator(words, i - 1)) {
        return 0;
    }

    return is_char(words, i + 1, '=')
           || (is_char(words, i + 1, '<') && is_char(words, i + 2, '>'))
           || (is_char(words, i + 1, '!') && is_char(words, i + 2, '='));
}


static ngx_uint_t
is_operator(const api_sql_words_t *words, ngx_uint_t i)
{
    u_char  ch;

    if (i >= words->n || words->elts[i].token != API_SQL_TOKEN_OTHER) {
        return 0;
    }

    ch = words->elts[i].text.data[0];

    return ch != '\0' && strchr("+-*/<>=~!@#%^&|`?", ch) != NULL;
}


/*
 * Of a statement that changes rows the place behind its RETURNING: before it
 * a value may be on its way into a column.
 */

static ngx_uint_t
last_returning(const api_sql_words_t *words)
{
    ngx_uint_t  i, writes, last;

    writes = 0;
    last = words->n;

    for (i = 0; i < words->n; i++) {

        if (api_sql_words_in(words, i, changes)) {
            writes = 1;

        } else if (api_sql_words_is(words, i, "RETURNING")) {
            last = i;
        }
    }

    return writes ? last : 0;
}
