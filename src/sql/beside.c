
#include "sql/beside.h"


#define is_char(words, i, ch)  api_sql_words_char(words, i, ch)


static ngx_uint_t is_operator(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t is_equality(const ngx_str_t *operator);
static ngx_uint_t is_text(const ngx_str_t *operator, const char *text);


static const char *const  counts[] = { "LIMIT", "OFFSET", "FETCH", NULL };
static const char *const  sets[] = { "ANY", "ALL", "SOME", "IN", NULL };


ngx_uint_t
api_sql_beside_cast(const api_sql_words_t *words, ngx_uint_t i)
{
    return (is_char(words, i + 1, ':') && is_char(words, i + 2, ':'))
           || (i >= 2 && is_char(words, i - 1, '(')
               && api_sql_words_is(words, i - 2, "CAST"));
}


ngx_uint_t
api_sql_beside_joined(const api_sql_words_t *words, ngx_uint_t i)
{
    return (is_char(words, i + 1, '|') && is_char(words, i + 2, '|'))
           || (i >= 2 && is_char(words, i - 1, '|')
               && is_char(words, i - 2, '|'));
}


ngx_uint_t
api_sql_beside_bound(const api_sql_words_t *words, ngx_uint_t i)
{
    return i >= 1 && api_sql_words_in(words, i - 1, counts);
}


ngx_uint_t
api_sql_beside_equated(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t  before, behind;

    before = api_sql_beside_before(words, i);
    behind = api_sql_beside_behind(words, i);

    if (before.len == 0 && behind.len == 0) {
        return i >= 2 && is_char(words, i - 1, '(')
               && api_sql_words_in(words, i - 2, sets);
    }

    return (before.len == 0 || is_equality(&before))
           && (behind.len == 0 || is_equality(&behind));
}


ngx_uint_t
api_sql_beside_alone(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t   before;
    ngx_uint_t  open;

    before = api_sql_beside_before(words, i);

    if (is_text(&before, "=")) {
        return api_sql_beside_behind(words, i).len == 0;
    }

    if (before.len != 0 || api_sql_beside_behind(words, i).len != 0) {
        return 0;
    }

    /* f(a, $a) is made of it */

    open = api_sql_words_opening(words, i);

    return open == words->n || open == 0
           || !api_sql_words_name(words, open - 1)
           || api_sql_words_is(words, open - 1, "VALUES");
}


ngx_str_t
api_sql_beside_before(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t   out;
    ngx_uint_t  first;

    ngx_str_null(&out);

    for (first = i; first > 0 && is_operator(words, first - 1); first--) {

        /* a byte each: a blank ends it */

        if (out.len != 0
            && words->elts[first - 1].text.data + 1 != out.data)
        {
            break;
        }

        out.data = words->elts[first - 1].text.data;
        out.len++;
    }

    return out;
}


ngx_str_t
api_sql_beside_behind(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t  out;

    ngx_str_null(&out);

    for (i++; is_operator(words, i); i++) {

        if (out.len == 0) {
            out.data = words->elts[i].text.data;

        } else if (words->elts[i].text.data != out.data + out.len) {
            break;
        }

        out.len++;
    }

    return out;
}


ngx_uint_t
api_sql_beside_contained(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t  before, behind;

    before = api_sql_beside_before(words, i);
    behind = api_sql_beside_behind(words, i);

    return is_text(&before, "@>") || is_text(&behind, "<@");
}


static ngx_uint_t
is_equality(const ngx_str_t *operator)
{
    return is_text(operator, "=") || is_text(operator, "<>")
           || is_text(operator, "!=");
}


static ngx_uint_t
is_text(const ngx_str_t *operator, const char *text)
{
    return operator->len == ngx_strlen(text)
           && ngx_memcmp(operator->data, text, operator->len) == 0;
}


static ngx_uint_t
is_operator(const api_sql_words_t *words, ngx_uint_t i)
{
    u_char  ch;

    if (i >= words->n || words->elts[i].token != API_SQL_TOKEN_OTHER) {
        return 0;
    }

    ch = words->elts[i].text.data[0];

    return ch != '\0' && strchr("+-*/<>=~!@#%^&|`?", ch) != NULL;
}
