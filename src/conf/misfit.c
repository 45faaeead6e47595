
#include "conf/misfit.h"
#include "conf/fault.h"
#include "http/source.h"
#include "sql/beside.h"
#include "sql/inferred.h"
#include "sql/oid.h"
#include "sql/attempt.h"
#include "sql/trial.h"


typedef struct {
    const ngx_str_t           *name;
    const api_type_t          *declared;
    const api_sql_inferred_t  *type;
    ngx_str_t                  before;     /* the operators beside it, */
    ngx_str_t                  behind;     /* or empty */
    ngx_uint_t                 equated;
    ngx_uint_t                 contained;
    ngx_uint_t                 cast;       /* "::" follows */
    ngx_uint_t                 written;    /* into a column */
    ngx_uint_t                 whole;      /* each of these is an integer */
    ngx_uint_t                 passed;     /* on to a column, perhaps */
    ngx_uint_t                 alone;      /* no part of an expression */
} misfit_t;


/* what a built-in range, or several of them, is made of */
typedef struct {
    unsigned     oid;
    unsigned     multirange;
    const char  *item;
} misfit_range_t;


static ngx_int_t look(ngx_conf_t *cf, const api_http_query_t *query,
    const api_check_t *check, ngx_uint_t n, misfit_t *m);
static ngx_uint_t is_integer(unsigned oid);
static u_char *other_way(const misfit_t *m, u_char *p, u_char *last);
static const char *item_of(unsigned oid);
static ngx_uint_t takes_item(const misfit_t *m);
static ngx_uint_t takes_number(const misfit_t *m);
static ngx_uint_t takes_span(const misfit_t *m);


static const misfit_range_t  ranges[] = {
    { 3904, 4451, "int" },
    { 3926, 4536, "bigint" },
    { 3906, 4532, "number" },
    { 3908, 4533, "timestamp" },
    { 3910, 4534, "timestamp" },
    { 3912, 4535, "date" },
    { 0, 0, NULL }
};


ngx_int_t
api_conf_misfit(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check, ngx_uint_t n,
    const api_type_t *declared, const api_sql_inferred_t *type,
    const char *better)
{
    u_char                 *p, way[NGX_MAX_CONF_ERRSTR / 4];
    misfit_t                m;
    const api_sql_param_t  *param;

    param = query->sql.params.elts;
    param += n;

    if (!api_http_source_is_clients(query->binds[n].source)) {
        api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                       param->offset, "\"$%V\" is %s, but the statement takes "
                       "%V there", &param->name, query->binds[n].source->name,
                       &type->name);
        return NGX_OK;
    }

    ngx_memzero(&m, sizeof(misfit_t));

    m.name = &param->name;
    m.declared = declared;
    m.type = type;

    if (look(cf, query, check, n, &m) != NGX_OK) {
        return NGX_ERROR;
    }

    p = other_way(&m, way, way + sizeof(way));

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   param->offset, "\"$%V\" is declared %s, but the "
                   "statement takes %V there: %s%s%*s", &param->name,
                   api_type_name(declared), &type->name,
                   *better ? "declare it " : "no type can be declared "
                   "for it", better, (size_t) (p - way), way);

    return NGX_OK;
}


ngx_int_t
api_conf_misfit_text(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check, ngx_uint_t n,
    const api_type_t *declared, const api_sql_inferred_t *type)
{
    misfit_t                m;
    const api_sql_param_t  *param;

    if (type->category != 'S' || declared->array
        || (declared->kind != API_TYPE_INT && declared->kind != API_TYPE_BIGINT
            && declared->kind != API_TYPE_NUMBER
            && declared->kind != API_TYPE_BOOL))
    {
        return NGX_OK;
    }

    param = query->sql.params.elts;
    param += n;

    ngx_memzero(&m, sizeof(misfit_t));
    m.name = &param->name;

    if (look(cf, query, check, n, &m) != NGX_OK) {
        return NGX_ERROR;
    }

    /* $n::text says that it is meant */

    if (m.equated && !m.written && !m.cast) {
        api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_SQL_WORD,
                       param->offset, "\"$%V\" is declared %s, and compared "
                       "with what is text here: declare it string, or write "
                       "$%V::text if that is meant", &param->name,
                       api_type_name(declared), &param->name);
    }

    return NGX_OK;
}


/* collects where the parameter stands; the first place is reported */

static ngx_int_t
look(ngx_conf_t *cf, const api_http_query_t *query, const api_check_t *check,
    ngx_uint_t n, misfit_t *m)
{
    ngx_uint_t               i;
    ngx_array_t              targets;
    api_sql_words_t          words;
    const api_sql_target_t  *target;

    if (api_sql_words_read(cf->temp_pool, &query->sql.source, &words)
        != NGX_OK
        || api_sql_attempt_targets(cf->temp_pool, &query->sql, &check->columns,
                                &targets)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < words.n; i++) {

        if (words.elts[i].token == API_SQL_TOKEN_PARAM
            && api_str_equal(&words.elts[i].text, m->name))
        {
            m->before = api_sql_beside_before(&words, i);
            m->behind = api_sql_beside_behind(&words, i);
            m->equated = api_sql_beside_equated(&words, i);
            m->cast = api_sql_words_char(&words, i + 1, ':');
            m->contained = api_sql_beside_contained(&words, i);
            m->passed = api_sql_trial_passes_on(&words, i);
            m->alone = api_sql_beside_alone(&words, i);
            break;
        }
    }

    target = targets.elts;
    m->whole = 1;

    for (i = 0; i < targets.nelts; i++) {
        if (target[i].param == n) {
            m->written = 1;
            m->whole &= is_integer(target[i].type);
        }
    }

    m->whole &= m->written;

    return NGX_OK;
}


static ngx_uint_t
is_integer(unsigned oid)
{
    ngx_uint_t          known;
    api_type_t          is;
    api_sql_inferred_t  type[2];

    known = api_sql_inferred_builtin(oid, type);
    is = api_sql_inferred_nearest(type);

    return known && !is.array
           && (is.kind == API_TYPE_INT || is.kind == API_TYPE_BIGINT);
}


/* writes what else may be meant: each of these has to work */

static u_char *
other_way(const misfit_t *m, u_char *p, u_char *last)
{
    const char  *item;

    if (takes_item(m)) {
        return m->before.len == 2 || m->behind.len == 2
               ? ngx_slprintf(p, last, ", or write <> ALL($%V) to look for "
                              "what is not in a list", m->name)
               : ngx_slprintf(p, last, ", or write = ANY($%V) to look for it "
                              "in a list", m->name);
    }

    if (m->type->category == 'R' && m->contained) {
        item = item_of(m->type->oid);

        return (item != NULL)
               ? ngx_slprintf(p, last, ", or %s if it is one of the range's "
                              "values", item)
               : ngx_slprintf(p, last, ", or as what the range is made of if "
                              "it is one of its values");
    }

    if (takes_number(m)) {
        return ngx_slprintf(p, last, ", or write $%V::numeric if it may have a "
                            "fraction%s", m->name,
                            m->whole ? ": the column rounds what comes of it"
                                     : "");
    }

    if (takes_span(m)) {
        return (m->declared->kind == API_TYPE_STRING)
               ? ngx_slprintf(p, last, ", or write $%V::interval if it is a "
                              "span of time", m->name)
               : ngx_slprintf(p, last, ", or write $%V * interval '1 day' if "
                              "it is a number of days", m->name);
    }

    return p;
}


/* id = $ids, id IN ($ids), id <> $ids */

static ngx_uint_t
takes_item(const misfit_t *m)
{
    api_type_t  item;

    item = *m->declared;
    item.array = 0;

    return m->declared->array && m->equated && !m->written
           && api_sql_inferred_element(m->type) == NULL
           && api_sql_inferred_misfit(&item, m->type) == NULL;
}


/*
 * Elsewhere it was tried as it is declared, and the statement has no form for
 * it; a column of integers has no room for a fraction, nor has an oid
 */

static ngx_uint_t
takes_number(const misfit_t *m)
{
    api_type_t  other;

    other = api_sql_inferred_nearest(m->type);

    return m->declared->kind == API_TYPE_NUMBER && !m->declared->array
           && (other.kind == API_TYPE_INT || other.kind == API_TYPE_BIGINT)
           && !other.array && (m->equated || m->passed)
           && !(m->whole && m->alone) && m->type->oid != API_SQL_OID_oid;
}


/* a + $a, a - $a: of a moment less another, or a span */

static ngx_uint_t
takes_span(const misfit_t *m)
{
    if (m->before.len != 1 || strchr("+-", m->before.data[0]) == NULL
        || m->declared->array)
    {
        return 0;
    }

    switch (m->declared->kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
    case API_TYPE_STRING:
        break;

    default:
        return 0;
    }

    switch (m->type->oid) {

    case API_SQL_OID_date:
    case API_SQL_OID_time:
    case API_SQL_OID_timestamp:
    case API_SQL_OID_timestamptz:
    case API_SQL_OID_interval:
    case API_SQL_OID_timetz:
        return 1;

    default:
        return 0;
    }
}


static const char *
item_of(unsigned oid)
{
    const misfit_range_t  *r;

    for (r = ranges; r->item != NULL; r++) {
        if (r->oid == oid || r->multirange == oid) {
            return r->item;
        }
    }

    return NULL;
}
