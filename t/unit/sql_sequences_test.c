
#include "sql/sequences.h"
#include "shim.h"
#include "test.h"


typedef struct {
    const char  *text;
    const char  *names;        /* each with a bar behind */
} sequence_t;


static const sequence_t  sequences[] = {
    { "", "" },
    { "nextval('a'::regclass)", "a|" },
    { "(1 + nextval('public.a_id_seq'::regclass)), nextval('b'::regclass)",
      "public.a_id_seq|b|" },
    { "nextval('\"We''ird Seq\"'::regclass)", "\"We'ird Seq\"|" },
    { "nextval(''''''::regclass)", "''|" },

    /* an identity's, a text, other functions, what does not end */
    { "nextval('a')", "" },
    { "nextval('a'::text)", "" },
    { "'nextval(''a''::regclass)'::text", "" },
    { "nextval(''::regclass)", "" },
    { "my_nextval('a'::regclass)", "" },
    { "x$nextval('a'::regclass)", "" },
    { "\xC3\xA9nextval('a'::regclass)", "" },
    { "mine.nextval('a'::regclass)", "" },
    { "currval('a'::regclass)", "" },
    { "nextval('", "" },
    { "nextval('a", "" },
    { "nextval('a'", "" },
    { "nextval('a''", "" },
    { "nextval('a'::regclass", "" },
    { "nextval('nextval('a'::regclass)", "" },
    { NULL, NULL }
};


static void
takes_what_is_taken_from(ngx_pool_t *pool)
{
    char               found[256];
    size_t             n;
    ngx_str_t         *name, text;
    ngx_uint_t         i;
    ngx_array_t        names;
    const sequence_t  *s;

    for (s = sequences; s->text != NULL; s++) {
        test_note("%s", s->text);

        check_int(ngx_array_init(&names, pool, 1, sizeof(ngx_str_t)), NGX_OK);

        text = test_copy(pool, s->text, strlen(s->text));
        check_int(api_sql_sequences_add(pool, &names, &text), NGX_OK);

        n = 0;
        name = names.elts;

        for (i = 0; i < names.nelts; i++) {
            n += (size_t) snprintf(found + n, sizeof(found) - n, "%.*s|",
                                   (int) name[i].len, (char *) name[i].data);
        }

        found[n] = '\0';
        check_cstr(found, s->names);
    }
}


static void
tells_calls_from_texts(ngx_pool_t *pool)
{
    ngx_str_t    text;
    ngx_uint_t   i;

    static const char *const  moved[] = {
        "nextval('a'::regclass)", "setval('a'::regclass, '3'::bigint)",
        "(1 + nextval(($1)::regclass))",
        "CASE WHEN ($1 = 2) THEN nextval(a) END",
        "f('it''s', nextval('a'::regclass))", NULL
    };
    static const char *const  still[] = {
        "", "'nextval(1)'::text", "x.nextval(1)", "\"nextval\"", "nextval",
        "currval('a'::regclass)", "my_nextval(1)", "$1", "'nextval(",
        "nextval (", NULL
    };

    for (i = 0; moved[i] != NULL; i++) {
        test_note("%s", moved[i]);
        text = test_copy(pool, moved[i], strlen(moved[i]));
        check_int(api_sql_sequences_moved(&text), 1);
    }

    for (i = 0; still[i] != NULL; i++) {
        test_note("%s", still[i]);
        text = test_copy(pool, still[i], strlen(still[i]));
        check_int(api_sql_sequences_moved(&text), 0);
    }
}


static ngx_int_t
add(ngx_pool_t *pool, void *data)
{
    ngx_array_t  names;

    if (ngx_array_init(&names, pool, 1, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_sql_sequences_add(pool, &names, data);
}


static void
is_short_of_memory(ngx_pool_t *pool)
{
    ngx_str_t  text;

    (void) pool;

    text = test_str("nextval('a'::regclass), nextval('b'::regclass)");

    check_oom(add, &text);
}


static const test_case_t  cases[] = {
    { "takes what is taken from", takes_what_is_taken_from },
    { "tells calls from texts", tells_calls_from_texts },
    { "is short of memory", is_short_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
