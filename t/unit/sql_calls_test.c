
#include "sql/calls.h"
#include "shim.h"
#include "test.h"


typedef struct {
    const char  *text;
    const char  *words;        /* each with a space behind */
    int          unsure;
} call_t;


static const call_t  calls[] = {
    { "", "", 0 },
    { "SELECT id FROM users WHERE id = $1",
      "SELECT select id FROM from users WHERE where $1 ", 0 },
    { "(users.id = $1)", "users id $1 ", 0 },
    { "now()", "now ", 0 },
    { "a=NOW ( )", "a NOW now ", 0 },
    { "\"Set\".x, x", "Set set x ", 0 },
    { "'text(1)' b", "text 1 b ", 0 },
    { "\xC3\xA9t\xC3\xA9(1)", "\xC3\xA9t\xC3\xA9 1 ", 0 },

    { "\"my f\"(1)", "my f 1 ", 1 },
    { "\"f\" \n (1)", "f 1 ", 1 },
    { "\"f\"/**/(1)", "f 1 ", 1 },
    { "\"f\"--\n(1)", "f 1 ", 1 },
    { "a OPERATOR(public.+) b",
      "a OPERATOR operator public b ", 1 },
    { "CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP current_timestamp 3 ", 1 },
    { "current_date", "current_date ", 1 },
    { "LocalTime", "LocalTime localtime ", 1 },
    { "current_user", "current_user ", 0 },

    { "$$a$$OPERATOR(b) c",
      "$$a$$OPERATOR $$a$$operator a OPERATOR operator b c ", 1 },
    { "$q$a$q$or f$1()", "$q$a$q$or q a or f$1 ", 0 },
    { NULL, NULL, 0 }
};


static void
takes_every_word(ngx_pool_t *pool)
{
    char             *p, out[1024];
    ngx_str_t         text, *words;
    ngx_uint_t        n, i;
    api_sql_calls_t   found;

    for (n = 0; calls[n].text != NULL; n++) {
        test_note("%s", calls[n].text);

        text = test_copy(pool, calls[n].text, strlen(calls[n].text));

        check_int(api_sql_calls_init(pool, &found), NGX_OK);
        check_int(api_sql_calls_add(pool, &found, &text), NGX_OK);

        words = found.words.elts;
        p = out;

        for (i = 0; i < found.words.nelts; i++) {
            p += sprintf(p, "%.*s ", (int) words[i].len,
                         (char *) words[i].data);
        }

        *p = '\0';

        check_cstr(out, calls[n].words);
        check_int(found.unsure, calls[n].unsure);
    }
}


static void
adds_up(ngx_pool_t *pool)
{
    ngx_str_t         text;
    api_sql_calls_t   found;

    check_int(api_sql_calls_init(pool, &found), NGX_OK);

    text = test_str("a b \"f\"(1)");
    check_int(api_sql_calls_add(pool, &found, &text), NGX_OK);
    check_int(found.words.nelts, 4);

    text = test_str("b c");
    check_int(api_sql_calls_add(pool, &found, &text), NGX_OK);
    check_int(found.words.nelts, 5);
    check_int(found.unsure, 1);
}


static ngx_int_t
add(ngx_pool_t *pool, void *data)
{
    api_sql_calls_t  found;

    if (api_sql_calls_init(pool, &found) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_sql_calls_add(pool, &found, data);
}


static void
is_short_of_memory(ngx_pool_t *pool)
{
    ngx_str_t  text;

    (void) pool;

    text = test_str("SELECT A, b FROM c");

    check_oom(add, &text);
}


static const test_case_t  cases[] = {
    { "takes every word for a name", takes_every_word },
    { "adds up over several texts", adds_up },
    { "is short of memory", is_short_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
