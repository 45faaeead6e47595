
#include "core/words.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *text;
    const char  *shown;      /* "word|word;" and so on, or "!why" */
} words_test_t;


static const words_test_t  tests[] = {
    { "a int;", "a|int;" },
    { "  a\t\r\n int  min=1 ;}", "a|int|min=1;}" },
    { "a { b int; }}", "a{b|int;}}" },
    { "{}", "{}" },
    { "# a comment; }\n a; # x\n}", "a;}" },
    { "a#b #;\n;", "a#b;" },
    { "\"a b\" 'c \"d';", "a b|c \"d;" },
    { "pattern=\"^[a-z ]{2};$\";", "pattern=^[a-z ]{2};$;" },
    { "a'b c'd;", "a'b|c'd;" },
    { "a\\\"b \\\\ \\n\\t\\r \\d 'it\\'s' \"\\{\";",
      "a\"b|\\|\n\t\r|\\d|it's|\\{;" },
    { "a\\=\"b;", "a\\=\"b;" },
    { "x\\=\"b c\" d;", "x\\=\"b|c\"|d;" },
    { "\"\" ''{", "|{" },
    { "a} ;", "a};" },
    { "a\\;b", "" },
    { ";", "!unexpected \";\"" },
    { "a }", "!unexpected \"}\": each line ends in \";\", the last one, too" },
    { "\"a\"b;", "!a space is missing behind a closing quote" },
    { "a=\"x\"y;", "!a space is missing behind a closing quote" },
    { "\"a\"}", "!a space is missing behind a closing quote" },
    { "\"a;", "" },
    { "a", "" },
    { NULL, NULL }
};


/* what is read of a text, one piece behind the other */

static void
show(ngx_pool_t *pool, const char *text, size_t len, char *p)
{
    size_t        i;
    ngx_str_t    *word;
    ngx_uint_t    n;
    api_words_t   w;
    api_words_e   end;
    ngx_array_t  *words;

    words = ngx_array_create(pool, 2, sizeof(ngx_str_t));
    check(words != NULL);

    api_words_begin(&w, pool, words);

    for (i = 0; i < len; i++) {

        end = api_words_byte(&w, (u_char) text[i]);

        if (end == API_WORDS_MORE) {
            continue;
        }

        if (end == API_WORDS_FAULT) {
            sprintf(p, "!%s", w.why);
            return;
        }

        word = words->elts;

        for (n = 0; n < words->nelts; n++) {
            check_int(word[n].data[word[n].len], '\0');
            p += sprintf(p, "%s%s", n == 0 ? "" : "|", word[n].data);
        }

        *p++ = end == API_WORDS_LINE ? ';' : end == API_WORDS_OPEN ? '{' : '}';
        api_words_begin(&w, pool, words);
    }

    *p = '\0';
}


static void
reads_words(ngx_pool_t *pool)
{
    char                 shown[1000];
    const words_test_t  *t;

    for (t = tests; t->text != NULL; t++) {
        test_note("%s", t->text);

        show(pool, t->text, strlen(t->text), shown);

        if (t->shown[0] == '!') {
            shown[strlen(t->shown)] = '\0';
        }

        check_cstr(shown, t->shown);
    }
}


static void
keeps_its_bounds(ngx_pool_t *pool)
{
    char         *text, *shown;
    size_t        n;

    text = ngx_pnalloc(pool, API_WORDS_LENGTH + 16);
    shown = ngx_pnalloc(pool, API_WORDS_LENGTH + 1024);
    check(text != NULL && shown != NULL);

    for (n = 0; n < API_WORDS_COUNT; n++) {
        memcpy(text + 2 * n, "a ", 2);
    }

    text[2 * n] = ';';
    show(pool, text, 2 * n + 1, shown);
    check_int(strlen(shown), 2 * n);

    memcpy(text + 2 * n, "a;", 2);
    show(pool, text, 2 * n + 2, shown);
    check(strstr(shown, "!more than 256 words") == shown);

    memset(text, 'a', API_WORDS_LENGTH + 1);

    text[API_WORDS_LENGTH] = ';';
    show(pool, text, API_WORDS_LENGTH + 1, shown);
    check_int(strlen(shown), API_WORDS_LENGTH + 1);

    text[API_WORDS_LENGTH] = 'a';
    text[API_WORDS_LENGTH + 1] = ';';
    show(pool, text, API_WORDS_LENGTH + 2, shown);
    check(strstr(shown, "!too long parameter") == shown);
}


static void
looks_ahead(ngx_pool_t *pool)
{
    size_t  i;

    static const struct {
        const char   *text;
        api_words_e   end;
    } ahead[] = {
        { "body a.json; }", API_WORDS_LINE },
        { "body { a int; } }", API_WORDS_OPEN },
        { "x body; y { body; } # body;\n body {", API_WORDS_OPEN },
        { "x \"body\" 'a ; }' ; body ;", API_WORDS_LINE },
        { "x ${y} ; body;", API_WORDS_LINE },
        { "x { body; } } body;", API_WORDS_CLOSE },
        { "} body;", API_WORDS_CLOSE },
        { "x \\; body; }", API_WORDS_CLOSE },
        { "bodyx; bod; }", API_WORDS_CLOSE },
        { "x; body", API_WORDS_MORE },
        { "x; body a", API_WORDS_MORE },
        { "'", API_WORDS_MORE },
        { "", API_WORDS_MORE },
        { NULL, API_WORDS_MORE }
    };

    (void) pool;

    for (i = 0; ahead[i].text != NULL; i++) {
        test_note("%s", ahead[i].text);

        check_int(api_words_ahead((const u_char *) ahead[i].text,
                                  (const u_char *) ahead[i].text
                                  + strlen(ahead[i].text),
                                  "body"),
                  ahead[i].end);
    }
}


static void
looks_for_several(ngx_pool_t *pool)
{
    size_t       i;
    const char  *found;

    static const char *const  names[] = { "auth", "more", NULL };

    static const struct {
        const char   *text;
        api_words_e   end;
        const char   *found;
    } ahead[] = {
        { "x; more a; auth b; }", API_WORDS_OPEN, "more" },
        { "x { auth a; } auth b; }", API_WORDS_OPEN, "auth" },
        { "x { auth a; } # auth b;\n y; }", API_WORDS_CLOSE, NULL },
        { "x \"auth\"; \"auth\" b; authx c; x auth; }", API_WORDS_CLOSE,
          NULL },
        { "} auth b; }", API_WORDS_CLOSE, NULL },
        { "access_by_lua_block { x } auth b; }", API_WORDS_CLOSE, NULL },
        { "auth b; access_by_lua_block { x } }", API_WORDS_OPEN, "auth" },
        { "x access_by_lua_block; auth b; }", API_WORDS_OPEN, "auth" },
        { "x; auth", API_WORDS_MORE, NULL },
        { "x; y", API_WORDS_MORE, NULL },
        { "", API_WORDS_MORE, NULL },
        { NULL, API_WORDS_MORE, NULL }
    };

    (void) pool;

    for (i = 0; ahead[i].text != NULL; i++) {
        test_note("%s", ahead[i].text);
        found = NULL;

        check_int(api_words_among((const u_char *) ahead[i].text,
                                  (const u_char *) ahead[i].text
                                  + strlen(ahead[i].text),
                                  names, &found),
                  ahead[i].end);
        check(found == NULL ? ahead[i].found == NULL
              : ahead[i].found != NULL && strcmp(found, ahead[i].found) == 0);
    }
}


static ngx_int_t
read_some(ngx_pool_t *pool, void *data)
{
    const char   *p;
    api_words_t   w;
    api_words_e   end;
    ngx_array_t  *words;

    (void) data;

    words = ngx_array_create(pool, 1, sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    api_words_begin(&w, pool, words);
    end = API_WORDS_MORE;

    for (p = "a \"a word of more bytes than the first allocation\" b;";
         end == API_WORDS_MORE;
         p++)
    {
        end = api_words_byte(&w, (u_char) *p);
    }

    return end == API_WORDS_LINE ? NGX_OK : NGX_ERROR;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(read_some, NULL);
}


static const test_case_t  cases[] = {
    { "reads words", reads_words },
    { "keeps its bounds", keeps_its_bounds },
    { "looks ahead", looks_ahead },
    { "looks for several", looks_for_several },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
