
#include "sql/inserts.h"
#include "sql/words.h"


static ngx_int_t read_any(ngx_pool_t *pool, const api_sql_words_t *words,
    ngx_uint_t *i, ngx_str_t *merged, api_sql_insert_t *insert);
static ngx_int_t read_insert(ngx_pool_t *pool, const api_sql_words_t *words,
    ngx_uint_t i, api_sql_insert_t *insert);
static ngx_int_t read_columns(ngx_pool_t *pool, const api_sql_words_t *words,
    ngx_uint_t *i, api_sql_insert_t *insert);
static ngx_int_t read_rows(const api_sql_words_t *words, ngx_uint_t i,
    api_sql_insert_t *insert);
static ngx_uint_t begins(const api_sql_words_t *words, ngx_uint_t i);


static const char *const  no_ends[] = { NULL };

/* what a query may begin with, behind a parenthesis */
static const char *const  queries[] = {
    "SELECT", "VALUES", "WITH", "TABLE", NULL
};


ngx_int_t
api_sql_inserts(ngx_pool_t *pool, const api_sql_statement_t *statement,
    ngx_array_t *inserts)
{
    ngx_int_t          rc;
    ngx_str_t          merged;
    ngx_uint_t         i, at;
    api_sql_words_t    words;
    api_sql_insert_t   insert, *pushed;

    if (ngx_array_init(inserts, pool, 1, sizeof(api_sql_insert_t)) != NGX_OK
        || api_sql_words_read(pool, &statement->source, &words) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&merged);

    for (i = 0; i < words.n; i++) {

        ngx_memzero(&insert, sizeof(api_sql_insert_t));
        at = i;

        rc = read_any(pool, &words, &at, &merged, &insert);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            continue;
        }

        insert.main = (i == 0);
        insert.offset = (size_t) (words.elts[at].text.data
                                  - statement->source.data);

        pushed = ngx_array_push(inserts);
        if (pushed == NULL) {
            return NGX_ERROR;
        }

        *pushed = insert;
    }

    return NGX_OK;
}


/*
 * INSERT INTO, or that of a MERGE, at *i, which becomes the word to name;
 * merged: the table of the last MERGE.  NGX_DECLINED: none is there
 */

static ngx_int_t
read_any(ngx_pool_t *pool, const api_sql_words_t *words, ngx_uint_t *i,
    ngx_str_t *merged, api_sql_insert_t *insert)
{
    ngx_int_t   rc;
    ngx_str_t   relation;
    ngx_uint_t  next;

    next = *i + 2;

    if (begins(words, *i) && api_sql_words_is(words, *i, "INSERT")
        && api_sql_words_is(words, *i + 1, "INTO"))
    {
        *i += 2;
        rc = api_sql_words_table(pool, words, &next, &insert->table,
                                 &relation);
        next += api_sql_words_is(words, next, "AS") ? 2 : 0;

        return rc == NGX_OK ? read_insert(pool, words, next, insert) : rc;
    }

    if (begins(words, *i) && api_sql_words_is(words, *i, "MERGE")
        && api_sql_words_is(words, *i + 1, "INTO"))
    {
        next += api_sql_words_is(words, next, "ONLY");
        rc = api_sql_words_table(pool, words, &next, merged, &relation);

        return rc == NGX_OK ? NGX_DECLINED : rc;
    }

    if (*i > 0 && api_sql_words_is(words, *i, "INSERT")
        && api_sql_words_is(words, *i - 1, "THEN") && merged->len != 0)
    {
        rc = read_insert(pool, words, *i + 1, insert);

        insert->table = *merged;
        insert->query = 1;

        return rc;
    }

    return NGX_DECLINED;
}


/* may a statement begin here?  Its words are names elsewhere */

static ngx_uint_t
begins(const api_sql_words_t *words, ngx_uint_t i)
{
    return i == 0 || api_sql_words_char(words, i - 1, '(')
           || api_sql_words_char(words, i - 1, ')');
}


/* behind the table */

static ngx_int_t
read_insert(ngx_pool_t *pool, const api_sql_words_t *words, ngx_uint_t i,
    api_sql_insert_t *insert)
{
    ngx_int_t  rc;

    if (api_sql_words_char(words, i, '(')
        && !api_sql_words_in(words, i + 1, queries)
        && !api_sql_words_char(words, i + 1, '('))
    {
        rc = read_columns(pool, words, &i, insert);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (api_sql_words_is(words, i, "OVERRIDING")) {
        i += 3;
    }

    if (api_sql_words_is(words, i, "DEFAULT")) {
        return NGX_OK;
    }

    if (api_sql_words_is(words, i, "VALUES")) {
        return read_rows(words, i, insert);
    }

    /* how many columns a query has PostgreSQL alone knows */

    insert->query = 1;

    return insert->columns != NULL ? NGX_OK : NGX_DECLINED;
}


/* from the "(", and behind the ")"; of a part, "a.b" or "a[1]", the column */

static ngx_int_t
read_columns(ngx_pool_t *pool, const api_sql_words_t *words, ngx_uint_t *i,
    api_sql_insert_t *insert)
{
    ngx_str_t  *name;

    insert->columns = ngx_array_create(pool, 8, sizeof(ngx_str_t));
    if (insert->columns == NULL) {
        return NGX_ERROR;
    }

    do {
        (*i)++;

        if (!api_sql_words_name(words, *i)) {
            return NGX_DECLINED;
        }

        name = ngx_array_push(insert->columns);

        if (name == NULL
            || api_sql_words_fold(pool, &words->elts[*i].text, name) != NGX_OK)
        {
            return NGX_ERROR;
        }

        *i = api_sql_words_end(words, *i, no_ends);

    } while (api_sql_words_char(words, *i, ','));

    return api_sql_words_char(words, (*i)++, ')') ? NGX_OK : NGX_DECLINED;
}


/* from VALUES on */

static ngx_int_t
read_rows(const api_sql_words_t *words, ngx_uint_t i, api_sql_insert_t *insert)
{
    ngx_uint_t  width;

    do {
        if (!api_sql_words_char(words, ++i, '(')) {
            return NGX_DECLINED;
        }

        for (width = 1; /* void */ ; width++) {

            i = api_sql_words_end(words, i + 1, no_ends);

            /* t.* may be any number of columns */

            if (i == words->n || api_sql_words_char(words, i - 1, '*')) {
                return NGX_DECLINED;
            }

            if (api_sql_words_char(words, i, ')')) {
                break;
            }
        }

        insert->width = width;
        insert->rows++;

    } while (api_sql_words_char(words, ++i, ','));

    insert->conflict = api_sql_words_is(words, i, "ON") & 1;

    /* VALUES … LIMIT 1, UNION …, and what else makes a query of it */

    if (i != words->n && !insert->conflict && !api_sql_words_char(words, i, ')')
        && !api_sql_words_is(words, i, "RETURNING"))
    {
        insert->rows = 0;
        insert->query = 1;
    }

    return NGX_OK;
}
