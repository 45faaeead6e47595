
#include "sql/script_modes.h"
#include "sql/lexer.h"
#include "sql/script.h"


/* tokens of a SET TRANSACTION with all its modes, and of what it may be */
#define MODES_TOKENS  32

/* of a statement that tell whether it has to be alone: REINDEX has options */
#define ALONE_TOKENS  16


typedef struct {
    size_t            start;
    size_t            end;
    ngx_str_t         word;        /* empty: it is none */
    unsigned          keep:1;
} modes_token_t;


typedef struct {
    ngx_str_t        *text;
    api_sql_lexer_t   lexer;
    modes_token_t     token[MODES_TOKENS];
    ngx_uint_t        n;
} modes_t;


static ngx_int_t modes_next(modes_t *m);
static void modes_set(modes_t *m);
static ngx_uint_t modes_one(modes_t *m, ngx_uint_t i);
static void modes_blank(modes_t *m, ngx_uint_t named);
static ngx_uint_t modes_is(const modes_t *m, ngx_uint_t i, const char *word);
static ngx_uint_t alone_is(const ngx_str_t *text, size_t offset);


/* what takes no snapshot of the database, and so is no query */

static const char *const  modes_harmless[] = {
    "RESET", "SHOW", "LISTEN", "UNLISTEN", "NOTIFY", NULL
};

static const char *const  modes_index[][3] = {
    { "CREATE", "INDEX", NULL },
    { "CREATE", "UNIQUE", "INDEX" },
    { "DROP", "INDEX", NULL },
    { "REINDEX", NULL, NULL },
    { "VACUUM", NULL, NULL },
    { "ANALYZE", NULL, NULL },
    { "CLUSTER", NULL, NULL },
    { NULL, NULL, NULL }
};


void
api_sql_script_modes(ngx_str_t *text)
{
    modes_t     m;
    ngx_uint_t  i;

    m.text = text;
    api_sql_lexer_init(&m.lexer, text);

    while (modes_next(&m) == NGX_OK) {

        if (m.n == 0) {
            continue;
        }

        if (modes_is(&m, 0, "SET")) {
            modes_set(&m);
            continue;
        }

        for (i = 0; modes_harmless[i] != NULL; i++) {
            if (modes_is(&m, 0, modes_harmless[i])) {
                break;
            }
        }

        if (modes_harmless[i] == NULL) {
            return;
        }
    }
}


ngx_uint_t
api_sql_script_all_constraints(const ngx_str_t *text)
{
    u_char  *p, *q, *end;

    static const char  word[] = "CONSTRAINTS";

    p = text->data;
    end = text->data + text->len;

    for ( /* void */ ; (size_t) (end - p) >= sizeof(word) - 1; p++) {

        if (ngx_strncasecmp(p, (u_char *) (uintptr_t) word, sizeof(word) - 1)
            != 0)
        {
            continue;
        }

        for (q = p + sizeof(word) - 1; q < end && *q <= ' '; q++) {
            /* void */
        }

        if (end - q >= 3 && ngx_strncasecmp(q, (u_char *) "ALL", 3) == 0) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_sql_script_is_index(const ngx_str_t *text, size_t offset)
{
    modes_t     m;
    ngx_str_t   rest;
    ngx_uint_t  i, k;

    rest.data = text->data + offset;
    rest.len = text->len - offset;

    m.text = &rest;
    api_sql_lexer_init(&m.lexer, &rest);

    for (m.n = 0; m.n < 3 && api_sql_lexer_next(&m.lexer) == NGX_OK; m.n++) {
        ngx_str_null(&m.token[m.n].word);

        if (m.lexer.token == API_SQL_TOKEN_WORD) {
            m.token[m.n].word = m.lexer.name;
        }

        if (m.lexer.token == API_SQL_TOKEN_END) {
            break;
        }
    }

    for (i = 0; modes_index[i][0] != NULL; i++) {

        for (k = 0; k < 3 && modes_index[i][k] != NULL; k++) {
            if (!modes_is(&m, k, modes_index[i][k])) {
                break;
            }
        }

        if (k == 3 || modes_index[i][k] == NULL) {
            return 1;
        }
    }

    return 0;
}


/*
 * The next statement's tokens.  NGX_DONE: there is none, or one that we need
 * not understand, which is a query.
 */

static ngx_int_t
modes_next(modes_t *m)
{
    modes_token_t    *token;
    api_sql_lexer_t  *l;

    l = &m->lexer;

    for (m->n = 0; m->n < MODES_TOKENS; m->n++) {

        if (api_sql_lexer_next(l) != NGX_OK) {
            return NGX_DONE;
        }

        if (l->token == API_SQL_TOKEN_SEMICOLON) {
            return NGX_OK;
        }

        if (l->token == API_SQL_TOKEN_END) {
            return m->n ? NGX_OK : NGX_DONE;
        }

        token = &m->token[m->n];

        token->start = l->start;
        token->end = api_scan_offset(&l->in);
        token->keep = 0;
        ngx_str_null(&token->word);

        if (l->token == API_SQL_TOKEN_WORD) {
            token->word = l->name;
        }
    }

    return NGX_DONE;
}


static void
modes_set(modes_t *m)
{
    ngx_uint_t  i, n, name;

    name = (modes_is(m, 1, "LOCAL") || modes_is(m, 1, "SESSION")) ? 2 : 1;

    if (modes_is(m, name, "transaction_isolation")
        || modes_is(m, name, "transaction_deferrable"))
    {
        modes_blank(m, name);
        return;
    }

    if (!modes_is(m, name, "TRANSACTION")) {
        return;
    }

    /*
     * a syntax error is for the server to report, and SNAPSHOT for it to
     * refuse
     */

    for (i = name + 1; i == name + 1 || i < m->n; i += n) {

        if (i > name + 1 && i + 1 < m->n
            && m->text->data[m->token[i].start] == ',')
        {
            i++;
        }

        n = modes_one(m, i);
        if (n == 0) {
            return;
        }
    }

    modes_blank(m, name);
}


/* how many words a mode has that begins at i; 0: none does */

static ngx_uint_t
modes_one(modes_t *m, ngx_uint_t i)
{
    if (modes_is(m, i, "DEFERRABLE")) {
        return 1;
    }

    if (modes_is(m, i, "NOT") && modes_is(m, i + 1, "DEFERRABLE")) {
        return 2;
    }

    if (modes_is(m, i, "READ")
        && (modes_is(m, i + 1, "ONLY") || modes_is(m, i + 1, "WRITE")))
    {
        m->token[i].keep = 1;
        m->token[i + 1].keep = 1;
        return 2;
    }

    if (!modes_is(m, i, "ISOLATION") || !modes_is(m, i + 1, "LEVEL")) {
        return 0;
    }

    if (modes_is(m, i + 2, "SERIALIZABLE")) {
        return 3;
    }

    if ((modes_is(m, i + 2, "REPEATABLE") && modes_is(m, i + 3, "READ"))
        || (modes_is(m, i + 2, "READ")
            && (modes_is(m, i + 3, "COMMITTED")
                || modes_is(m, i + 3, "UNCOMMITTED"))))
    {
        return 4;
    }

    return 0;
}


/*
 * All but what is to be kept.  named: the token that names what is set; where
 * nothing is kept, a SELECT of nothing stands in its place, to be counted.
 */

static void
modes_blank(modes_t *m, ngx_uint_t named)
{
    ngx_uint_t      i, kept;
    modes_token_t  *token;

    static const char  nothing[] = "SELECT";

    kept = 0;

    for (i = named + 1; i < m->n; i++) {
        kept |= m->token[i].keep;
    }

    for (i = 0; i < m->n; i++) {
        token = &m->token[i];

        if (!token->keep && !(kept && i <= named)) {
            ngx_memset(m->text->data + token->start, ' ',
                       token->end - token->start);
        }
    }

    if (!kept) {
        ngx_memcpy(m->text->data + m->token[named].start, nothing,
                   sizeof(nothing) - 1);
    }
}


static ngx_uint_t
modes_is(const modes_t *m, ngx_uint_t i, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    return i < m->n
           && m->token[i].word.len == len
           && ngx_strncasecmp(m->token[i].word.data,
                              (u_char *) (uintptr_t) word, len)
              == 0;
}


ngx_int_t
api_sql_script_alone(const ngx_str_t *text, size_t *offset)
{
    ngx_uint_t  n;

    if (api_sql_script_find(text, 1, offset) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (n = 0; api_sql_script_find(text, n, offset) == NGX_OK; n++) {
        if (alone_is(text, *offset)) {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* PostgreSQL's PreventInTransactionBlock(), as far as the first words tell */

static ngx_uint_t
alone_is(const ngx_str_t *text, size_t offset)
{
    ngx_str_t        rest;
    ngx_uint_t       n, made, indexes, reindex;
    api_sql_lexer_t  lexer;

    static const char *const  makes[] = { "CREATE", "DROP", NULL };
    static const char *const  whole[] = { "DATABASE", "TABLESPACE", NULL };
    static const char *const  kinds[] = { "DATABASE", "SCHEMA", "SYSTEM",
                                          NULL };

    rest.data = text->data + offset;
    rest.len = text->len - offset;

    api_sql_lexer_init(&lexer, &rest);

    made = 0;
    indexes = 0;
    reindex = 0;

    for (n = 0; n < ALONE_TOKENS && api_sql_lexer_next(&lexer) == NGX_OK; n++)
    {
        if (lexer.token == API_SQL_TOKEN_END
            || lexer.token == API_SQL_TOKEN_SEMICOLON)
        {
            break;
        }

        if (n == 0) {

            if (api_sql_lexer_is(&lexer, "VACUUM")) {
                return 1;
            }

            made = api_sql_lexer_in(&lexer, makes);
            reindex = api_sql_lexer_is(&lexer, "REINDEX");

            if (!made && !reindex && !api_sql_lexer_is(&lexer, "ALTER")) {
                return 0;
            }

            continue;
        }

        if (n == 1 && ((made && api_sql_lexer_in(&lexer, whole))
                       || (!made && !reindex
                           && api_sql_lexer_is(&lexer, "SYSTEM"))))
        {
            return 1;
        }

        if (indexes && api_sql_lexer_is(&lexer, "CONCURRENTLY")) {
            return 1;
        }

        if (reindex && api_sql_lexer_in(&lexer, kinds)) {
            return 1;
        }

        /* directly behind INDEX, and of REINDEX behind TABLE, too */

        indexes = (made || reindex)
                  && (api_sql_lexer_is(&lexer, "INDEX")
                      || (reindex && api_sql_lexer_is(&lexer, "TABLE")));
    }

    return 0;
}
