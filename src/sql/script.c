
#include "sql/script.h"
#include "sql/lexer.h"
#include "core/scan.h"


/*
 * CREATE OR REPLACE FUNCTION: as many words as are needed to tell what kind of
 * statement it is
 */
#define SCRIPT_HEAD  4


typedef struct {
    api_sql_lexer_t   lexer;
    ngx_uint_t        empty;               /* no token of the statement yet */
    size_t            first;               /* offset of its first token */
    ngx_str_t         head[SCRIPT_HEAD];   /* the words it begins with */
    ngx_uint_t        nhead;
    ngx_uint_t        headed;              /* the words at its beginning are
                                              complete */
    ngx_uint_t        parens;              /* how deep */
    ngx_uint_t        body;                /* in BEGIN ATOMIC ... END */
    ngx_str_t         before;              /* the token in front: a word, ";"
                                              or empty */
} script_t;


static void script_init(script_t *s, const ngx_str_t *text);
static ngx_int_t script_next(script_t *s, api_sql_fault_t *fault);
static ngx_int_t script_token(script_t *s, api_sql_fault_t *fault);
static void script_track(script_t *s);
static ngx_uint_t script_is_routine(const script_t *s);
static const char *script_refused(const script_t *s);
static ngx_uint_t script_is_transaction(const script_t *s);
static ngx_uint_t script_is_mark(const script_t *s, u_char ch);
static ngx_uint_t script_is(const ngx_str_t *word, const char *capitals);
static ngx_uint_t script_heads(const script_t *s, ngx_uint_t n,
    const char *capitals);
static ngx_int_t script_fault(api_sql_fault_t *fault, size_t offset,
    const char *why);


/* the first words of transaction control, but for PREPARE TRANSACTION */

static const char *const  script_transaction[] = {
    "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT",
    "RELEASE", NULL
};


ngx_int_t
api_sql_script_text(const ngx_str_t *text, api_sql_fault_t *fault)
{
    size_t         len;
    const u_char  *p, *end;

    p = text->data;
    end = text->data + text->len;

    while (p < end) {

        if (*p == '\0') {
            return script_fault(fault, (size_t) (p - text->data),
                                "a NUL byte: save the file as UTF-8 text");
        }

        len = (*p < 0x80) ? 1 : api_scan_utf8(p, end);

        if (len == 0) {
            return script_fault(fault, (size_t) (p - text->data),
                                "invalid UTF-8: save the file as UTF-8 text");
        }

        p += len;
    }

    return NGX_OK;
}


ngx_int_t
api_sql_script_check(const ngx_str_t *text, ngx_uint_t in_transaction,
    api_sql_fault_t *fault)
{
    script_t   s;
    ngx_int_t  rc;

    if (text->len >= 3 && ngx_memcmp(text->data, "\xEF\xBB\xBF", 3) == 0) {
        return script_fault(fault, 0,
                            "a byte order mark, which PostgreSQL takes for"
                            " SQL: save the file without it");
    }

    script_init(&s, text);

    for ( ;; ) {
        rc = script_next(&s, fault);

        if (rc != NGX_OK) {
            return rc == NGX_DONE ? NGX_OK : rc;
        }

        if (in_transaction && script_is_transaction(&s)) {
            return script_fault(fault, s.first,
                                "transaction control: the file is one"
                                " transaction already; leave the statement"
                                " out, or begin the file with"
                                " \"-- no-transaction\"");
        }
    }
}


ngx_int_t
api_sql_script_find(const ngx_str_t *text, ngx_uint_t n, size_t *offset)
{
    script_t         s;
    api_sql_fault_t  fault;

    script_init(&s, text);

    do {
        if (script_next(&s, &fault) != NGX_OK) {
            return NGX_DECLINED;
        }

    } while (n--);

    *offset = s.first;

    return NGX_OK;
}


ngx_int_t
api_sql_script_word(const ngx_str_t *text, size_t from, const ngx_str_t *name,
    size_t *offset)
{
    size_t           len;
    u_char          *token;
    ngx_str_t        rest;
    api_sql_lexer_t  l;

    rest.data = text->data + from;
    rest.len = text->len - from;

    api_sql_lexer_init(&l, &rest);

    while (api_sql_lexer_next(&l) == NGX_OK
           && l.token != API_SQL_TOKEN_SEMICOLON
           && l.token != API_SQL_TOKEN_END)
    {
        token = rest.data + l.start;
        len = api_scan_offset(&l.in) - l.start;

        if (len == name->len + 2 && token[0] == '"') {
            token++;
            len -= 2;
        }

        if (len == name->len
            && ngx_strncasecmp(token, name->data, len) == 0)
        {
            *offset = from + l.start;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


size_t
api_sql_script_offset(const ngx_str_t *text, ngx_uint_t position)
{
    size_t         len;
    const u_char  *p, *end;

    p = text->data;
    end = text->data + text->len;

    while (p < end && position > 1) {
        len = api_scan_utf8(p, end);
        p += (len == 0) ? 1 : len;
        position--;
    }

    return (size_t) (p - text->data);
}


static void
script_init(script_t *s, const ngx_str_t *text)
{
    ngx_memzero(s, sizeof(script_t));

    api_sql_lexer_init(&s->lexer, text);
}


/*
 * To the end of the next statement, whose first token and words are then
 * known.  NGX_DONE: there is none; NGX_DECLINED: *fault is filled.
 */

static ngx_int_t
script_next(script_t *s, api_sql_fault_t *fault)
{
    s->empty = 1;
    s->nhead = 0;
    s->headed = 0;
    s->parens = 0;
    s->body = 0;
    s->before.len = 0;

    for ( ;; ) {

        if (script_token(s, fault) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (s->lexer.token == API_SQL_TOKEN_END) {
            return s->empty ? NGX_DONE : NGX_OK;
        }

        if (s->lexer.token == API_SQL_TOKEN_SEMICOLON
            && s->parens == 0
            && !s->body)
        {
            if (s->empty) {
                continue;
            }

            return NGX_OK;
        }

        script_track(s);
    }
}


static ngx_int_t
script_token(script_t *s, api_sql_fault_t *fault)
{
    const char       *why;
    api_sql_lexer_t  *l;

    l = &s->lexer;

    while (api_sql_lexer_next(l) != NGX_OK) {

        /*
         * The lexer stops at a "$" to ask for a parameter's name; here $1 may
         * be in a function's body.
         */

        if (l->offset != api_scan_offset(&l->in)) {
            return script_fault(fault, l->offset, l->why);
        }

        if (l->offset == l->start) {
            l->in.pos++;
        }
    }

    why = script_refused(s);

    if (why != NULL) {
        return script_fault(fault, l->start, why);
    }

    return NGX_OK;
}


static void
script_track(script_t *s)
{
    ngx_uint_t        is_word;
    api_sql_lexer_t  *l;

    l = &s->lexer;
    is_word = (l->token == API_SQL_TOKEN_WORD);

    if (s->empty) {
        s->empty = 0;
        s->first = l->start;
    }

    if (!is_word || s->nhead == SCRIPT_HEAD) {
        s->headed = 1;

    } else if (!s->headed) {
        s->head[s->nhead++] = l->name;
    }

    if (script_is_mark(s, '(')) {
        s->parens++;

    } else if (script_is_mark(s, ')')) {
        s->parens -= (s->parens > 0);

    } else if (s->body) {

        /*
         * Each statement of the body ends with a semicolon, so the END of a
         * CASE, or a column of that name, never follows one.
         */

        if (is_word && script_is(&l->name, "END")
            && (script_is(&s->before, ";") || script_is(&s->before, "ATOMIC")))
        {
            s->body = 0;
        }

    } else if (is_word && script_is(&l->name, "ATOMIC")
               && script_is(&s->before, "BEGIN")
               && s->parens == 0
               && script_is_routine(s))
    {
        s->body = 1;
    }

    ngx_str_null(&s->before);

    if (is_word) {
        s->before = l->name;

    } else if (l->token == API_SQL_TOKEN_SEMICOLON) {
        ngx_str_set(&s->before, ";");
    }
}


static ngx_uint_t
script_is_routine(const script_t *s)
{
    ngx_uint_t  n;

    n = script_heads(s, 1, "OR") ? 3 : 1;

    return script_heads(s, 0, "CREATE")
           && (script_heads(s, n, "FUNCTION")
               || script_heads(s, n, "PROCEDURE"));
}


/* why the token may not be here, or NULL */

static const char *
script_refused(const script_t *s)
{
    /* SQL has no backslash outside of strings */

    if (script_is_mark(s, '\\')) {
        return "a psql command: the file is sent to the server as it is, say"
               " it in SQL";
    }

    if (s->lexer.token == API_SQL_TOKEN_WORD
        && !s->empty
        && s->parens == 0
        && script_heads(s, 0, "COPY")
        && (script_is(&s->before, "FROM") || script_is(&s->before, "TO"))
        && (script_is(&s->lexer.name, "STDIN")
            || script_is(&s->lexer.name, "STDOUT")))
    {
        return "COPY from or to the client, which has no data: use INSERT"
               " (pg_dump --inserts)";
    }

    return NULL;
}


static ngx_uint_t
script_is_transaction(const script_t *s)
{
    ngx_uint_t  i;

    for (i = 0; script_transaction[i] != NULL; i++) {
        if (script_heads(s, 0, script_transaction[i])) {
            return 1;
        }
    }

    return script_heads(s, 0, "PREPARE") && script_heads(s, 1, "TRANSACTION");
}


static ngx_uint_t
script_is_mark(const script_t *s, u_char ch)
{
    return s->lexer.token == API_SQL_TOKEN_OTHER
           && s->lexer.in.start[s->lexer.start] == ch;
}


static ngx_uint_t
script_is(const ngx_str_t *word, const char *capitals)
{
    size_t  len;

    len = ngx_strlen(capitals);

    return word->len == len
           && ngx_strncasecmp(word->data, (u_char *) (uintptr_t) capitals,
                              len)
              == 0;
}


/* 1 when word n of the statement is this one */

static ngx_uint_t
script_heads(const script_t *s, ngx_uint_t n, const char *capitals)
{
    return n < s->nhead && script_is(&s->head[n], capitals);
}


static ngx_int_t
script_fault(api_sql_fault_t *fault, size_t offset, const char *why)
{
    fault->offset = offset;
    fault->why = why;

    return NGX_DECLINED;
}
