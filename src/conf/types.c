
#include "conf/types.h"
#include "conf/columns.h"
#include "conf/defaults.h"
#include "conf/fault.h"
#include "conf/field.h"
#include "conf/form.h"
#include "conf/inserts.h"
#include "conf/misfit.h"
#include "conf/objects.h"
#include "conf/rows.h"
#include "check/check.h"
#include "http/source.h"
#include "sql/form.h"
#include "sql/inferred.h"
#include "sql/lexer.h"
#include "sql/oid.h"


typedef struct {
    ngx_conf_t                      *cf;
    api_http_route_t                *route;
    api_http_query_t                *query;
    const api_check_t               *check;
    const api_check_statement_t     *statement;
    ngx_uint_t                       failed;
} types_t;


static void check_kind(types_t *t);
static void check_names(types_t *t);
static void check_known(types_t *t);
static void check_plan(types_t *t);
static size_t find_word(const ngx_str_t *source, const char *const *words);
static ngx_int_t check_param(types_t *t, ngx_uint_t n);
static ngx_int_t settle(types_t *t, api_http_bind_t *bind,
    const api_sql_inferred_t *type);
static void refuse_label(types_t *t, ngx_uint_t n, const ngx_str_t *label,
    const api_sql_inferred_t *type);
static ngx_int_t check_items(types_t *t, const api_http_bind_t *bind,
    const api_type_t *declared, const api_sql_inferred_t *type);
static ngx_int_t keep_rule(types_t *t, const api_rule_t *rule,
    const api_rule_t **out);
static ngx_int_t keep_given(types_t *t);


ngx_int_t
api_conf_types(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement)
{
    types_t                 t;
    ngx_int_t               rc;
    ngx_uint_t              i;
    ngx_str_t              *scan;
    const api_sql_param_t  *param;

    ngx_memzero(&t, sizeof(types_t));

    t.cf = cf;
    t.route = route;
    t.query = query;
    t.check = check;
    t.statement = statement;

    check_kind(&t);
    check_names(&t);
    check_known(&t);
    check_plan(&t);

    param = query->sql.params.elts;

    for (i = 0; i < query->sql.params.nelts; i++) {

        if (api_conf_rows(cf, route, query, i, check, statement)
            != NGX_OK)
        {
            t.failed = 1;
        }

        if (!param[i].null && check_param(&t, i) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (api_conf_rows_read(cf, route, query, check, statement) != NGX_OK) {
        t.failed = 1;
    }

    if (statement->scans != NULL) {
        scan = statement->scans->elts;

        for (i = 0; i < statement->scans->nelts; i++) {
            api_conf_fault(NGX_LOG_WARN, cf, route, query,
                           API_CONF_SQL_WORD,
                           api_conf_begin(&query->sql.source),
                           "reads all of %V: an index may be missing",
                           &scan[i]);
        }
    }

    if (keep_given(&t) != NGX_OK
        || api_conf_columns(cf, route, query, check, statement) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = api_conf_inserts(cf, route, query, check, statement);

    if (rc != NGX_ERROR) {
        t.failed |= (rc != NGX_OK);
        rc = api_conf_defaults_tell(cf, route, query, check, statement);
    }

    return (rc == NGX_OK && t.failed) ? NGX_DECLINED : rc;
}


/* does the result fit what the directive makes of it? */

static void
check_kind(types_t *t)
{
    ngx_uint_t                 n;
    const char                *why;
    const api_check_column_t  *column;

    why = NULL;
    n = t->statement->columns.nelts;
    column = t->statement->columns.elts;

    switch (t->query->result) {

    case API_SQL_VALUE:

        if (n != 1) {
            why = n ? "\"value\" is the only column, and this returns several: "
                      "select one, or write \"one\" for an object of them all"
                    : "\"value\" is the only column, and this returns none: "
                      "add RETURNING, or write \"exec\"";
        }

        break;

    case API_SQL_EXEC:

        if (n > 1 || (n == 1 && column[0].oid != API_SQL_OID_void)) {
            why = "\"exec\" has no answer, and this returns columns: leave "
                  "them out, or write \"one\" or \"many\" to answer with them";
        }

        break;

    default:

        if (n == 0) {
            why = "the answer is made of columns, and this returns none: add "
                  "RETURNING, or write \"exec\"";
        }
    }

    if (why != NULL) {
        t->failed = 1;
        api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                       API_CONF_KIND_WORD, 0, "%s", why);
    }
}


/* an object has each name once */

static void
check_names(types_t *t)
{
    ngx_uint_t                 i, n;
    const api_check_column_t  *column;

    if (t->query->result == API_SQL_VALUE || t->query->result == API_SQL_EXEC)
    {
        return;
    }

    column = t->statement->columns.elts;

    for (i = 1; i < t->statement->columns.nelts; i++) {

        for (n = 0; n < i; n++) {
            if (api_str_equal(&column[i].name, &column[n].name)) {
                break;
            }
        }

        if (n < i) {
            t->failed = 1;
            api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                           API_CONF_SQL_WORD,
                           api_conf_begin(&t->query->sql.source),
                           "columns %ui and %ui are both called \"%V\", "
                           "and a JSON object has each name once: rename "
                           "one with AS", n + 1, i + 1, &column[i].name);
            return;
        }
    }
}


/* a statement aside: a column that nobody looks at is a misspelt one */

static void
check_known(types_t *t)
{
    ngx_uint_t                 i, k, needed;
    const api_check_column_t  *column;

    if (t->query->knows == NULL) {
        return;
    }

    needed = 0;
    column = t->statement->columns.elts;

    for (i = 0; i < t->statement->columns.nelts; i++) {

        for (k = 0; t->query->knows[k] != NULL; k++) {
            if (column[i].name.len == ngx_strlen(t->query->knows[k])
                && ngx_memcmp(column[i].name.data, t->query->knows[k],
                              column[i].name.len) == 0)
            {
                break;
            }
        }

        needed |= (k < 2);

        if (t->query->knows[k] == NULL) {
            t->failed = 1;
            api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                           API_CONF_SQL_WORD,
                           api_conf_begin(&t->query->sql.source),
                           "has a column \"%V\", which means nothing here: "
                           "leave it out, or rename it with AS",
                           &column[i].name);
        }
    }

    if (!needed) {
        t->failed = 1;
        api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                       API_CONF_SQL_WORD,
                       api_conf_begin(&t->query->sql.source),
                       "has no column \"%s\" and none \"%s\": select one, "
                       "under that name", t->query->knows[0],
                       t->query->knows[1]);
    }
}


static void
check_plan(types_t *t)
{
    const char         *what, *way;
    const char *const  *words;

    static const char *const  writes[] = {
        "INSERT", "UPDATE", "DELETE", "MERGE", NULL
    };
    static const char *const  moves[] = { "NEXTVAL", "SETVAL", NULL };

    if (!t->route->plan.read_only) {
        return;
    }

    if (t->statement->writes) {
        what = "modifies rows";
        words = writes;

    } else if (t->statement->locks) {
        what = "locks rows";
        words = NULL;

    } else if (t->statement->moves) {
        what = "moves a sequence on";
        words = moves;

    } else {
        return;
    }

    way = (t->route->mode == API_HTTP_MODE_READ_ONLY)
          ? "which api_transaction read_only forbids: drop the one or the other"
          : "and a GET route only reads: choose another method, or say "
            "api_transaction read_write";

    t->failed = 1;
    api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                   API_CONF_SQL_WORD,
                   find_word(&t->query->sql.source, words),
                   "this %s, %s", what, way);
}


/*
 * Where a statement says so, by one of the words, or NULL: that of a lock, as
 * far as its words tell; else its begin
 */

static size_t
find_word(const ngx_str_t *source, const char *const *words)
{
    size_t           at;
    ngx_uint_t       after;
    api_sql_lexer_t  lexer;

    static const char *const  strengths[] = {
        "UPDATE", "NO", "SHARE", "KEY", NULL
    };

    at = 0;
    after = 0;

    api_sql_lexer_init(&lexer, source);

    while (api_sql_lexer_next(&lexer) == NGX_OK
           && lexer.token != API_SQL_TOKEN_END)
    {
        if (after && api_sql_lexer_in(&lexer, strengths)) {

            if (words == NULL) {
                return at;
            }

        } else if (words != NULL && api_sql_lexer_in(&lexer, words)) {
            return lexer.start;
        }

        after = api_sql_lexer_is(&lexer, "FOR");
        at = lexer.start;
    }

    return api_conf_begin(source);
}


static ngx_int_t
check_param(types_t *t, ngx_uint_t n)
{
    api_rule_t                 rule;
    const char                *better;
    api_type_t                 declared;
    const ngx_str_t           *stranger;
    api_http_bind_t           *bind;
    const api_sql_type_t      *parts;
    const api_sql_inferred_t  *type;

    bind = &t->query->binds[n];
    type = api_check_type(t->check, t->statement->oids[n]);

    if (type == NULL) {
        return NGX_OK;
    }

    if (settle(t, bind, type) != NGX_OK) {
        return NGX_ERROR;
    }

    api_http_source_type(t->route, bind, &declared);

    better = api_sql_inferred_misfit(&declared, type);

    if (better != NULL && declared.kind == API_TYPE_JSON
        && api_sql_form_takes_objects(api_check_parts(t->check, type->oid)))
    {
        better = NULL;
    }

    if (better != NULL) {
        t->failed = 1;
        return api_conf_misfit(t->cf, t->route, t->query, t->check, n,
                               &declared, type, better);
    }

    if (api_http_source_is_clients(bind->source)
        && api_conf_misfit_text(t->cf, t->route, t->query, t->check, n,
                                &declared, type)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    stranger = api_sql_inferred_stranger(&declared, type);

    if (stranger != NULL) {
        refuse_label(t, n, stranger, type);
        return NGX_OK;
    }

    parts = api_check_parts(t->check, type->oid);

    if (api_conf_form(t->route, t->query, n, type->oid, parts) != NGX_OK) {
        return NGX_ERROR;
    }

    if (api_conf_objects(t->cf, t->route, t->query, n, parts) != NGX_OK) {
        t->failed = 1;
    }

    /* only values of the client are checked: an earlier row is PostgreSQL's
       own, a hash and the whole body cannot be wrong here */

    if (bind->source->checked
        && api_sql_inferred_rule(&declared, type, &rule) == NGX_OK)
    {
        t->route->typed = 1;
        return keep_rule(t, &rule, &bind->rule);
    }

    if (bind->source->form == API_SOURCE_READ && !bind->sent) {
        return check_items(t, bind, &declared, type);
    }

    return NGX_OK;
}


/* the type that JSON of any source is written as */

static ngx_int_t
settle(types_t *t, api_http_bind_t *bind, const api_sql_inferred_t *type)
{
    if (bind->source->form == API_SOURCE_JSON) {
        bind->as = api_sql_inferred_nearest(type);
    }

    return (bind->source->form == API_SOURCE_READ && !bind->sent)
           ? api_conf_field_settle(t->route, bind, type) : NGX_OK;
}


static void
refuse_label(types_t *t, ngx_uint_t n, const ngx_str_t *label,
    const api_sql_inferred_t *type)
{
    const api_sql_param_t  *param;

    param = t->query->sql.params.elts;
    t->failed = 1;

    api_conf_fault(NGX_LOG_EMERG, t->cf, t->route, t->query,
                   API_CONF_SQL_WORD, param[n].offset,
                   "\"$%V\" may be \"%V\", which is no label of the type %V "
                   "that the statement takes there: leave it out of enum(…)",
                   &param[n].name, label, &type->name);
}


/* the items of an array are checked while it is written */

static ngx_int_t
check_items(types_t *t, const api_http_bind_t *bind,
    const api_type_t *declared, const api_sql_inferred_t *type)
{
    api_rule_t                 rule;
    api_type_t                 item;
    api_body_field_t          *field;
    const api_sql_inferred_t  *element;

    element = api_sql_inferred_element(type);

    if (element == NULL) {
        return NGX_OK;
    }

    field = t->route->body->fields.elts;
    field += bind->index;

    item = *declared;
    item.array = 0;

    /* where it goes into two types the narrower one counts */

    if ((field->items != NULL && field->items->has_min)
        || api_sql_inferred_rule(&item, element, &rule) != NGX_OK)
    {
        return NGX_OK;
    }

    return keep_rule(t, &rule, &field->items);
}


/* the check's memory ends with the configuration's reading */

static ngx_int_t
keep_rule(types_t *t, const api_rule_t *rule, const api_rule_t **out)
{
    ngx_str_t    *choice;
    api_rule_t   *kept;
    ngx_uint_t    i;
    ngx_pool_t   *pool;
    ngx_array_t  *choices;

    pool = t->cf->pool;

    kept = ngx_palloc(pool, sizeof(api_rule_t));
    if (kept == NULL) {
        return NGX_ERROR;
    }

    *kept = *rule;

    if (rule->type.choices != NULL) {
        choices = ngx_array_create(pool, rule->type.choices->nelts,
                                   sizeof(ngx_str_t));
        if (choices == NULL) {
            return NGX_ERROR;
        }

        choice = ngx_array_push_n(choices, rule->type.choices->nelts);
        if (choice == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(choice, rule->type.choices->elts,
                   rule->type.choices->nelts * sizeof(ngx_str_t));

        for (i = 0; i < choices->nelts; i++) {
            choice[i].data = ngx_pstrdup(pool, &choice[i]);
            if (choice[i].data == NULL) {
                return NGX_ERROR;
            }
        }

        kept->type.choices = choices;
    }

    *out = kept;

    return NGX_OK;
}


/* kept for workers, which need not find out again which types have to be
   given */

static ngx_int_t
keep_given(types_t *t)
{
    size_t  size;

    if (t->statement->attempt.given == NULL) {
        return NGX_OK;
    }

    size = t->query->sql.params.nelts * sizeof(unsigned);

    t->query->sql.given = ngx_palloc(t->cf->pool, size);
    if (t->query->sql.given == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(t->query->sql.given, t->statement->attempt.given, size);

    return NGX_OK;
}
