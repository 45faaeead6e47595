
#include "sql/into_parts.h"
#include "sql/item.h"


#define is_word(p, i, word)     api_sql_words_is(&(p)->words, i, word)
#define is_one_of(p, i, list)   api_sql_words_in(&(p)->words, i, list)
#define is_char(p, i, ch)       api_sql_words_char(&(p)->words, i, ch)
#define is_name(p, i)           api_sql_words_name(&(p)->words, i)
#define item_end(p, i, ends)    api_sql_words_end(&(p)->words, i, ends)


static void mark(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    const api_sql_into_list_t *list);
static ngx_uint_t unread_end(const api_sql_into_t *p, ngx_uint_t i);


static const char *const  no_ends[] = { NULL };


/* one value, or a list of them in parentheses, in which it has its place */

void
api_sql_into_row(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t place,
    const api_sql_into_list_t *list)
{
    ngx_uint_t  i;

    i = from + is_word(p, from, "ROW");

    if (is_char(p, i, '(') && !is_one_of(p, i + 1, api_sql_words_queries)
        && is_char(p, item_end(p, i + 1, no_ends), ','))
    {
        (void) api_sql_into_items(p, i + 1, place, no_ends, list);

    } else {
        mark(p, from, to, list);
    }
}


/* of the items that begin at i the one in this place; where they end */

ngx_uint_t
api_sql_into_items(api_sql_into_t *p, ngx_uint_t i, ngx_uint_t place,
    const char *const *ends,
    const api_sql_into_list_t *list)
{
    ngx_uint_t  n, end, many, param;

    many = 0;

    for (n = 0; /* void */ ; n++, i = end + 1) {
        end = item_end(p, i, ends);

        /* a "*" is any number of them */

        if (end > i && is_char(p, end - 1, '*')) {
            many = 1;
        }

        if (many || n == place) {
            mark(p, i, end, list);

        } else if (place == API_SQL_INTO_UNNAMED
                   && !(api_sql_item_constant(&p->words, i, end)
                        && api_sql_item_param(&p->words, p->statement, i, end,
                                              &param)))
        {
            mark(p, i, end, list);
        }

        if (!is_char(p, end, ',')) {
            return end;
        }
    }
}


/* what is put into the column is made of the words before to */

static void
mark(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    const api_sql_into_list_t *list)
{
    ngx_uint_t  i, bit, end;

    api_sql_into_mark(p, from, to, API_SQL_INTO_MADE);

    if (list->computed || !api_sql_item_constant(&p->words, from, to)) {
        bit = API_SQL_INTO_ROWS;

    } else if (list->rows) {
        bit = API_SQL_INTO_CONST;

    } else {
        return;
    }

    for (i = 0; i < p->words.n; i++) {

        if (i == list->from) {
            i = list->to;
        }

        /* of a WITH that nobody reads there are no rows */

        end = unread_end(p, i);

        if (end != i && !(list->from >= i && list->from < end)) {
            i = end - 1;
            continue;
        }

        api_sql_into_mark(p, i, ngx_min(i + 1, p->words.n), bit);
    }
}


/* behind the query of "name AS (…)" at i, when that name is said but once; else
   i */

static ngx_uint_t
unread_end(const api_sql_into_t *p, ngx_uint_t i)
{
    ngx_uint_t  n, said;

    if (!is_name(p, i) || !is_word(p, i + 1, "AS") || !is_char(p, i + 2, '(')
        || i == 0 || !(is_word(p, i - 1, "WITH") || is_char(p, i - 1, ',')))
    {
        return i;
    }

    said = 0;

    for (n = 0; n < p->words.n; n++) {
        said += is_name(p, n)
                && p->words.elts[n].text.len == p->words.elts[i].text.len
                && ngx_strncasecmp(p->words.elts[n].text.data,
                                   p->words.elts[i].text.data,
                                   p->words.elts[i].text.len) == 0;
    }

    if (said > 1) {
        return i;
    }

    for (n = i + 3; is_char(p, n = item_end(p, n, no_ends), ','); n++) {
        /* void */
    }

    return ngx_min(n + 1, p->words.n);
}


void
api_sql_into_mark(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t bit)
{
    ngx_uint_t  n;

    for ( /* void */ ; from < to; from++) {

        if (p->words.elts[from].token != API_SQL_TOKEN_PARAM) {
            continue;
        }

        n = api_sql_item_number(p->statement, &p->words.elts[from].text);

        if (n < p->statement->params.nelts) {
            p->inside[n] |= bit;
        }
    }
}
