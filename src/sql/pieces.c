
#include "sql/pieces.h"
#include "sql/item.h"
#include "sql/span.h"
#include "sql/use_parts.h"

#include "core/buf.h"


#define is_word(words, i, word)    api_sql_words_is(words, i, word)
#define is_one_of(words, i, list)  api_sql_words_in(words, i, list)
#define is_char(words, i, ch)      api_sql_words_char(words, i, ch)
#define is_name(words, i)          api_sql_words_name(words, i)


typedef struct {
    ngx_pool_t                 *pool;
    const api_sql_statement_t  *statement;
    api_sql_words_t             words;
    api_buf_t                   names;
    api_sql_pieces_t           *out;
} pieces_t;


static ngx_int_t find_at(pieces_t *p, ngx_uint_t i);
static ngx_uint_t is_more(const api_sql_words_t *words, ngx_uint_t i,
    api_sql_span_t range);
static ngx_uint_t is_pure(const api_sql_words_t *words, api_sql_span_t range);
static api_sql_span_t among_operands(const api_sql_words_t *words,
    api_sql_span_t whole, api_sql_span_t inside);
static ngx_uint_t is_tight(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t operand_end(const api_sql_words_t *words, ngx_uint_t i);
static ngx_uint_t divides(const api_sql_words_t *words, api_sql_span_t whole,
    api_sql_span_t inside);
static ngx_int_t keep(pieces_t *p, api_sql_span_t range);
static ngx_uint_t is_kept(const pieces_t *p, const ngx_str_t *text);
static void write_text(pieces_t *p, api_sql_span_t range, api_buf_t *b,
    ngx_uint_t *holds);
static void write_names(pieces_t *p, api_sql_span_t range);


/* they are of no expression, or make it another than its words say */

static const char *const  foreign[] = {
    "SELECT", "FROM", "WHERE", "VALUES", "WITH", "OPERATOR", "OVER",
    "DEFAULT", "EXCLUDED", NULL
};


ngx_int_t
api_sql_pieces_find(ngx_pool_t *pool, const api_sql_statement_t *statement,
    api_sql_pieces_t *pieces)
{
    pieces_t    p;
    ngx_uint_t  i;

    ngx_memzero(pieces, sizeof(api_sql_pieces_t));

    p.pool = pool;
    p.statement = statement;
    p.out = pieces;

    pieces->mixed = ngx_pcalloc(pool, (statement->params.nelts + 1)
                                      * sizeof(ngx_uint_t));

    if (pieces->mixed == NULL
        || ngx_array_init(&pieces->pieces, pool, 4, sizeof(api_sql_piece_t))
           != NGX_OK
        || api_sql_words_read(pool, &statement->source, &p.words) != NGX_OK
        || api_buf_init(&p.names, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < p.words.n; i++) {
        if (p.words.elts[i].token == API_SQL_TOKEN_PARAM
            && find_at(&p, i) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (api_buf_len(&p.names) == 0) {
        return NGX_OK;
    }

    api_buf_add_char(&p.names, '}');

    return api_buf_string(&p.names, &pieces->names);
}


/* the largest expression around the parameter at i that holds nothing stored */

static ngx_int_t
find_at(pieces_t *p, ngx_uint_t i)
{
    ngx_uint_t       n, pure, more, mixed;
    api_sql_span_t   range, best;

    range.from = i;
    range.to = i + 1;

    best = range;
    mixed = 0;

    do {
        api_sql_span_item(&p->words, &range);
        pure = is_pure(&p->words, range);

        if (!pure) {
            best = among_operands(&p->words, range, best);
            mixed = API_SQL_PIECES_MIXED
                    | (divides(&p->words, range, best)
                       ? API_SQL_PIECES_DIVISOR : 0);
            break;
        }

        best = range;
        more = api_sql_span_out(&p->words, &range);

    } while (more);

    n = api_sql_item_number(p->statement, &p->words.elts[i].text);

    if (n < p->statement->params.nelts) {
        p->out->mixed[n] |= mixed;
    }

    if (!is_more(&p->words, i, best)) {
        return NGX_OK;
    }

    if (p->out->pieces.nelts < API_SQL_PIECES) {
        return keep(p, best);
    }

    if (n < p->statement->params.nelts) {
        p->out->mixed[n] |= API_SQL_PIECES_MIXED|API_SQL_PIECES_DIVISOR;
    }

    return NGX_OK;
}


/* is it more than the parameter at i, of whatever type?  One with a length may
   not take it. */

static ngx_uint_t
is_more(const api_sql_words_t *words, ngx_uint_t i, api_sql_span_t range)
{
    while (is_char(words, range.from, '(')
           && api_sql_span_ahead(words, range.from) == range.to)
    {
        range.from++;
        range.to--;
    }

    return range.from != i
           || api_sql_use_behind_cast(words, i + 1) < range.to
           || is_char(words, range.to - 1, ')');
}


static ngx_uint_t
is_pure(const api_sql_words_t *words, api_sql_span_t range)
{
    ngx_uint_t  i;

    for (i = range.from; i < range.to; i++) {

        if (is_word(words, i, "FROM") && api_sql_use_is_spoken(words, i)) {

            /* extract(year FROM …) */

            if (i < 3 || !is_word(words, i - 3, "EXTRACT")) {
                continue;
            }

            if (api_sql_use_has_stored(words, range.from, i - 2)) {
                return 0;
            }

            range.from = i;
            continue;
        }

        /* another schema's function or type, a row's column */

        if (is_one_of(words, i, foreign)
            || (is_char(words, i, '.') && i > range.from
                && is_name(words, i - 1)))
        {
            return 0;
        }
    }

    return !api_sql_use_has_stored(words, range.from, range.to);
}


/*
 * The item (whole) has something stored in it.  The operands around the one
 * that holds the parameter (inside), as far as nothing stored is in them, with
 * the operators between.
 */

static api_sql_span_t
among_operands(const api_sql_words_t *words, api_sql_span_t whole,
    api_sql_span_t inside)
{
    ngx_uint_t      i, found;
    api_sql_span_t  range, operand;

    range = inside;
    found = 0;

    for (i = whole.from; i < whole.to; i = operand.to) {

        operand.from = i;
        operand.to = operand_end(words, i);

        /* the sign of the first one is its own */

        while (i != whole.from && api_sql_use_is_operator(words, operand.from))
        {
            operand.from++;
        }

        if (operand.to > whole.to || operand.to <= operand.from
            || (i != whole.from && operand.from == i))
        {
            break;
        }

        /* a + 10 / $n: of one term, for a may be all that 10 is added to */

        if (i != whole.from && !is_tight(words, i)) {

            if (found) {
                break;
            }

            range.from = inside.from;
        }

        if (is_pure(words, operand)) {

            if (range.from == inside.from || found) {
                range.from = ngx_min(range.from, operand.from);
            }

            found |= (inside.from < operand.to);

            if (found) {
                range.to = ngx_max(range.to, operand.to);
            }

        } else if (found || inside.from < operand.to) {
            break;

        } else {

            /* it is stored: what stands on the left of it is out of reach */

            range.from = inside.from;
        }
    }

    return found ? range : inside;
}


/* an operator that binds closer than the others */

static ngx_uint_t
is_tight(const api_sql_words_t *words, ngx_uint_t i)
{
    return is_char(words, i, '*') || is_char(words, i, '/')
           || is_char(words, i, '%') || is_char(words, i, '^');
}


static ngx_uint_t
operand_end(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  k;

    for (k = i; api_sql_use_is_operator(words, k); k++) { /* void */ }

    return is_word(words, k, "CASE")
           ? api_sql_use_behind_cast(words, api_sql_span_ahead(words, k))
           : api_sql_use_operand_end(words, i);
}


/* may something be divided by the piece inside, or it be an argument of what
   divides? */

static ngx_uint_t
divides(const api_sql_words_t *words, api_sql_span_t whole,
    api_sql_span_t inside)
{
    ngx_uint_t  i, open;

    for (i = whole.from; i < inside.from; i++) {
        if (is_char(words, i, '/') || is_char(words, i, '%')) {
            return 1;
        }
    }

    open = api_sql_span_bracket(words, inside.from);

    while (open < words->n) {

        if (api_sql_use_is_call(words, open)) {
            return 1;
        }

        open = api_sql_span_bracket(words, open);
    }

    return 0;
}


static ngx_int_t
keep(pieces_t *p, api_sql_span_t range)
{
    api_buf_t         b;
    api_sql_piece_t   piece, *kept;

    piece.holds = ngx_pcalloc(p->pool, (p->statement->params.nelts + 1)
                                       * sizeof(ngx_uint_t));

    if (piece.holds == NULL
        || api_buf_init(&b, p->pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    write_text(p, range, &b, piece.holds);

    if (api_buf_string(&b, &piece.text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (is_kept(p, &piece.text)) {
        return NGX_OK;
    }

    kept = ngx_array_push(&p->out->pieces);
    if (kept == NULL) {
        return NGX_ERROR;
    }

    *kept = piece;

    write_names(p, range);

    return NGX_OK;
}


static ngx_uint_t
is_kept(const pieces_t *p, const ngx_str_t *text)
{
    ngx_uint_t              i;
    const api_sql_piece_t  *piece;

    piece = p->out->pieces.elts;

    for (i = 0; i < p->out->pieces.nelts; i++) {
        if (api_str_equal(&piece[i].text, text)) {
            return 1;
        }
    }

    return 0;
}


/* as it is in the source, with numbers for names */

static void
write_text(pieces_t *p, api_sql_span_t range, api_buf_t *b,
    ngx_uint_t *holds)
{
    u_char                *last;
    ngx_uint_t             i, n;
    const api_sql_word_t  *word;

    last = NULL;

    for (i = range.from; i < range.to; i++) {

        word = &p->words.elts[i];

        /* a parameter's text is without its "$" */

        if (last != NULL) {
            api_buf_add(b, last,
                        (size_t) (word->text.data - last)
                        - (word->token == API_SQL_TOKEN_PARAM));
        }

        last = word->text.data + word->text.len;

        if (word->token != API_SQL_TOKEN_PARAM) {
            api_buf_add_str(b, &word->text);
            continue;
        }

        n = api_sql_item_number(p->statement, &word->text);

        api_buf_add_char(b, '$');
        api_buf_add_uint(b, n + 1);

        if (n < p->statement->params.nelts) {
            holds[n] = 1;
        }

        if (word->text.data[word->text.len - 1] == '?') {
            api_buf_add_literal(b, "::bool");
        }
    }
}


/* of what may be a function: a word before a parenthesis, and those that need
   none are not volatile */

static void
write_names(pieces_t *p, api_sql_span_t range)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    for (i = range.from; i + 1 < range.to; i++) {

        if (!is_name(&p->words, i) || !is_char(&p->words, i + 1, '(')) {
            continue;
        }

        if (api_sql_words_fold(p->pool, &p->words.elts[i].text, &name)
            != NGX_OK
            || ngx_strlchr(name.data, name.data + name.len, '"') != NULL
            || ngx_strlchr(name.data, name.data + name.len, '\\') != NULL)
        {
            p->names.failed = 1;
            return;
        }

        api_buf_add_char(&p->names, api_buf_len(&p->names) ? ',' : '{');
        api_buf_add_char(&p->names, '"');
        api_buf_add_str(&p->names, &name);
        api_buf_add_char(&p->names, '"');
    }
}
