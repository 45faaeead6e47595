
#include "sql/trial.h"
#include "sql/beside.h"
#include "sql/inferred.h"
#include "sql/oid.h"
#include "sql/target.h"


typedef struct {
    unsigned  declared;
    unsigned  others[4];     /* up to a 0 */
} trial_others_t;


static ngx_uint_t differs(const api_sql_words_t *words,
    const ngx_str_t *name, unsigned declared, unsigned inferred);
static ngx_uint_t is_rounded(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t widens(const api_sql_words_t *words, const ngx_str_t *name,
    unsigned declared, unsigned inferred);
static ngx_uint_t may_round(const api_sql_words_t *words, ngx_uint_t i,
    ngx_uint_t text, unsigned into);
static unsigned target_type(const ngx_array_t *targets, ngx_uint_t n,
    unsigned declared);
static ngx_uint_t is_item(unsigned type, unsigned declared);
static ngx_uint_t takes(unsigned type, unsigned declared);
static ngx_uint_t is_target(const ngx_array_t *targets, ngx_uint_t n);
static ngx_uint_t is_number(unsigned oid);
static ngx_uint_t is_plain(unsigned oid);
static ngx_uint_t is_text(unsigned oid);
static ngx_uint_t last_returning(const api_sql_words_t *words);
static ngx_uint_t writes_rows(const api_sql_words_t *words);


static const char *const  changes[] = { "INSERT", "UPDATE", "MERGE", NULL };

/* types whose own text is what was sent */
static const unsigned  plain[] = {
    16, 20, 21, 23, 1000, 1005, 1007, 1016, 1082, 1182, 2950, 2951, 0
};

/*
 * As what else a value of the declared type can be read, nothing of it lost:
 * what takes values of one type only, as a range does, may take these.
 */
static const trial_others_t  others[] = {
    {   23, {   20, 1700,  701, 0 } },     /* int: int8, numeric, float8 */
    {   20, { 1700,    0,    0, 0 } },     /* bigint: numeric */
    { 1700, {  701,  700,    0, 0 } },     /* number: float8, float4 */
    { 1082, { 1114, 1184,    0, 0 } },     /* date: timestamp, timestamptz */
    { 1184, { 1114,    0,    0, 0 } },     /* timestamp: without a zone, too */
    { 1083, { 1266,    0,    0, 0 } },     /* time: timetz */
    { 3802, {  114,    0,    0, 0 } },     /* json: json itself */
    {  869, {  650,    0,    0, 0 } },     /* ipv4, ipv6: cidr */
    { 1007, { 1016, 1231, 1022, 0 } },     /* arrays of these */
    { 1016, { 1231,    0,    0, 0 } },
    { 1231, { 1022, 1021,    0, 0 } },
    { 1182, { 1115, 1185,    0, 0 } },
    { 1185, { 1115,    0,    0, 0 } },
    { 1183, { 1270,    0,    0, 0 } },
    { 3807, {  199,    0,    0, 0 } },
    { 1041, {  651,    0,    0, 0 } },
    {    0, {    0,    0,    0, 0 } }
};


unsigned
api_sql_trial_type(const api_sql_words_t *words,
    const api_sql_statement_t *statement, const ngx_array_t *targets,
    ngx_uint_t n, unsigned inferred)
{
    unsigned                declared, into;
    ngx_uint_t              i, text, from, stored;
    const api_sql_param_t  *param;

    param = statement->params.elts;
    param += n;
    declared = (unsigned) param->declared;

    if (declared == 0 || declared == inferred || param->null) {
        return 0;
    }

    text = is_text(inferred)
           && (inferred == API_SQL_OID_text || declared != API_SQL_OID_text);

    /* a user's own type is the column's itself */

    into = (text || inferred >= API_SQL_OID_FIRST_USER)
           ? 0 : target_type(targets, n, declared);

    if (into == inferred
        || (!text
            && (param->nearest
                || (into == 0
                    && !differs(words, &param->name, declared, inferred)
                    && (is_target(targets, n)
                        || !widens(words, &param->name, declared,
                                   inferred))))))
    {
        return 0;
    }

    stored = into == 0 && is_target(targets, n)
             && (text
                 || (!is_plain(declared) && declared != API_SQL_OID_text));

    from = (text && !is_plain(declared)) ? last_returning(words) : 0;

    for (i = 0; i < words->n; i++) {

        if (words->elts[i].token != API_SQL_TOKEN_PARAM
            || !api_str_equal(&words->elts[i].text, &param->name))
        {
            continue;
        }

        /*
         * A cast is what the statement wants of the value; but text is sent as
         * it is, and a text that it would refuse is given its own type best
         */

        if (api_sql_beside_cast(words, i)) {

            if (text || is_text(declared)) {
                return 0;
            }

            continue;
        }

        if (is_number(declared) && !text && is_rounded(words, i)) {
            continue;
        }

        if (stored || i < from
            || (text && !is_plain(declared)
                && api_sql_beside_joined(words, i))
            || (is_number(declared) && may_round(words, i, text, into)))
        {
            return 0;
        }
    }

    return into ? into : declared;
}


unsigned
api_sql_trial_other(unsigned declared, unsigned inferred, ngx_uint_t n)
{
    const trial_others_t  *o;

    if (is_text(inferred)) {
        return 0;
    }

    for (o = others; o->declared != 0; o++) {
        if (o->declared == declared) {
            return n < sizeof(o->others) / sizeof(o->others[0])
                   ? o->others[n] : 0;
        }
    }

    return 0;
}


/* of a user's own type little is known: it may be a range */

static ngx_uint_t
differs(const api_sql_words_t *words, const ngx_str_t *name, unsigned declared,
    unsigned inferred)
{
    ngx_uint_t  i;

    if (inferred < API_SQL_OID_FIRST_USER) {
        return api_sql_inferred_differs(declared, inferred);
    }

    for (i = 0; i < words->n; i++) {
        if (words->elts[i].token == API_SQL_TOKEN_PARAM
            && api_str_equal(&words->elts[i].text, name)
            && api_sql_beside_contained(words, i))
        {
            return 1;
        }
    }

    return 0;
}


/* a number in the place of an integer: is it one that is stored, or asks for an
   index? */

static ngx_uint_t
may_round(const api_sql_words_t *words, ngx_uint_t i, ngx_uint_t text,
    unsigned into)
{
    return api_sql_beside_bound(words, i)
           || (!text
               && (api_sql_beside_equated(words, i)
                   || (into == 0 && api_sql_trial_passes_on(words, i))));
}


/* by the statement's own word: round($a * 100), ($a * 100)::int */

static ngx_uint_t
is_rounded(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  open, close;

    static const char *const  rounding[] = {
        "ROUND", "FLOOR", "CEIL", "CEILING", "TRUNC", "CAST", NULL
    };

    for (open = api_sql_words_opening(words, i); open < words->n && open > 0;
         open = api_sql_words_opening(words, open - 1))
    {
        close = api_sql_words_closing(words, open);

        if (api_sql_words_in(words, open - 1, rounding)
            || (api_sql_words_char(words, close + 1, ':')
                && api_sql_words_char(words, close + 2, ':')))
        {
            return 1;
        }
    }

    return 0;
}


/* beside a constant an integer is one of 32 bits, whatever it is compared with
   is of its own type */

static ngx_uint_t
widens(const api_sql_words_t *words, const ngx_str_t *name, unsigned declared,
    unsigned inferred)
{
    ngx_str_t   before, behind;
    ngx_uint_t  i, open;

    static const char *const  choices[] = {
        "COALESCE", "GREATEST", "LEAST", "NULLIF", NULL
    };

    if (declared != API_SQL_OID_int8 || inferred != API_SQL_OID_int4) {
        return 0;
    }

    for (i = 0; i < words->n; i++) {

        if (words->elts[i].token != API_SQL_TOKEN_PARAM
            || !api_str_equal(&words->elts[i].text, name))
        {
            continue;
        }

        before = api_sql_beside_before(words, i);
        behind = api_sql_beside_behind(words, i);
        open = api_sql_words_opening(words, i);

        if ((before.len == 1 && strchr("+-*/%", before.data[0]) != NULL)
            || (behind.len == 1 && strchr("+-*/%", behind.data[0]) != NULL)
            || (open < words->n && open > 0
                && api_sql_words_in(words, open - 1, choices)))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Of the columns that it goes to, if all are of one type; where each takes
 * whatever the declared one may be that one; else 0
 */

static unsigned
target_type(const ngx_array_t *targets, ngx_uint_t n, unsigned declared)
{
    unsigned                 type;
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    type = 0;
    target = targets->elts;

    for (i = 0; i < targets->nelts; i++) {

        if (target[i].param != n) {
            continue;
        }

        if (!takes(target[i].type, declared)) {
            return 0;
        }

        /* nothing but money can be beside money, nor a list in a list */

        if (target[i].type == API_SQL_OID_money
            || is_item(target[i].type, declared)
            || (type != 0 && target[i].type != type))
        {
            type = declared;

        } else {
            type = target[i].type;
        }
    }

    return type;
}


/* a || $a */

static ngx_uint_t
is_item(unsigned type, unsigned declared)
{
    api_sql_inferred_t  is[2];

    return api_sql_inferred_builtin(type, is) && is[0].reference == declared;
}


static ngx_uint_t
takes(unsigned type, unsigned declared)
{
    ngx_uint_t             i;
    const trial_others_t  *o;

    if (type == declared || is_item(type, declared)
        || (type == API_SQL_OID_money && declared == API_SQL_OID_numeric))
    {
        return 1;
    }

    for (o = others; type != 0 && o->declared != 0; o++) {

        for (i = 0; o->declared == declared && o->others[i] != 0; i++) {
            if (o->others[i] == type) {
                return 1;
            }
        }
    }

    return 0;
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
    return oid == API_SQL_OID_numeric || oid == API_SQL_OID_numeric_array;
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


static ngx_uint_t
is_text(unsigned oid)
{
    return oid == API_SQL_OID_text || oid == API_SQL_OID_text_array;
}


/*
 * Of a statement that changes rows the place behind its RETURNING: before it
 * a value may be on its way into a column.
 */

static ngx_uint_t
last_returning(const api_sql_words_t *words)
{
    ngx_uint_t  i, last;

    last = words->n;

    for (i = 0; i < words->n; i++) {
        if (api_sql_words_is(words, i, "RETURNING")) {
            last = i;
        }
    }

    return writes_rows(words) ? last : 0;
}


/* the nearest word that begins a clause says so */

ngx_uint_t
api_sql_trial_passes_on(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  depth;

    static const char *const  rows[] = { "SELECT", "VALUES", "SET", NULL };
    static const char *const  clauses[] = {
        "FROM", "WHERE", "HAVING", "ON", "USING", "LIMIT", "OFFSET", "FETCH",
        "BY", "RETURNING", NULL
    };

    if (!writes_rows(words)) {
        return 0;
    }

    for (depth = 0; i > 0; i--) {

        if (api_sql_words_char(words, i - 1, ')')) {
            depth++;

        } else if (api_sql_words_char(words, i - 1, '(')) {
            depth -= (depth != 0);

        } else if (depth == 0 && api_sql_words_in(words, i - 1, rows)) {
            return 1;

        } else if (depth == 0 && api_sql_words_in(words, i - 1, clauses)) {
            return 0;
        }
    }

    return 0;
}


static ngx_uint_t
writes_rows(const api_sql_words_t *words)
{
    ngx_uint_t  i;

    /* FOR UPDATE, FOR NO KEY UPDATE */

    static const char *const  locks[] = { "FOR", "KEY", NULL };

    for (i = 0; i < words->n; i++) {
        if (api_sql_words_in(words, i, changes)
            && (i == 0 || !api_sql_words_in(words, i - 1, locks)))
        {
            return 1;
        }
    }

    return 0;
}
