
#include "sql/jsonpath.h"
#include "sql/beside.h"
#include "core/scan.h"


static ngx_uint_t is_root(const api_scan_t *in);
static ngx_uint_t is_argument(const api_sql_words_t *words, ngx_uint_t i);


ngx_uint_t
api_sql_jsonpath(const ngx_str_t *string)
{
    api_scan_t  in;

    api_scan_init(&in, string);

    while (!api_scan_done(&in)) {
        if (*in.pos++ == '$' && is_root(&in)) {
            return 1;
        }
    }

    return 0;
}


/* in stands behind "$": not of "$.50", nor of "$ 5" */

static ngx_uint_t
is_root(const api_scan_t *in)
{
    int     ch;
    size_t  n;

    ch = api_scan_peek(in, 0);

    if (ch == '.') {
        ch = api_scan_peek(in, 1);
        return api_scan_is_name_start(ch) || (ch > 0 && strchr("*\"$", ch));
    }

    for (n = 0; ch == ' '; /* void */ ) {
        ch = api_scan_peek(in, ++n);
    }

    return ch > 0 && strchr(n ? "?<>=!&|+-*/%)" : "[?)", ch) != NULL;
}


const char *
api_sql_jsonpath_lacks(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_str_t   before;
    ngx_uint_t  next;

    before = api_sql_beside_before(words, i);

    if (before.len == 2 && ngx_memcmp(before.data, "@?", 2) == 0) {
        return "for \"@?\" write jsonb_path_exists(…, '…',";
    }

    if (before.len == 2 && ngx_memcmp(before.data, "@@", 2) == 0) {
        return "for \"@@\" write jsonb_path_match(…, '…',";
    }

    if (!is_argument(words, i)) {
        return NULL;
    }

    next = i + 1;

    if (api_sql_words_char(words, next, ':')
        && api_sql_words_char(words, next + 1, ':'))
    {
        next += 3;
    }

    return api_sql_words_char(words, next, ')')
           ? "add a third argument," : NULL;
}


/* of jsonb_path_exists() and its like */

static ngx_uint_t
is_argument(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t            depth;
    const api_sql_word_t  *word;

    static u_char  prefix[] = "jsonb_path_";

    for (depth = 0; i > 1; /* void */ ) {
        i--;

        if (api_sql_words_char(words, i, ')')) {
            depth++;

        } else if (api_sql_words_char(words, i, '(') && depth-- == 0) {
            word = &words->elts[i - 1];

            return word->token == API_SQL_TOKEN_WORD
                   && word->text.len >= sizeof(prefix) - 1
                   && ngx_strncasecmp(word->text.data, prefix,
                                      sizeof(prefix) - 1)
                      == 0;
        }
    }

    return 0;
}
