
#include "sql/grammar.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    ngx_uint_t     depth;
    u_char         close[API_SQL_GRAMMAR_DEPTH];   /* the bytes that end each
                                                      level */
} grammar_t;


static ngx_uint_t value(grammar_t *g);
static ngx_uint_t opening(grammar_t *g);
static ngx_uint_t closing(grammar_t *g);
static ngx_uint_t key(grammar_t *g);
static ngx_uint_t string(grammar_t *g);
static const u_char *number(const u_char *p, const u_char *end);
static const u_char *digits(const u_char *p, const u_char *end);
static ngx_uint_t literal(grammar_t *g, const char *word);
static void blank(grammar_t *g);


ngx_uint_t
api_sql_grammar_number(const u_char *data, size_t len)
{
    return len != 0 && number(data, data + len) == data + len;
}


ngx_uint_t
api_sql_grammar_json(const u_char *data, size_t len)
{
    grammar_t  g;

    g.pos = data;
    g.end = data + len;
    g.depth = 0;

    for ( ;; ) {
        blank(&g);

        if (!value(&g)) {
            return 0;
        }

        blank(&g);

        /* behind a value: its level may end here, and those around it */

        while (g.depth != 0 && g.pos < g.end
               && *g.pos == g.close[g.depth - 1])
        {
            g.pos++;
            g.depth--;
            blank(&g);
        }

        if (g.depth == 0) {
            return g.pos == g.end;
        }

        if (g.pos == g.end || *g.pos++ != ',') {
            return 0;
        }

        if (g.close[g.depth - 1] == '}' && !key(&g)) {
            return 0;
        }
    }
}


/* skips a scalar or an empty level; else goes to the first value inside */

static ngx_uint_t
value(grammar_t *g)
{
    const u_char  *p;

    while (g->pos < g->end && (*g->pos == '{' || *g->pos == '[')) {

        if (!opening(g)) {
            return 0;
        }

        if (closing(g)) {
            return 1;
        }

        if (g->close[g->depth - 1] == '}' && !key(g)) {
            return 0;
        }

        blank(g);
    }

    if (g->pos == g->end) {
        return 0;
    }

    switch (*g->pos) {

    case '"':
        return string(g);

    case 't':
        return literal(g, "true");

    case 'f':
        return literal(g, "false");

    case 'n':
        return literal(g, "null");
    }

    p = number(g->pos, g->end);
    if (p == NULL) {
        return 0;
    }

    g->pos = p;

    return 1;
}


static ngx_uint_t
opening(grammar_t *g)
{
    if (g->depth == API_SQL_GRAMMAR_DEPTH) {
        return 0;
    }

    g->close[g->depth++] = (*g->pos++ == '{') ? '}' : ']';
    blank(g);

    return 1;
}


static ngx_uint_t
closing(grammar_t *g)
{
    if (g->pos == g->end || *g->pos != g->close[g->depth - 1]) {
        return 0;
    }

    g->pos++;
    g->depth--;

    return 1;
}


static ngx_uint_t
key(grammar_t *g)
{
    blank(g);

    if (g->pos == g->end || *g->pos != '"' || !string(g)) {
        return 0;
    }

    blank(g);

    return g->pos < g->end && *g->pos++ == ':';
}


static ngx_uint_t
string(grammar_t *g)
{
    u_char      ch;
    ngx_uint_t  i;

    g->pos++;

    while (g->pos < g->end) {
        ch = *g->pos++;

        if (ch == '"') {
            return 1;
        }

        if (ch < 0x20) {
            return 0;
        }

        if (ch != '\\') {
            continue;
        }

        if (g->pos == g->end) {
            return 0;
        }

        ch = *g->pos++;

        if (ch == '\0' || ngx_strchr("\"\\/bfnrtu", ch) == NULL) {
            return 0;
        }

        for (i = 0; ch == 'u' && i < 4; i++) {
            if (g->pos == g->end || *g->pos == '\0'
                || ngx_strchr("0123456789abcdefABCDEF", *g->pos) == NULL)
            {
                return 0;
            }

            g->pos++;
        }
    }

    return 0;
}


/* the first byte behind the number that begins here; NULL: none does */

static const u_char *
number(const u_char *p, const u_char *end)
{
    if (p < end && *p == '-') {
        p++;
    }

    if (p < end && *p == '0') {
        p++;

    } else {
        p = digits(p, end);
        if (p == NULL) {
            return NULL;
        }
    }

    if (p < end && *p == '.') {
        p = digits(p + 1, end);
        if (p == NULL) {
            return NULL;
        }
    }

    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        p = digits(p, end);
    }

    return p;
}


/* at least one digit */

static const u_char *
digits(const u_char *p, const u_char *end)
{
    const u_char  *start;

    start = p;

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return p == start ? NULL : p;
}


static ngx_uint_t
literal(grammar_t *g, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    if ((size_t) (g->end - g->pos) < len
        || ngx_memcmp(g->pos, word, len) != 0)
    {
        return 0;
    }

    g->pos += len;

    return 1;
}


static void
blank(grammar_t *g)
{
    while (g->pos < g->end
           && (*g->pos == ' ' || *g->pos == '\n' || *g->pos == '\r'
               || *g->pos == '\t'))
    {
        g->pos++;
    }
}
