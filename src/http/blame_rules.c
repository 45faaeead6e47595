
#include "http/blame_parts.h"
#include "http/columns.h"
#include "http/sent.h"
#include "sql/detail.h"
#include "sql/evidence.h"
#include "sql/into.h"
#include "sql/said.h"
#include "sql/use.h"


#define RULES_ANY   (API_SQL_INTO_MADE|API_SQL_INTO_ROWS|API_SQL_INTO_CONST)
#define RULES_MADE  (API_SQL_INTO_MADE|API_SQL_INTO_ROWS)


static ngx_uint_t is_meant(const api_http_case_t *b,
    const api_http_constraint_t *rule, const ngx_str_t *constraint);
static ngx_uint_t by_names(api_http_case_t *b, const char *p);
static ngx_int_t by_column(api_http_case_t *b, const ngx_str_t *column,
    ngx_uint_t bits);
static ngx_int_t column_is(api_http_case_t *b, const ngx_str_t *column,
    ngx_uint_t bits);
static ngx_uint_t knows_places(const api_http_case_t *b);
static ngx_uint_t is_plain(const api_http_case_t *b);
static ngx_uint_t by_words(api_http_case_t *b);
static ngx_uint_t by_likeness(api_http_case_t *b);
static ngx_uint_t is_null(api_http_case_t *b, const ngx_str_t *column);
static ngx_uint_t may_lack(const api_http_case_t *b, ngx_uint_t n);


ngx_uint_t
api_http_blame_key(api_http_case_t *b)
{
    const char  *p;

    p = api_sql_detail_words(api_sql_said_detail(b->res));

    if (p == NULL) {
        return 1;
    }

    return api_sql_said_inner(b->res) ? by_words(b) : by_names(b, p);
}


/* the row that is still referred to was chosen by what was sent */

ngx_uint_t
api_http_blame_reference(api_http_case_t *b)
{
    return api_sql_detail_side(api_sql_said_detail(b->res),
                               (char *) b->table.data)
           != API_SQL_DETAIL_REFERRING
           || api_http_blame_key(b);
}


/* is one of a key's columns made of what was sent?  From p on they are named */

static ngx_uint_t
by_names(api_http_case_t *b, const char *p)
{
    ngx_int_t  rc;
    ngx_str_t  name;

    for ( ;; ) {
        p = api_sql_detail_word(p, &name);

        if (p == NULL) {
            return by_likeness(b);
        }

        rc = by_column(b, &name, RULES_ANY);

        if (rc != NGX_DECLINED) {
            return (rc == NGX_OK && !b->several) || by_words(b);
        }
    }
}


/*
 * NGX_OK: what was sent goes there, or is a part of what does, or has to do
 * with its rows, as bits tell; NGX_DECLINED: it does not; NGX_AGAIN: that
 * cannot be told.
 */

static ngx_int_t
by_column(api_http_case_t *b, const ngx_str_t *column, ngx_uint_t bits)
{
    ngx_int_t                     rc, of;
    ngx_uint_t                    i;
    const api_http_constraint_t  *rule;

    column = api_http_columns_above(b->query, &b->table, column);

    rc = column_is(b, column, bits);

    /* or the columns that a generated column is made of */

    rule = b->query->rules.elts;

    for (i = 0; rc == NGX_DECLINED && i < b->query->rules.nelts; i++) {

        if (rule[i].column.len == 0 || !api_str_equal(&rule[i].name, column)) {
            continue;
        }

        of = column_is(b, &rule[i].column, bits);

        if (of != NGX_DECLINED) {
            rc = of;
        }
    }

    return rc;
}


static ngx_int_t
column_is(api_http_case_t *b, const ngx_str_t *column, ngx_uint_t bits)
{
    ngx_int_t   rc;
    ngx_uint_t  n;

    rc = api_sql_into(b->pool, &b->query->sql, &b->table, column, b->inside);

    if (rc == NGX_ERROR) {
        return NGX_OK;
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {
        if (((b->inside[n] & bits)
             || (rc == NGX_DECLINED && api_http_blame_is_column(b, n, column)))
            && api_http_sent_found(b->ctx, b->step, n))
        {
            return NGX_OK;
        }
    }

    if (rc == NGX_DECLINED) {
        return knows_places(b) ? NGX_DECLINED : NGX_AGAIN;
    }

    return rc == NGX_OK || is_plain(b) ? NGX_DECLINED : NGX_AGAIN;
}


/* an INSERT without column names takes those of the catalog */

ngx_uint_t
api_http_blame_is_column(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *column)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n && api_str_equal(&target[i].column, column)) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_http_blame_is_target(const api_http_case_t *b, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
knows_places(const api_http_case_t *b)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].column.len == 0) {
            return 0;
        }
    }

    return b->query->targets.nelts != 0;
}


/* are tables all that the statement writes to, with columns named as those of
   their partitions?  A view's may be named otherwise */

static ngx_uint_t
is_plain(const api_http_case_t *b)
{
    ngx_uint_t                    i, k;
    ngx_array_t                   tables;
    const api_http_constraint_t  *rule;
    api_sql_into_table_t         *table;

    if (api_sql_into_tables(b->pool, &b->query->sql, &tables) != NGX_OK) {
        return 0;
    }

    table = tables.elts;
    rule = b->query->rules.elts;

    for (i = 0; i < tables.nelts; i++) {

        for (k = 0; k < b->query->rules.nelts; k++) {
            if (rule[k].column.len == 0
                && api_str_equal(&rule[k].relation, &table[i].relation))
            {
                break;
            }
        }

        if (k == b->query->rules.nelts) {
            return 0;
        }
    }

    return 1;
}


/* the values of a key: a sequence's number that nobody has sent is ours, unless
   the statement computes with what was sent */

static ngx_uint_t
by_words(api_http_case_t *b)
{
    ngx_uint_t          n, inner;
    api_value_t         value;
    api_sql_evidence_e  found;

    inner = api_sql_said_inner(b->res);

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        /* the value is a column of an earlier row that was found by what was
           sent */

        if (b->several && !api_http_sent(b->ctx, b->step, n, &value)
            && api_http_sent_found(b->ctx, b->step, n))
        {
            return 1;
        }

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null) {
            continue;
        }

        found = api_sql_evidence_key(b->res, &value.text);

        /* of several statements it is the one whose value the server quotes */

        if (found == API_SQL_EVIDENCE_FOUND
            || (found == API_SQL_EVIDENCE_NONE && !b->several)
            || (!inner && (b->uses[n] & API_SQL_USE_MADE)))
        {
            return 1;
        }
    }

    return 0;
}


/* a trigger may have made the key of another column: "a-title" of "A title" */

static ngx_uint_t
by_likeness(api_http_case_t *b)
{
    ngx_uint_t   n;
    api_value_t  value;

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        if (api_http_sent(b->ctx, b->step, n, &value) && !value.null
            && api_sql_evidence_alike(b->res, &value.text))
        {
            return 1;
        }
    }

    return 0;
}


/* the NULL was sent as null, or nothing was sent, or it was found by what was
   sent */

ngx_uint_t
api_http_blame_null(api_http_case_t *b)
{
    ngx_str_t                     column;
    ngx_uint_t                    i;
    const api_http_constraint_t  *rule;

    if (api_sql_said_raised(b->res) && api_http_sent_any(b->ctx, b->step, 1)) {
        return 1;
    }

    column = api_sql_said_column(b->res);

    if (column.len == 0 || api_sql_said_inner(b->res)) {
        return api_http_sent_missing(b->ctx, b->step);
    }

    column = *api_http_columns_above(b->query, &b->table, &column);

    if (is_null(b, &column)) {
        return 1;
    }

    rule = b->query->rules.elts;

    for (i = 0; i < b->query->rules.nelts; i++) {
        if (rule[i].column.len != 0 && api_str_equal(&rule[i].name, &column)
            && is_null(b, &rule[i].column))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_null(api_http_case_t *b, const ngx_str_t *column)
{
    ngx_int_t    rc;
    ngx_uint_t   n, made;
    api_value_t  value;

    rc = api_sql_into(b->pool, &b->query->sql, &b->table, column, b->inside);

    if (rc == NGX_ERROR) {
        return 1;
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        made = (b->inside[n] & API_SQL_INTO_MADE)
               || (rc == NGX_DECLINED
                   && api_http_blame_is_column(b, n, column));

        if (made && api_http_sent_input(b->query, n)) {
            return 1;
        }

        if (((b->inside[n] & API_SQL_INTO_ROWS) && may_lack(b, n))
            && api_http_sent(b->ctx, b->step, n, &value))
        {
            return 1;
        }
    }

    if (rc == NGX_OK || (rc == NGX_AGAIN && is_plain(b))
        || (rc == NGX_DECLINED && knows_places(b)))
    {
        return 0;
    }

    return api_http_sent_missing(b->ctx, b->step);
}


/*
 * May what the parameter chooses be NULL by it?  Lists of different lengths are
 * filled up, what a document does not hold is NULL, and so is what an outer
 * join or an aggregate does not find.
 */

static ngx_uint_t
may_lack(const api_http_case_t *b, ngx_uint_t n)
{
    return !(b->uses[n] & API_SQL_USE_CHOOSES)
           || (b->uses[n] & API_SQL_USE_LACKS);
}


/* a row that was chosen by what was sent may be one that must not change so */

ngx_uint_t
api_http_blame_rule(api_http_case_t *b)
{
    ngx_int_t                     rc;
    ngx_str_t                     name;
    ngx_uint_t                    i, known, constants;
    const char                   *p;
    const api_http_constraint_t  *rule;

    if (api_sql_said_inner(b->res)) {
        return 1;
    }

    name = api_sql_said_constraint(b->res);

    if (name.len == 0) {
        p = api_sql_detail_words(api_sql_said_detail(b->res));

        if (p != NULL) {
            return by_names(b, p);
        }
    }

    known = 0;
    constants = 0;
    rule = b->query->rules.elts;

    for (i = 0; i < b->query->rules.nelts; i++) {

        if (!is_meant(b, &rule[i], &name)) {
            continue;
        }

        known++;
        rc = by_column(b, &rule[i].column, RULES_MADE);

        /* NULL keeps a CHECK, and no view's condition */

        if (rc != NGX_DECLINED
            || (name.len == 0 && is_null(b, &rule[i].column)))
        {
            return 1;
        }

        constants += by_column(b, &rule[i].column, RULES_ANY) == NGX_OK;
    }

    /* a constant is refused in some rows and not in others by what else is
       there */

    return known == 0 || (constants > 0 && constants < known);
}


/* the constraint that the server names; a view is named by its message */

static ngx_uint_t
is_meant(const api_http_case_t *b, const api_http_constraint_t *rule,
    const ngx_str_t *constraint)
{
    if (constraint->len == 0) {
        return api_sql_said_view(b->res, &rule->name);
    }

    return rule->column.len != 0 && api_str_equal(&rule->name, constraint);
}
