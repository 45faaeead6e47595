
#include "sql/into.h"
#include "sql/item.h"
#include "sql/words.h"


#define is_word(words, i, word)    api_sql_words_is(words, i, word)
#define is_one_of(words, i, list)  api_sql_words_in(words, i, list)
#define is_char(words, i, ch)      api_sql_words_char(words, i, ch)


static ngx_int_t find_rows(const api_sql_words_t *words, ngx_uint_t *i);
static ngx_uint_t find_name(const api_sql_words_t *words, ngx_uint_t *i,
    const ngx_str_t *column, ngx_pool_t *pool);
static ngx_uint_t mark_item(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t i, ngx_uint_t place,
    const char *const *ends, ngx_uint_t *inside);


/* behind the items of a SELECT that gives one row */
static const char *const  item_ends[] = { "RETURNING", "ON", NULL };
static const char *const  no_ends[] = { NULL };

/* which rows there are is not for the list alone to say */
static const char *const  others[] = {
    "FROM", "WHERE", "UNION", "INTERSECT", "EXCEPT", "WITH", NULL
};

static const char *const  changes[] = { "UPDATE", "DELETE", "MERGE", NULL };


ngx_int_t
api_sql_into(ngx_pool_t *pool, const api_sql_statement_t *statement,
    const ngx_str_t *column, ngx_uint_t *inside)
{
    ngx_int_t        rc;
    ngx_uint_t       i, place, n;
    api_sql_words_t  words;

    n = statement->params.nelts;
    ngx_memzero(inside, n * sizeof(ngx_uint_t));

    if (api_sql_words_read(pool, &statement->source, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = find_rows(&words, &i);

    if (rc == NGX_OK) {
        place = find_name(&words, &i, column, pool);

        if (is_word(&words, i, "OVERRIDING")) {
            i += 3;
        }

        if (is_word(&words, i, "SELECT")) {
            (void) mark_item(&words, statement, i + 1, place, item_ends,
                             inside);

        } else if (is_word(&words, i, "VALUES")) {

            do {
                i = 1 + mark_item(&words, statement, i + 2, place, no_ends,
                                  inside);
            } while (is_char(&words, i, ','));

        } else {
            rc = NGX_DECLINED;
        }
    }

    ngx_pfree(pool, words.elts);

    return rc;
}


/* INSERT INTO t [AS u] and then the list of columns, at which *i is */

static ngx_int_t
find_rows(const api_sql_words_t *words, ngx_uint_t *i)
{
    ngx_uint_t  n, other;

    if (!is_word(words, 0, "INSERT")) {
        return NGX_BUSY;
    }

    other = 0;

    for (n = 1; n < words->n; n++) {

        if (is_one_of(words, n, changes)) {
            return NGX_BUSY;
        }

        other |= is_one_of(words, n, others);
    }

    if (other) {
        return NGX_DECLINED;
    }

    n = 2;

    while (n < words->n && !is_char(words, n, '(')
           && !is_word(words, n, "VALUES") && !is_word(words, n, "SELECT"))
    {
        n++;
    }

    *i = n;

    return is_char(words, n, '(') ? NGX_OK : NGX_DECLINED;
}


/* the column's number in the list, from 0; *i is behind that afterwards */

static ngx_uint_t
find_name(const api_sql_words_t *words, ngx_uint_t *i, const ngx_str_t *column,
    ngx_pool_t *pool)
{
    ngx_str_t   name;
    ngx_uint_t  n, place;

    place = (ngx_uint_t) -1;

    for (n = 0; /* void */ ; n++) {
        (*i)++;

        if (api_sql_words_name(words, *i)
            && api_sql_words_fold(pool, &words->elts[*i].text, &name) == NGX_OK
            && api_str_equal(&name, column))
        {
            place = n;
        }

        *i = api_sql_words_end(words, *i, no_ends);

        if (!is_char(words, *i, ',')) {
            break;
        }
    }

    (*i)++;

    return place;
}


/* the parameters in one of the items that begin at i; where these end */

static ngx_uint_t
mark_item(const api_sql_words_t *words, const api_sql_statement_t *statement,
    ngx_uint_t i, ngx_uint_t place, const char *const *ends,
    ngx_uint_t *inside)
{
    ngx_uint_t  n, number, end;

    for (n = 0; /* void */ ; n++) {
        end = api_sql_words_end(words, i, ends);

        for ( /* void */ ; n == place && i < end; i++) {

            if (words->elts[i].token != API_SQL_TOKEN_PARAM) {
                continue;
            }

            number = api_sql_item_number(statement, &words->elts[i].text);

            if (number < statement->params.nelts) {
                inside[number] = 1;
            }
        }

        if (!is_char(words, end, ',')) {
            return end;
        }

        i = end + 1;
    }
}
