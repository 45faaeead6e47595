
#include "sql/into_parts.h"


#define is_word(p, i, word)     api_sql_words_is(&(p)->words, i, word)
#define is_one_of(p, i, list)   api_sql_words_in(&(p)->words, i, list)
#define is_char(p, i, ch)       api_sql_words_char(&(p)->words, i, ch)
#define is_name(p, i)           api_sql_words_name(&(p)->words, i)
#define item_end(p, i, ends)    api_sql_words_end(&(p)->words, i, ends)


static ngx_int_t find_clauses(api_sql_into_t *p);
static ngx_int_t read_table(api_sql_into_t *p, ngx_uint_t *i);
static ngx_uint_t is_met(api_sql_into_t *p);
static ngx_int_t read_insert(api_sql_into_t *p, ngx_uint_t i);
static ngx_int_t find_name(api_sql_into_t *p, ngx_uint_t *i, ngx_uint_t *place);
static ngx_int_t is_column(const api_sql_into_t *p, ngx_uint_t i);
static void read_values(api_sql_into_t *p, ngx_uint_t i, ngx_uint_t place);
static void read_select(api_sql_into_t *p, ngx_uint_t i, ngx_uint_t place);
static ngx_int_t read_update(api_sql_into_t *p, ngx_uint_t i);
static ngx_int_t read_set(api_sql_into_t *p, ngx_uint_t i);


static const char *const  no_ends[] = { NULL };

static const char *const  compounds[] = {
    "UNION", "INTERSECT", "EXCEPT", NULL
};


ngx_int_t
api_sql_into(ngx_pool_t *pool, const api_sql_statement_t *statement,
    const ngx_str_t *relation, const ngx_str_t *column, ngx_uint_t *inside)
{
    api_sql_into_t     p;
    ngx_int_t  rc, exact;

    ngx_memzero(inside, statement->params.nelts * sizeof(ngx_uint_t));
    ngx_memzero(&p, sizeof(api_sql_into_t));

    p.pool = pool;
    p.statement = statement;
    p.relation = relation;
    p.column = column;
    p.inside = inside;

    if (api_sql_words_read(pool, &statement->source, &p.words) != NGX_OK) {
        return NGX_ERROR;
    }

    exact = NGX_OK;
    rc = find_clauses(&p);

    if (rc == NGX_OK && !p.met) {
        exact = NGX_AGAIN;
        p.relation = NULL;
        rc = find_clauses(&p);
    }

    if (rc == NGX_OK && !p.met) {
        p.unnamed = 1;
        api_sql_into_mark(&p, 0, p.words.n, API_SQL_INTO_ROWS);
    }

    ngx_pfree(pool, p.words.elts);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return p.unnamed ? NGX_DECLINED : exact;
}


ngx_int_t
api_sql_into_tables(ngx_pool_t *pool, const api_sql_statement_t *statement,
    ngx_array_t *tables)
{
    ngx_int_t       rc;
    api_sql_into_t  p;

    ngx_memzero(&p, sizeof(api_sql_into_t));

    p.pool = pool;
    p.statement = statement;
    p.tables = tables;

    if (ngx_array_init(tables, pool, 2, sizeof(api_sql_into_table_t)) != NGX_OK
        || api_sql_words_read(pool, &statement->source, &p.words) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = find_clauses(&p);

    ngx_pfree(pool, p.words.elts);

    return rc;
}


static ngx_int_t
find_clauses(api_sql_into_t *p)
{
    ngx_int_t   rc;
    ngx_uint_t  i, next;

    rc = NGX_OK;

    for (i = 0; i < p->words.n && rc == NGX_OK; i++) {

        if (!api_sql_words_begins(&p->words, i)) {
            continue;
        }

        next = i + 2;

        if (is_word(p, i, "INSERT") && is_word(p, i + 1, "INTO")) {
            rc = read_table(p, &next);

            if (is_word(p, next, "AS")) {
                next += 2;
            }

            if (rc == NGX_OK) {
                rc = read_insert(p, next);
            }

        } else if ((is_word(p, i, "MERGE") && is_word(p, i + 1, "INTO"))
                   || (is_word(p, i, "DELETE") && is_word(p, i + 1, "FROM")))
        {
            next += is_word(p, next, "ONLY");
            rc = read_table(p, &next);

        } else if (is_word(p, i, "INSERT") && i > 0
                   && is_word(p, i - 1, "THEN"))
        {
            rc = read_insert(p, i + 1);

        } else if (is_word(p, i, "UPDATE")) {
            rc = read_update(p, i);
        }

        if (rc == NGX_DECLINED) {
            rc = NGX_OK;
        }
    }

    return rc;
}


/* the table at *i, and behind it */

static ngx_int_t
read_table(api_sql_into_t *p, ngx_uint_t *i)
{
    ngx_int_t              rc;
    ngx_str_t              written;
    api_sql_into_table_t  *table;

    rc = api_sql_words_table(p->pool, &p->words, i, &written, &p->current);

    if (rc != NGX_OK || p->tables == NULL) {
        return rc;
    }

    table = ngx_array_push(p->tables);
    if (table == NULL) {
        return NGX_ERROR;
    }

    table->table = written;
    table->relation = p->current;

    return NGX_OK;
}


/* is the clause one that the question is about? */

static ngx_uint_t
is_met(api_sql_into_t *p)
{
    if (p->tables != NULL
        || (p->relation != NULL && !api_str_equal(p->relation, &p->current)))
    {
        return 0;
    }

    p->met = 1;

    return 1;
}


/* [(a, b)] [OVERRIDING … VALUE] and the rows */

static ngx_int_t
read_insert(api_sql_into_t *p, ngx_uint_t i)
{
    ngx_uint_t  place;

    if (!is_met(p)) {
        return NGX_OK;
    }

    place = API_SQL_INTO_UNNAMED;

    if (is_char(p, i, '(') && !is_one_of(p, i + 1, api_sql_words_queries)
        && !is_char(p, i + 1, '(')
        && find_name(p, &i, &place) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (is_word(p, i, "OVERRIDING")) {
        i += 3;
    }

    if (is_word(p, i, "DEFAULT")) {
        return NGX_OK;
    }

    p->unnamed |= (place == API_SQL_INTO_UNNAMED);

    if (is_word(p, i, "VALUES")) {
        read_values(p, i + 1, place);

    } else if (is_word(p, i, "SELECT")) {
        read_select(p, i + 1, place);

    } else {
        api_sql_into_mark(p, 0, p->words.n, API_SQL_INTO_ROWS);
    }

    return NGX_OK;
}


/* the column's number in the list, from 0; *i is behind that afterwards */

static ngx_int_t
find_name(api_sql_into_t *p, ngx_uint_t *i, ngx_uint_t *place)
{
    ngx_int_t   rc;
    ngx_uint_t  n;

    *place = API_SQL_INTO_NOWHERE;

    for (n = 0; /* void */ ; n++) {
        (*i)++;

        rc = is_column(p, *i);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK) {
            *place = n;
        }

        *i = item_end(p, *i, no_ends);

        if (!is_char(p, *i, ',')) {
            break;
        }
    }

    (*i)++;

    return NGX_OK;
}


/* NGX_OK, NGX_DECLINED or NGX_ERROR */

static ngx_int_t
is_column(const api_sql_into_t *p, ngx_uint_t i)
{
    ngx_str_t  name;

    if (!is_name(p, i)) {
        return NGX_DECLINED;
    }

    if (api_sql_words_fold(p->pool, &p->words.elts[i].text, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_str_equal(&name, p->column) ? NGX_OK : NGX_DECLINED;
}


/* rows in parentheses from i on */

static void
read_values(api_sql_into_t *p, ngx_uint_t i, ngx_uint_t place)
{
    api_sql_into_list_t  list;

    ngx_memzero(&list, sizeof(api_sql_into_list_t));

    list.from = i;

    for (list.to = i; is_char(p, list.to, '('); list.to++) {

        do {
            list.to = item_end(p, list.to + 1, no_ends);
        } while (is_char(p, list.to, ','));

        list.to++;

        if (!is_char(p, list.to, ',')) {
            break;
        }
    }

    while (is_char(p, i, '(') && i < list.to) {
        i = api_sql_into_items(p, i + 1, place, no_ends, &list) + 1;
        i += is_char(p, i, ',');
    }
}


/* the items of a SELECT, from behind it on */

static void
read_select(api_sql_into_t *p, ngx_uint_t i, ngx_uint_t place)
{
    api_sql_into_list_t  list;

    ngx_memzero(&list, sizeof(api_sql_into_list_t));

    i += is_word(p, i, "ALL");

    if (is_word(p, i, "DISTINCT")) {
        i++;

        if (is_word(p, i, "ON") && is_char(p, i + 1, '(')) {
            i += 2;

            while (is_char(p, i = item_end(p, i, no_ends), ',')) {
                i++;
            }

            i++;
        }
    }

    list.from = i;

    while (is_char(p, i = item_end(p, i, api_sql_words_list_ends), ',')) {
        i++;
    }

    list.to = i;

    /* the parameters of another SELECT are told as what chooses rows */

    while (i < p->words.n && !is_char(p, i, ')')) {
        i = item_end(p, i, compounds);
        list.computed |= (is_one_of(p, i, compounds) != 0);
        i += !is_char(p, i, ')');
    }

    (void) api_sql_into_items(p, list.from, place, api_sql_words_list_ends,
                              &list);
}


/* at UPDATE, which has a table of its own but behind DO and THEN */

static ngx_int_t
read_update(api_sql_into_t *p, ngx_uint_t i)
{
    ngx_int_t  rc;

    if (i > 0 && (is_word(p, i - 1, "DO") || is_word(p, i - 1, "THEN"))) {
        i++;

    } else {
        i++;
        i += is_word(p, i, "ONLY");

        rc = read_table(p, &i);
        if (rc != NGX_OK) {
            return rc;
        }

        i += is_char(p, i, '*');
        i += is_word(p, i, "AS");
        i += !is_word(p, i, "SET");
    }

    return is_word(p, i, "SET") && is_met(p) ? read_set(p, i + 1) : NGX_OK;
}


/* a = 1, b[1] = 2, (c, d) = (3, 4), (e) = (SELECT 5) */

static ngx_int_t
read_set(api_sql_into_t *p, ngx_uint_t i)
{
    ngx_int_t    rc;
    ngx_uint_t   end, place;
    api_sql_into_list_t  list;

    ngx_memzero(&list, sizeof(api_sql_into_list_t));

    list.from = i;
    list.to = i;
    list.rows = 1;

    while (is_char(p, list.to = item_end(p, list.to, api_sql_words_set_ends),
                   ','))
    {
        list.to++;
    }

    for ( ;; i = end + 1) {
        end = item_end(p, i, api_sql_words_set_ends);
        place = API_SQL_INTO_NOWHERE;

        if (is_char(p, i, '(')) {
            rc = find_name(p, &i, &place);

        } else {
            rc = is_column(p, i);
            place = (rc == NGX_OK) ? 0 : API_SQL_INTO_NOWHERE;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        while (i < end && !is_char(p, i, '=')) {
            i++;
        }

        if (place != API_SQL_INTO_NOWHERE) {
            api_sql_into_row(p, i + 1, end, place, &list);
        }

        if (!is_char(p, end, ',')) {
            return NGX_OK;
        }
    }
}
