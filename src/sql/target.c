
#include "sql/target.h"
#include "sql/item.h"
#include "sql/words.h"


#define is_word(p, i, word)     api_sql_words_is(&(p)->words, i, word)
#define is_one_of(p, i, list)   api_sql_words_in(&(p)->words, i, list)
#define is_char(p, i, ch)       api_sql_words_char(&(p)->words, i, ch)
#define is_name(p, i)           api_sql_words_name(&(p)->words, i)
#define item_end(p, i, ends)    api_sql_words_end(&(p)->words, i, ends)


/* where the items of a list go: the columns in order */
typedef struct {
    ngx_array_t      *names;     /* of ngx_str_t, "" for a part of a column;
                                    NULL: the table's own order */
    ngx_uint_t        next;      /* the item's number, from 0 */
    unsigned          perhaps:1;
    unsigned          guarded:1;
    unsigned          select:1;  /* of a query: what is not a parameter alone is
                                    assigned row by row, if there is one */
} target_list_t;

typedef struct {
    ngx_pool_t                 *pool;
    const api_sql_statement_t  *statement;
    ngx_array_t                *targets;
    api_sql_words_t             words;
    ngx_uint_t                 *inside;    /* how often each parameter stands in
                                              an item */
    ngx_str_t                   table;
    ngx_str_t                   relation;
    unsigned                    all:1;     /* of items of several, too */
} target_parser_t;


static ngx_int_t read_insert(target_parser_t *p, ngx_uint_t i);
static ngx_int_t read_columns(target_parser_t *p, ngx_uint_t i,
    ngx_uint_t perhaps);
static ngx_int_t read_rows(target_parser_t *p, ngx_uint_t *i,
    target_list_t *list);
static void doubt(target_parser_t *p, ngx_uint_t i, ngx_uint_t first);
static ngx_int_t read_names(target_parser_t *p, ngx_uint_t *i,
    ngx_array_t *names);
static ngx_int_t read_update(target_parser_t *p, ngx_uint_t i);
static ngx_int_t read_set(target_parser_t *p, ngx_uint_t i,
    ngx_uint_t perhaps);
static ngx_int_t read_items(target_parser_t *p, ngx_uint_t *i,
    target_list_t *list, const char *const *ends);
static ngx_int_t add_item(target_parser_t *p, const target_list_t *list,
    ngx_uint_t from, ngx_uint_t to);
static ngx_int_t add_params(target_parser_t *p, api_sql_target_t *target,
    ngx_uint_t from, ngx_uint_t to);
static ngx_uint_t count(const target_parser_t *p, ngx_uint_t from,
    ngx_uint_t to, ngx_uint_t param);
static void find_conditions(target_parser_t *p);
static ngx_int_t read_table(target_parser_t *p, ngx_uint_t *i);


static const char *const  no_ends[] = { NULL };

/* behind a select list and behind VALUES: not each row is stored that would be
   without them */

static const char *const  row_limits[] = {
    "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT",
    "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", NULL
};


ngx_int_t
api_sql_target_find(ngx_pool_t *pool, const api_sql_statement_t *statement,
    ngx_uint_t all, ngx_array_t *targets)
{
    ngx_int_t        rc;
    ngx_uint_t       i, next;
    target_parser_t  p;

    ngx_memzero(&p, sizeof(target_parser_t));

    p.pool = pool;
    p.statement = statement;
    p.targets = targets;
    p.all = (unsigned) (all & 1);

    if (ngx_array_init(targets, pool, 4, sizeof(api_sql_target_t)) != NGX_OK
        || api_sql_words_read(pool, &statement->source, &p.words) != NGX_OK)
    {
        return NGX_ERROR;
    }

    p.inside = ngx_pcalloc(pool, (statement->params.nelts + 1)
                                  * sizeof(ngx_uint_t));
    if (p.inside == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; i < p.words.n && rc == NGX_OK; i++) {

        if (!api_sql_words_begins(&p.words, i)) {
            continue;
        }

        next = i + 2;

        if (is_word(&p, i, "INSERT") && is_word(&p, i + 1, "INTO")) {
            rc = read_insert(&p, next);

        } else if (is_word(&p, i, "MERGE") && is_word(&p, i + 1, "INTO")) {
            next += is_word(&p, next, "ONLY");
            rc = read_table(&p, &next);

        } else if (is_word(&p, i, "INSERT") && i > 0
                   && is_word(&p, i - 1, "THEN"))
        {
            rc = read_columns(&p, i + 1, 1);

        } else if (is_word(&p, i, "UPDATE")) {
            rc = read_update(&p, i);
        }

        if (rc == NGX_DECLINED) {
            rc = NGX_OK;
        }
    }

    find_conditions(&p);

    ngx_pfree(pool, p.words.elts);
    ngx_pfree(pool, p.inside);

    return rc;
}


/* behind INSERT INTO */

static ngx_int_t
read_insert(target_parser_t *p, ngx_uint_t i)
{
    ngx_int_t  rc;

    rc = read_table(p, &i);

    if (rc != NGX_OK) {
        return rc;
    }

    if (is_word(p, i, "AS")) {
        i += 2;
    }

    return read_columns(p, i, 0);
}


/* [(a, b)] [OVERRIDING … VALUE] and the rows */

static ngx_int_t
read_columns(target_parser_t *p, ngx_uint_t i, ngx_uint_t perhaps)
{
    ngx_int_t       rc;
    ngx_uint_t      first;
    ngx_array_t     names;
    target_list_t   list;

    ngx_memzero(&list, sizeof(target_list_t));
    list.perhaps = (unsigned) (perhaps & 1);

    if (is_char(p, i, '(') && !is_one_of(p, i + 1, api_sql_words_queries)
        && !is_char(p, i + 1, '('))
    {
        rc = read_names(p, &i, &names);

        if (rc != NGX_OK) {
            return rc;
        }

        list.names = &names;
    }

    if (is_word(p, i, "OVERRIDING")) {
        i += 3;
    }

    first = p->targets->nelts;

    if (is_word(p, i, "SELECT")) {

        i += 1 + is_word(p, i + 1, "ALL");

        /* DISTINCT ON is not looked behind */

        if (is_word(p, i, "DISTINCT")) {
            return NGX_DECLINED;
        }

        list.guarded = 1;
        list.select = 1;

        rc = read_items(p, &i, &list, api_sql_words_list_ends);
        doubt(p, i, first);

        return rc;
    }

    if (!is_word(p, i, "VALUES")) {
        return NGX_DECLINED;
    }

    rc = read_rows(p, &i, &list);
    doubt(p, i, first);

    return rc;
}


/* from VALUES, and behind the last row */

static ngx_int_t
read_rows(target_parser_t *p, ngx_uint_t *i, target_list_t *list)
{
    ngx_int_t  rc;

    do {
        if (!is_char(p, ++(*i), '(')) {
            return NGX_DECLINED;
        }

        (*i)++;
        list->next = 0;

        rc = read_items(p, i, list, no_ends);

        if (rc != NGX_OK || !is_char(p, *i, ')')) {
            return rc;
        }
    } while (is_char(p, ++(*i), ','));

    return NGX_OK;
}


/* the targets from first on are rows that end at i: is each of them stored? */

static void
doubt(target_parser_t *p, ngx_uint_t i, ngx_uint_t first)
{
    api_sql_target_t  *target;

    if (!is_one_of(p, i, row_limits) && !is_char(p, i, '*')) {
        return;
    }

    target = p->targets->elts;

    for ( /* void */ ; first < p->targets->nelts; first++) {
        target[first].perhaps = 1;
    }
}


/* from the "(", and behind the ")" */

static ngx_int_t
read_names(target_parser_t *p, ngx_uint_t *i, ngx_array_t *names)
{
    ngx_str_t   *name;
    ngx_uint_t   whole;

    if (ngx_array_init(names, p->pool, 8, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    do {
        (*i)++;

        if (!is_name(p, *i)) {
            return NGX_DECLINED;
        }

        name = ngx_array_push(names);

        if (name == NULL
            || api_sql_words_fold(p->pool, &p->words.elts[*i].text, name)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        (*i)++;

        /* a part of a column has a type of its own: a.b, a[1] */

        whole = is_char(p, *i, ',') || is_char(p, *i, ')');

        if (!whole) {
            ngx_str_null(name);
            *i = item_end(p, *i, no_ends);
        }
    } while (is_char(p, *i, ','));

    return is_char(p, (*i)++, ')') ? NGX_OK : NGX_DECLINED;
}


/* at UPDATE, which has a table of its own but behind DO and THEN */

static ngx_int_t
read_update(target_parser_t *p, ngx_uint_t i)
{
    ngx_int_t   rc;
    ngx_uint_t  perhaps;

    perhaps = i > 0 && p->words.elts[i - 1].token == API_SQL_TOKEN_WORD;
    i++;

    if (!perhaps) {
        i += is_word(p, i, "ONLY");
        rc = read_table(p, &i);

        if (rc != NGX_OK) {
            return rc;
        }

        i += is_char(p, i, '*');
        i += is_word(p, i, "AS");
        i += !is_word(p, i, "SET");
    }

    return is_word(p, i, "SET") ? read_set(p, i + 1, perhaps) : NGX_DECLINED;
}


/* a = 1, (b, c) = (2, 3), (d) = ROW (4) */

static ngx_int_t
read_set(target_parser_t *p, ngx_uint_t i, ngx_uint_t perhaps)
{
    ngx_int_t       rc;
    ngx_str_t      *name;
    ngx_uint_t      end;
    ngx_array_t     names;
    target_list_t   list;

    for ( ;; i++) {
        end = item_end(p, i, api_sql_words_set_ends);

        ngx_memzero(&list, sizeof(target_list_t));
        list.names = &names;
        list.perhaps = (unsigned) (perhaps & 1);
        list.guarded = 1;
        rc = NGX_OK;

        if (is_char(p, i, '(')) {
            rc = read_names(p, &i, &names);

            i += is_char(p, i, '=');
            i += is_word(p, i, "ROW");

            if (rc == NGX_OK && is_char(p, i, '(')
                && !is_one_of(p, i + 1, api_sql_words_queries))
            {
                i++;
                rc = read_items(p, &i, &list, no_ends);
            }

        } else if (is_name(p, i) && is_char(p, i + 1, '=')) {

            if (ngx_array_init(&names, p->pool, 1, sizeof(ngx_str_t))
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            name = ngx_array_push(&names);

            if (name == NULL
                || api_sql_words_fold(p->pool, &p->words.elts[i].text, name)
                   != NGX_OK)
            {
                return NGX_ERROR;
            }

            rc = add_item(p, &list, i + 2, end);
        }

        if (rc == NGX_ERROR || !is_char(p, end, ',')) {
            return rc;
        }

        i = end;
    }
}


/* up to what ends them, which *i is then; "*" may be any number of them */

static ngx_int_t
read_items(target_parser_t *p, ngx_uint_t *i, target_list_t *list,
    const char *const *ends)
{
    ngx_uint_t  end;

    for ( ;; ) {
        end = item_end(p, *i, ends);

        if (end > *i && is_char(p, end - 1, '*')) {
            *i = end - 1;
            return NGX_DECLINED;
        }

        if (add_item(p, list, *i, end) != NGX_OK) {
            return NGX_ERROR;
        }

        *i = end;

        if (!is_char(p, end, ',')) {
            return NGX_OK;
        }

        (*i)++;
        list->next++;
    }
}


static ngx_int_t
add_item(target_parser_t *p, const target_list_t *list, ngx_uint_t from,
    ngx_uint_t to)
{
    ngx_str_t         *name;
    api_sql_target_t   target, *pushed;

    ngx_memzero(&target, sizeof(api_sql_target_t));

    if (list->names != NULL) {
        name = list->names->elts;

        if (list->next >= list->names->nelts || name[list->next].len == 0) {
            return NGX_OK;
        }

        target.column = name[list->next];

    } else {
        target.position = list->next + 1;
    }

    if (p->table.len == 0) {
        return NGX_OK;
    }

    target.table = p->table;
    target.relation = p->relation;

    if (!api_sql_item_param(&p->words, p->statement, from, to, &target.param))
    {
        return p->all ? add_params(p, &target, from, to) : NGX_OK;
    }

    target.perhaps = list->perhaps || (list->select && to - from > 1);
    target.guarded = list->guarded;
    target.how = api_sql_item_how(&p->words, p->statement, from, to,
                                  target.param);

    p->inside[target.param] += count(p, from, to, target.param);

    pushed = ngx_array_push(p->targets);
    if (pushed == NULL) {
        return NGX_ERROR;
    }

    *pushed = target;

    return NGX_OK;
}


/* what several make, or a query */

static ngx_int_t
add_params(target_parser_t *p, api_sql_target_t *target, ngx_uint_t from,
    ngx_uint_t to)
{
    api_sql_target_t  *pushed;

    target->how = API_SQL_ITEM_MADE;

    while (api_sql_item_next(&p->words, p->statement, &from, to,
                             &target->param))
    {
        pushed = ngx_array_push(p->targets);
        if (pushed == NULL) {
            return NGX_ERROR;
        }

        *pushed = *target;
    }

    return NGX_OK;
}


static ngx_uint_t
count(const target_parser_t *p, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t param)
{
    ngx_uint_t              n;
    const api_sql_param_t  *params;

    params = p->statement->params.elts;

    for (n = 0; from < to; from++) {
        n += p->words.elts[from].token == API_SQL_TOKEN_PARAM
             && api_str_equal(&p->words.elts[from].text, &params[param].name);
    }

    return n;
}


/* WHERE length($a) < 10: what is too long is perhaps not stored at all */

static void
find_conditions(target_parser_t *p)
{
    ngx_uint_t         i;
    api_sql_target_t  *target;

    target = p->targets->elts;

    for (i = 0; i < p->targets->nelts; i++) {
        if (target[i].guarded && count(p, 0, p->words.n, target[i].param)
                                 > p->inside[target[i].param])
        {
            target[i].perhaps = 1;
        }
    }
}


/* and behind it */

static ngx_int_t
read_table(target_parser_t *p, ngx_uint_t *i)
{
    /* what is written to one that is not understood is not the last one's */

    ngx_str_null(&p->table);

    return api_sql_words_table(p->pool, &p->words, i, &p->table,
                               &p->relation);
}
