
#include "http/blame_parts.h"
#include "http/bounds.h"
#include "http/databases.h"
#include "http/sent.h"
#include "sql/cell.h"
#include "sql/evidence.h"
#include "sql/into.h"
#include "sql/said.h"
#include "sql/use.h"
#include "sql/words.h"

#include "core/scan.h"


static ngx_uint_t is_limit(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *value);
static ngx_uint_t may_be_read(const api_http_case_t *b, ngx_uint_t n);
static ngx_uint_t may_be_stored(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *text);
static ngx_uint_t facts_hold(const api_http_case_t *b);
static ngx_uint_t may_fail(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *value, api_sql_evidence_e found);
static ngx_uint_t may_compute(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *value);
static ngx_uint_t may_not_fit(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *value);
static ngx_uint_t passes_on(const api_http_case_t *b);
static ngx_uint_t fits_bounds(const api_http_case_t *b, ngx_uint_t n);
static ngx_uint_t is_computed(const api_http_case_t *b, ngx_uint_t n);
static ngx_uint_t divides(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *value);


/* finds values that are computed with or stored, and that were refused or may
   have been */

ngx_uint_t
api_http_blame_value(api_http_case_t *b)
{
    ngx_uint_t           n, made, target, perhaps;
    ngx_array_t         *failures;
    api_value_t          value;
    api_sql_evidence_e   found;

    failures = NULL;

    if (api_http_bounds_step(b->ctx, b->step, b->res, &failures) != NGX_OK
        || failures != NULL)
    {
        b->sure = 1;
        return 1;
    }

    perhaps = 0;

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        b->suspects[n] = 0;
        made = may_be_read(b, n);
        target = api_http_blame_is_target(b, n);

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null
            || (!made && !target && !may_be_stored(b, n, &value.text)))
        {
            continue;
        }

        found = api_sql_evidence(b->res, &value.text, made);
        b->quotes |= (found == API_SQL_EVIDENCE_OTHER);

        if (found == API_SQL_EVIDENCE_FOUND || is_limit(b, n, &value.text)) {
            b->named[n] = 1;
            b->sure = 1;
            continue;
        }

        if (made) {
            b->suspects[n] |= may_fail(b, n, &value.text, found);
        }

        if (found == API_SQL_EVIDENCE_NONE) {
            b->suspects[n] |= target ? may_not_fit(b, n, &value.text) : !made;
        }

        perhaps |= b->suspects[n];
    }

    return perhaps || b->sure;
}


/* a number of rows that is negative: LIMIT and OFFSET have errors of their
   own */

static ngx_uint_t
is_limit(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *value)
{
    return (b->uses[n] & API_SQL_USE_LIMITS) && value->len != 0
           && value->data[0] == '-'
           && (api_sql_cell_is_state(b->res, "2201W")
               || api_sql_cell_is_state(b->res, "2201X"));
}


/* is something computed of it that may fail so?  2: by reading what is made */

static ngx_uint_t
may_be_read(const api_http_case_t *b, ngx_uint_t n)
{
    ngx_uint_t  uses;

    uses = b->uses[n];

    if (uses & API_SQL_USE_READ) {
        return 2;
    }

    return (uses & API_SQL_USE_MADE)
           || ((uses & API_SQL_USE_LIMITS)
               && (api_sql_cell_is_state(b->res, "2201W")
                   || api_sql_cell_is_state(b->res, "2201X")))
           || ((uses & API_SQL_USE_LIKE)
               && api_sql_cell_is_state(b->res, "22025"));
}


/*
 * Something does not fit in a column, and where a value goes the statement's
 * text does not tell, by a WITH or a UNION: could it be this one?
 */

static ngx_uint_t
may_be_stored(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *text)
{
    return !(b->uses[n] & (API_SQL_USE_CHOOSES|API_SQL_USE_LIMITS
                           |API_SQL_USE_LIKE))
           && api_sql_evidence_size(b->res, text);
}


/* is the catalog what it was when it was asked for bounds and rules? */

static ngx_uint_t
facts_hold(const api_http_case_t *b)
{
    api_db_t  *db;

    db = api_http_databases_get(b->ctx->route->database);

    return db != NULL && !api_db_changed(db);
}


/*
 * Something is computed of what was sent, which is not among the server's
 * words: could it be that, though?
 */

static ngx_uint_t
may_fail(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *value,
    api_sql_evidence_e found)
{
    ngx_uint_t  uses;

    uses = b->uses[n];

    /* limits and patterns of LIKE have errors of their own */

    if (!(uses & API_SQL_USE_MADE)) {
        return found == API_SQL_EVIDENCE_NONE;
    }

    /* a function sees what the statement's text does not tell */

    if (api_sql_said_inner(b->res)) {
        return found == API_SQL_EVIDENCE_NONE;
    }

    /* the words may be of what was made of it, replace($x, ',', '.') */

    if (found == API_SQL_EVIDENCE_OTHER) {
        return (uses & API_SQL_USE_PURE) && !(uses & API_SQL_USE_STORED);
    }

    if (uses & (API_SQL_USE_PURE|API_SQL_USE_RULES)) {
        return 1;
    }

    return !(uses & API_SQL_USE_APART) && may_compute(b, n, value);
}


/*
 * Stored values stand in the same expression: a text could be theirs, but a
 * number that is sent can be another one.
 */

static ngx_uint_t
may_compute(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *value)
{
    size_t       i;
    ngx_uint_t   k;

    static const char *const  texts[] = {
        "2201B", "22007", "22018", "22019", "22021", "22025", "22030",
        "22031", "22032", "22033", "22034", "22035", "22036", "22037", "22038",
        "22039", "2203A", "2203B", "2203C", "2203D", "2203E", "2203F", "2203G",
        "22P02", "22P03", "22P05", "22P06", "42601", NULL
    };

    for (k = 0; texts[k] != NULL; k++) {
        if (api_sql_cell_is_state(b->res, texts[k])) {
            return 0;
        }
    }

    /* a step or a length, rather than what is written by a format */

    if (api_sql_cell_is_state(b->res, "22023")) {
        return api_sql_evidence_zero(value)
               || (value->len != 0 && value->data[0] == '-');
    }

    /* a day as it is written can be subtracted from all but infinite ones */

    if (api_sql_cell_is_state(b->res, "22008")) {

        for (i = 1; i + 1 < value->len; i++) {
            if (value->data[i] == '-' && api_scan_is_digit(value->data[i - 1])
                && api_scan_is_digit(value->data[i + 1]))
            {
                return 0;
            }
        }
    }

    return 1;
}


/* what is stored as it is: could it be what does not fit? */

static ngx_uint_t
may_not_fit(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *value)
{
    if (!api_sql_state_is_bounds(b->res)) {
        return !(b->uses[n] & API_SQL_USE_STORED) || is_computed(b, n);
    }

    return api_sql_evidence_size(b->res, value)
           && (api_sql_said_inner(b->res) || is_computed(b, n)
               || !fits_bounds(b, n) || passes_on(b));
}


/* may what is stored in one column be stored in another one from there, by
   ON CONFLICT or a WITH? */

static ngx_uint_t
passes_on(const api_http_case_t *b)
{
    ngx_uint_t       i;
    ngx_array_t      tables;
    api_sql_words_t  words;

    if (api_sql_into_tables(b->pool, &b->query->sql, &tables) != NGX_OK
        || tables.nelts > 1
        || api_sql_words_read(b->pool, &b->query->sql.source, &words)
           != NGX_OK)
    {
        return 1;
    }

    for (i = 0; i < words.n; i++) {
        if (api_sql_words_is(&words, i, "EXCLUDED")) {
            return 1;
        }
    }

    return 0;
}


/* does each of its columns take it, as the catalog says?  Not that one whose
   bound the server speaks of: what is checked of it is not all */

static ngx_uint_t
fits_bounds(const api_http_case_t *b, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    if (!facts_hold(b)) {
        return 0;
    }

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {

        if (target[i].param != n || target[i].free) {
            continue;
        }

        if (target[i].bound.kind == API_SQL_BOUND_NONE
            || api_sql_state_is_bound(b->res, &target[i].bound))
        {
            return 0;
        }
    }

    return 1;
}


/* is another column made of the one that it is stored in? */

static ngx_uint_t
is_computed(const api_http_case_t *b, ngx_uint_t n)
{
    ngx_uint_t                    i;
    const api_http_constraint_t  *rule;

    rule = b->query->rules.elts;

    for (i = 0; i < b->query->rules.nelts; i++) {
        if (rule[i].column.len != 0
            && api_http_blame_is_column(b, n, &rule[i].column))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_http_blame_zero(api_http_case_t *b)
{
    ngx_uint_t   n, zero, perhaps;
    api_value_t  value;

    perhaps = 0;

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        b->suspects[n] = 0;

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null) {
            continue;
        }

        zero = api_sql_evidence_zero(&value.text);

        if ((zero && (b->uses[n] & API_SQL_USE_SOURCE))
            || divides(b, n, &value.text))
        {
            b->named[n] = 1;
            b->sure = 1;
            continue;
        }

        b->suspects[n] = (b->uses[n] & API_SQL_USE_DIVIDES) != 0
                         || (zero && (b->uses[n] & API_SQL_USE_DIVISOR))
                         || (zero && !(b->uses[n] & API_SQL_USE_BESIDE)
                             && ((b->uses[n] & API_SQL_USE_MADE)
                                 || api_http_blame_is_target(b, n)));

        perhaps |= b->suspects[n];
    }

    return perhaps || b->sure;
}


/* is it stored in a column that something is divided by afterwards? */

static ngx_uint_t
divides(const api_http_case_t *b, ngx_uint_t n, const ngx_str_t *value)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n && api_sql_evidence_zero(value)
            && api_sql_use_divides(b->pool, &b->query->sql, &target[i].column)
               != NGX_DECLINED)
        {
            return 1;
        }
    }

    return 0;
}
