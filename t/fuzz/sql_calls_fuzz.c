
/*
 * What a text may call: each word once, in lower case too; of a text in two
 * pieces no more than of the whole and no less; no word of the lexer's is
 * missing (but for names with "$" right behind a dollar quote).  Sequences in
 * it have a name.
 */


#include "core/scan.h"
#include "fuzz.h"
#include "sql/calls.h"
#include "sql/lexer.h"
#include "sql/sequences.h"


static void add(ngx_pool_t *pool, api_sql_calls_t *calls, const uint8_t *data,
    size_t size);
static void check_words(ngx_pool_t *pool, const api_sql_calls_t *calls,
    size_t size);
static void check_lexer(ngx_pool_t *pool, const api_sql_calls_t *calls,
    const ngx_str_t *text);
static void check_sequences(ngx_pool_t *pool, const ngx_str_t *text);
static ngx_uint_t has(const api_sql_calls_t *calls, const ngx_str_t *word);
static ngx_str_t lower(ngx_pool_t *pool, const ngx_str_t *word);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           half;
    ngx_str_t        text, *words;
    ngx_uint_t       i;
    ngx_pool_t      *pool;
    api_sql_calls_t  whole, parts;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    add(pool, &whole, data, size);
    fuzz_check(api_sql_calls_add(pool, &whole, &text) == NGX_OK);

    check_words(pool, &whole, size);
    check_lexer(pool, &whole, &text);
    check_sequences(pool, &text);

    /* parted where white space is */

    for (half = size / 2; half < size && data[half] != '\n'; half++) {
        /* void */
    }

    add(pool, &parts, data, half);
    text = fuzz_copy(pool, data + half, size - half);
    fuzz_check(api_sql_calls_add(pool, &parts, &text) == NGX_OK);

    fuzz_check(parts.words.nelts == whole.words.nelts);
    fuzz_check(whole.unsure || !parts.unsure);

    words = parts.words.elts;

    for (i = 0; i < parts.words.nelts; i++) {
        fuzz_check(has(&whole, &words[i]));
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
add(ngx_pool_t *pool, api_sql_calls_t *calls, const uint8_t *data,
    size_t size)
{
    ngx_str_t  text;

    text = fuzz_copy(pool, data, size);

    fuzz_check(api_sql_calls_init(pool, calls) == NGX_OK);
    fuzz_check(api_sql_calls_add(pool, calls, &text) == NGX_OK);
}


static void
check_words(ngx_pool_t *pool, const api_sql_calls_t *calls, size_t size)
{
    ngx_str_t   *words, low;
    ngx_uint_t   i, n;

    words = calls->words.elts;
    fuzz_check(calls->words.nelts <= 2 * size);

    for (i = 0; i < calls->words.nelts; i++) {
        fuzz_check(words[i].len != 0);

        low = lower(pool, &words[i]);
        fuzz_check(has(calls, &low));

        for (n = 0; n < i && n < 50; n++) {
            fuzz_check(!api_str_equal(&words[i], &words[n]));
        }
    }
}


/* rather too many than one too few: also of words in strings and comments */

static void
check_lexer(ngx_pool_t *pool, const api_sql_calls_t *calls,
    const ngx_str_t *text)
{
    size_t           n;
    ngx_str_t        low;
    const u_char    *p, *end;
    api_sql_lexer_t  lexer;

    end = text->data + text->len;

    for (p = text->data; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0) {
            return;
        }
    }

    api_sql_lexer_init(&lexer, text);

    while (api_sql_lexer_next(&lexer) == NGX_OK
           && lexer.token != API_SQL_TOKEN_END)
    {
        if (lexer.token == API_SQL_TOKEN_WORD
            && memchr(lexer.name.data, '$', lexer.name.len) == NULL)
        {
            low = lower(pool, &lexer.name);
            fuzz_check(has(calls, &low));
        }
    }
}


static void
check_sequences(ngx_pool_t *pool, const ngx_str_t *text)
{
    size_t        total;
    ngx_str_t    *names;
    ngx_uint_t    i;
    ngx_array_t   array;

    fuzz_check(ngx_array_init(&array, pool, 4, sizeof(ngx_str_t)) == NGX_OK);
    fuzz_check(api_sql_sequences_add(pool, &array, text) == NGX_OK);

    names = array.elts;
    total = 0;

    for (i = 0; i < array.nelts; i++) {
        fuzz_check(names[i].len != 0);
        total += names[i].len + sizeof("nextval(''::regclass)") - 1;
    }

    fuzz_check(total <= text->len);
}


static ngx_uint_t
has(const api_sql_calls_t *calls, const ngx_str_t *word)
{
    ngx_str_t   *words;
    ngx_uint_t   i;

    words = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {
        if (api_str_equal(&words[i], word)) {
            return 1;
        }
    }

    return 0;
}


static ngx_str_t
lower(ngx_pool_t *pool, const ngx_str_t *word)
{
    ngx_str_t  low;

    low = fuzz_copy(pool, word->data, word->len);
    ngx_strlow(low.data, low.data, low.len);

    return low;
}
