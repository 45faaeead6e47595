
#include "conf/hint.h"
#include "sql/words.h"


/* bytes of an expression that is repeated */
#define HINT_EXPRESSION  80


static ngx_uint_t column_type(const ngx_str_t *message, ngx_str_t *type);
static ngx_int_t cast(ngx_pool_t *pool, const ngx_str_t *source,
    size_t offset, const ngx_str_t *type, ngx_str_t *hint);
static ngx_uint_t is_one(const api_sql_words_t *words, ngx_uint_t i,
    ngx_uint_t end);


ngx_int_t
api_conf_hint(ngx_pool_t *pool, const api_sql_statement_t *sql,
    const api_check_fault_t *fault, size_t offset, ngx_str_t *hint)
{
    ngx_str_t  type;

    static const ngx_str_t  untyped = ngx_string(
        "say which type it is: a cast, as $name::text, or in the path, as"
        " :name<string>");

    static const ngx_str_t  quoted = ngx_string(
        "in SQL double quotes are for names, and text stands in single quotes");

    *hint = fault->hint;

    /* datatype_mismatch: "You will need to rewrite or cast the expression" */

    if (ngx_strcmp(fault->sqlstate, "42804") == 0 && offset < sql->source.len
        && column_type(&fault->message, &type))
    {
        return cast(pool, &sql->source, offset, &type, hint);
    }

    if (hint->len != 0) {
        return NGX_OK;
    }

    /* indeterminate_datatype, for which PostgreSQL has none */

    if (ngx_strcmp(fault->sqlstate, "42P18") == 0) {
        *hint = untyped;
    }

    /* undefined_column */

    if (ngx_strcmp(fault->sqlstate, "42703") == 0
        && offset < sql->source.len && sql->source.data[offset] == '"')
    {
        *hint = quoted;
    }

    return NGX_OK;
}


/* of "column "a" is of type T but expression is of type text", which each type
   can be cast from; in another language PostgreSQL's own words have to do */

static ngx_uint_t
column_type(const ngx_str_t *message, ngx_str_t *type)
{
    u_char  *p, *end, *last;

    static u_char  is[] = " is of type ";
    static u_char  but[] = " but expression is of type ";

    last = message->data + message->len;

    if (message->len < sizeof(is) + sizeof(but)) {
        return 0;
    }

    p = ngx_strlcasestrn(message->data, last, is, sizeof(is) - 2);
    end = p ? ngx_strlcasestrn(p, last, but, sizeof(but) - 2) : NULL;

    if (end == NULL) {
        return 0;
    }

    type->data = p + sizeof(is) - 1;
    type->len = (size_t) (end - type->data);

    end += sizeof(but) - 1;

    return (size_t) (last - end) >= sizeof("text") - 1
           && ngx_strncmp(end, "text", sizeof("text") - 1) == 0;
}


/* the expression with a cast around it, as far as the text tells its end */

static ngx_int_t
cast(ngx_pool_t *pool, const ngx_str_t *source, size_t offset,
    const ngx_str_t *type, ngx_str_t *hint)
{
    u_char           *p, *last;
    size_t            len;
    ngx_str_t         text;
    ngx_uint_t        i, end, one;
    api_sql_words_t   words;

    if (api_sql_words_read(pool, source, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < words.n; i++) {
        if (words.elts[i].text.data >= source->data + offset) {
            break;
        }
    }

    end = api_sql_words_end(&words, i, api_sql_words_set_ends);

    if (i == end) {
        return NGX_OK;
    }

    last = words.elts[end - 1].text.data + words.elts[end - 1].text.len;

    text.data = source->data + offset;
    text.len = (size_t) (last - text.data);
    one = is_one(&words, i, end);

    if (text.len > HINT_EXPRESSION
        || ngx_strlchr(text.data, text.data + text.len, LF) != NULL)
    {
        ngx_str_set(&text, "\xe2\x80\xa6");
        one = 0;
    }

    len = sizeof("cast it to the column's type: ()::") - 1 + text.len
          + type->len;

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    hint->data = p;

    p = ngx_sprintf(p, "cast it to the column's type: %s%V%s::%V",
                    one ? "" : "(", &text, one ? "" : ")", type);

    hint->len = (size_t) (p - hint->data);

    return NGX_OK;
}


/* a word, a call, what is in parentheses */

static ngx_uint_t
is_one(const api_sql_words_t *words, ngx_uint_t i, ngx_uint_t end)
{
    if (i + 1 == end) {
        return 1;
    }

    if (api_sql_words_name(words, i)) {
        i++;
    }

    return api_sql_words_char(words, i, '(')
           && api_sql_words_closing(words, i) + 1 == end;
}
