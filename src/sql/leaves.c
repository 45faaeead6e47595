
#include "sql/leaves.h"


static ngx_uint_t leaves_setting(const api_sql_words_t *words, ngx_uint_t i);


static const char *const  leaves_locks[] = {
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    NULL
};

static const char *const  leaves_nothing[] = { NULL };


ngx_int_t
api_sql_leaves(const api_sql_words_t *words, const ngx_str_t *source,
    ngx_uint_t *i, size_t *offset, const char **why)
{
    ngx_uint_t  n;

    for (n = *i; n < words->n; n++) {

        if (!api_sql_words_char(words, n + 1, '(')) {
            continue;
        }

        if (api_sql_words_is(words, n, "set_config")
            && leaves_setting(words, n + 2))
        {
            *why = "is for the session, which is another request's next: it is "
                   "undone behind this one; write true for its third argument, "
                   "and it holds for this request's transaction";
            break;
        }

        if (api_sql_words_in(words, n, leaves_locks)) {
            *why = "is the session's, which is another request's next: it is "
                   "given back behind this one; the lock of a transaction is "
                   "taken by pg_advisory_xact_lock and its like";
            break;
        }
    }

    if (n >= words->n) {
        return NGX_DECLINED;
    }

    *i = n + 1;
    *offset = (size_t) (words->elts[n].text.data - source->data);

    return NGX_OK;
}


/* is the third argument, the first one stands at i, the constant false? */

static ngx_uint_t
leaves_setting(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  n, end;

    for (n = 0; n < 2; n++) {
        i = api_sql_words_end(words, i, leaves_nothing);

        if (!api_sql_words_char(words, i, ',')) {
            return 0;
        }

        i++;
    }

    end = api_sql_words_end(words, i, leaves_nothing);

    return end == i + 1 && api_sql_words_is(words, i, "false");
}
