
#include "sql/calls.h"
#include "core/scan.h"


static ngx_uint_t calls_is_word(u_char ch);
static ngx_uint_t calls_is_quoted(const u_char *p, const u_char *end);
static ngx_int_t calls_parts(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);
static ngx_int_t calls_word(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);
static ngx_int_t calls_push(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);


/* pg_proc.dat calls txid_current() and its like stable */

const char  api_sql_calls_query[] =
    "SELECT DISTINCT p.proname::text FROM pg_catalog.pg_proc p"
    " WHERE p.proname = ANY ($1::text[])"
    " AND (p.provolatile = 'v'"
    " OR p.prokind IN ('a', 'w')"
    " AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace"
    " OR p.proname IN ('now', 'transaction_timestamp', 'txid_current',"
    " 'txid_current_if_assigned', 'pg_current_xact_id',"
    " 'pg_current_xact_id_if_assigned'))"
    " UNION ALL"
    " SELECT NULL WHERE EXISTS (SELECT FROM pg_catalog.pg_operator o"
    " JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode"
    " WHERE p.provolatile = 'v'"
    " AND o.oprnamespace <> 'pg_catalog'::pg_catalog.regnamespace)"
    " OR EXISTS (SELECT FROM pg_catalog.pg_cast c"
    " JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc"
    " WHERE p.provolatile = 'v')"
    " OR EXISTS (SELECT FROM pg_catalog.pg_constraint c"
    " JOIN pg_catalog.pg_depend d ON d.objid = c.oid"
    " AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass"
    " AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid"
    " WHERE c.contypid <> 0 AND p.provolatile = 'v')";


/* words that are calls without being a function's name (gram.y, ruleutils.c) */

static const ngx_str_t  calls_unsure[] = {
    ngx_string("current_date"),
    ngx_string("current_time"),
    ngx_string("current_timestamp"),
    ngx_string("localtime"),
    ngx_string("localtimestamp"),
    ngx_string("operator"),
    ngx_null_string
};


ngx_int_t
api_sql_calls_init(ngx_pool_t *pool, api_sql_calls_t *calls)
{
    calls->unsure = 0;

    return ngx_array_init(&calls->words, pool, 16, sizeof(ngx_str_t));
}


ngx_int_t
api_sql_calls_add(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *text)
{
    u_char     *p, *end;
    ngx_str_t   word;

    p = text->data;
    end = p + text->len;

    while (p < end) {

        if (*p == '"' && calls_is_quoted(p + 1, end)) {
            calls->unsure = 1;
        }

        if (!calls_is_word(*p)) {
            p++;
            continue;
        }

        word.data = p;

        while (p < end && calls_is_word(*p)) {
            p++;
        }

        word.len = (size_t) (p - word.data);

        if (calls_word(pool, calls, &word) != NGX_OK
            || calls_parts(pool, calls, &word) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
calls_is_word(u_char ch)
{
    return api_scan_is_name(ch) || ch == '$' || ch >= 0x80;
}


/* behind a quote: is what stood in quotes called?  It may be no word. */

static ngx_uint_t
calls_is_quoted(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
        p++;
    }

    /* a comment may stand between, too */

    return p < end && (*p == '(' || *p == '/' || *p == '-');
}


/*
 * A "$" belongs to a word, and yet another word begins behind it where it ends
 * a dollar quote: $$a$$OPERATOR(b) c.
 */

static ngx_int_t
calls_parts(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    u_char     *p, *end;
    ngx_str_t   part;

    end = word->data + word->len;
    p = memchr(word->data, '$', word->len);

    while (p != NULL) {
        part.data = p + 1;

        p = memchr(part.data, '$', (size_t) (end - part.data));
        part.len = (size_t) ((p != NULL ? p : end) - part.data);

        if (part.len != 0
            && (api_scan_is_name_start(*part.data) || *part.data >= 0x80)
            && calls_word(pool, calls, &part) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
calls_word(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    ngx_str_t    lower;
    ngx_uint_t   i;

    lower.len = word->len;
    lower.data = ngx_pnalloc(pool, word->len);
    if (lower.data == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(lower.data, word->data, word->len);

    for (i = 0; calls_unsure[i].len != 0; i++) {
        if (api_str_equal(&lower, &calls_unsure[i])) {
            calls->unsure = 1;
        }
    }

    if (!api_str_equal(&lower, word)
        && calls_push(pool, calls, word) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return calls_push(pool, calls, &lower);
}


static ngx_int_t
calls_push(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    ngx_str_t   *words, copy;
    ngx_uint_t   i;

    words = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {
        if (api_str_equal(&words[i], word)) {
            return NGX_OK;
        }
    }

    copy.len = word->len;
    copy.data = ngx_pstrdup(pool, api_unconst(word));
    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    words = ngx_array_push(&calls->words);
    if (words == NULL) {
        return NGX_ERROR;
    }

    *words = copy;

    return NGX_OK;
}
