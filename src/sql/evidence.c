
#include "sql/evidence.h"
#include "sql/state.h"

#include "core/scan.h"

#include <libpq-fe.h>
#include <string.h>


/*
 * Bytes of a value from which something was computed, and which is contained
 * in the text that could not be read: fewer may be there by chance.
 */
#define EVIDENCE_LEAST  3

/* digits of a length that a type may have */
#define EVIDENCE_MOST   ((size_t) 100000000)


typedef struct {
    const char  *mark;
    const char  *end;
} evidence_quote_t;


static ngx_uint_t next_quoted(const char **p, ngx_str_t *piece);
static ngx_uint_t whole_quoted(const char *p, ngx_str_t *piece);
static ngx_uint_t read_document(const struct pg_result *res,
    ngx_str_t *piece);
static ngx_uint_t fits(const ngx_str_t *piece, const ngx_str_t *value,
    ngx_uint_t made);
static ngx_uint_t holds(const ngx_str_t *text, const ngx_str_t *part,
    ngx_uint_t whole);
static ngx_uint_t is_inside(u_char ch);
static ngx_uint_t is_alike(const ngx_str_t *one, const ngx_str_t *two);
static ngx_uint_t is_letter(u_char ch);
static ngx_uint_t is_state(const struct pg_result *res,
    const char *const *states);
static ngx_str_t field(const struct pg_result *res, int code);


/* those that PostgreSQL's translations use */

static const evidence_quote_t  quotes[] = {
    { "\"", "\"" },
    { "\xc2\xab", "\xc2\xbb" },                  /* « » */
    { "\xe2\x80\x9e", "\xe2\x80\x9c" },          /* „ “ */
    { "\xe2\x80\x9c", "\xe2\x80\x9d" },          /* “ ” */
    { NULL, NULL }
};

/* the errors of reading a text: the text they quote could not be read */

static const char *const  readings[] = {
    "22P02", "22007", "22008", "22003", "22023", "42601", NULL
};

/* what these quote is an encoding */

static const char *const  encodings[] = { "22021", "22P05", NULL };


api_sql_evidence_e
api_sql_evidence(const struct pg_result *res, const ngx_str_t *value,
    ngx_uint_t made)
{
    ngx_str_t           piece;
    const char         *p;
    api_sql_evidence_e  found;

    if (is_state(res, encodings)) {
        return API_SQL_EVIDENCE_NONE;
    }

    found = API_SQL_EVIDENCE_NONE;
    p = (const char *) field(res, PG_DIAG_MESSAGE_PRIMARY).data;

    if (made > 1 && whole_quoted(p, &piece) && fits(&piece, value, made)) {
        return API_SQL_EVIDENCE_FOUND;
    }

    while (next_quoted(&p, &piece)) {

        found = API_SQL_EVIDENCE_OTHER;

        if (fits(&piece, value, made)) {
            return API_SQL_EVIDENCE_FOUND;
        }
    }

    if (!is_state(res, readings)
        && api_sql_state_fault(res) != API_SQL_FAULT_READING)
    {
        return API_SQL_EVIDENCE_NONE;
    }

    if (found == API_SQL_EVIDENCE_NONE && read_document(res, &piece)) {
        return fits(&piece, value, made) ? API_SQL_EVIDENCE_FOUND
                                         : API_SQL_EVIDENCE_OTHER;
    }

    return found;
}


ngx_uint_t
api_sql_evidence_size(const struct pg_result *res, const ngx_str_t *value)
{
    u_char     *p;
    size_t      i, most;
    ngx_str_t   state, message;

    state = field(res, PG_DIAG_SQLSTATE);
    message = field(res, PG_DIAG_MESSAGE_PRIMARY);

    if (api_str_is(&state, "22003")) {
        return value->len != 0 && ngx_strchr("+-.0123456789{", value->data[0]);
    }

    if (api_str_is(&state, "22026")) {
        return 1;
    }

    if (!api_str_is(&state, "22001")) {
        return 0;
    }

    /* "… character varying(20)", in whatever language */

    p = message.data + message.len;

    while (p > message.data && *p != '(') {
        p--;
    }

    most = 0;

    for (i = 1; *p == '(' && p[i] >= '0' && p[i] <= '9'; i++) {
        most = ngx_min(most * 10 + (size_t) (p[i] - '0'), EVIDENCE_MOST);
    }

    if (i == 1 || ngx_strstr(message.data, "bit")) {
        return 1;
    }

    /* bytes: an encoding of one byte a character may have been between */

    return value->len > most;
}


/* a text in quotes, up to the next mark, which may be one of the text's own */

static ngx_uint_t
next_quoted(const char **p, ngx_str_t *piece)
{
    const char              *q, *end;
    const evidence_quote_t  *quote;

    for (q = *p; *q != '\0'; q++) {

        for (quote = quotes; quote->mark != NULL; quote++) {
            if (ngx_strncmp(q, quote->mark, ngx_strlen(quote->mark)) == 0) {
                break;
            }
        }

        if (quote->mark == NULL) {
            continue;
        }

        q += ngx_strlen(quote->mark);
        end = ngx_strstr(q, quote->end);

        if (end == NULL) {
            return 0;
        }

        piece->data = (u_char *) (uintptr_t) q;
        piece->len = (size_t) (end - q);

        /* French puts blanks inside the quotes */

        while (piece->len != 0 && quote != quotes
               && (*piece->data == ' ' || *piece->data == 0xc2
                   || *piece->data == 0xa0))
        {
            piece->data++;
            piece->len--;
        }

        *p = end + ngx_strlen(quote->end);

        return 1;
    }

    return 0;
}


/* from the first mark to the last, with those of the text's own between */

static ngx_uint_t
whole_quoted(const char *p, ngx_str_t *piece)
{
    const char  *end;

    p = strchr(p, '"');
    end = (p != NULL) ? strrchr(p + 1, '"') : NULL;

    if (end == NULL) {
        return 0;
    }

    piece->data = (u_char *) (uintptr_t) (p + 1);
    piece->len = (size_t) (end - p - 1);

    return 1;
}


/* of JSON the context has it: "JSON data, line 1: {"a":x..." */

static ngx_uint_t
read_document(const struct pg_result *res, ngx_str_t *piece)
{
    u_char     *p, *end;
    ngx_str_t   context;

    context = field(res, PG_DIAG_CONTEXT);
    end = context.data + context.len;

    p = ngx_strlchr(context.data, end, '\n');
    if (p != NULL) {
        end = p;
    }

    p = ngx_strlchr(context.data, end, ':');

    if (p == NULL || ngx_strncmp(context.data, "JSON", 4) != 0) {
        return 0;
    }

    for (p++; p < end && (*p == ' ' || *p == '.'); p++) { /* void */ }

    while (end > p && end[-1] == '.') {
        end--;
    }

    piece->data = p;
    piece->len = (size_t) (end - p);

    return 1;
}


static ngx_uint_t
fits(const ngx_str_t *piece, const ngx_str_t *value, ngx_uint_t made)
{
    static const ngx_str_t  nothing = ngx_string("\"\"");

    if (piece->len == 0) {
        return value->len == 0 || holds(value, &nothing, 0);
    }

    if (holds(value, piece, !made)) {
        return 1;
    }

    if (made > 1 && holds(piece, value, 0)) {
        return 1;
    }

    return made
           && (value->len >= EVIDENCE_LEAST
               || (value->len == piece->len && holds(piece, value, 0)))
           && holds(piece, value, 1);
}


/* ignoring case; whole: not as part of a longer word */

static ngx_uint_t
holds(const ngx_str_t *text, const ngx_str_t *part, ngx_uint_t whole)
{
    size_t   i;
    u_char  *p;

    if (part->len == 0 || part->len > text->len) {
        return 0;
    }

    for (i = 0; i <= text->len - part->len; i++) {
        p = text->data + i;

        if (ngx_strncasecmp(p, part->data, part->len) != 0) {
            continue;
        }

        if (!whole
            || ((i == 0 || !is_inside(p[-1]))
                && (i + part->len == text->len
                    || !is_inside(p[part->len]))))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_inside(u_char ch)
{
    return api_scan_is_name(ch) || ch >= 0x80;
}


static ngx_uint_t
is_state(const struct pg_result *res, const char *const *states)
{
    ngx_str_t           state;
    const char *const  *s;

    state = field(res, PG_DIAG_SQLSTATE);

    for (s = states; *s != NULL; s++) {
        if (ngx_strcmp(state.data, *s) == 0) {
            return 1;
        }
    }

    return 0;
}


api_sql_evidence_e
api_sql_evidence_key(const struct pg_result *res, const ngx_str_t *value)
{
    u_char      *p, *start;
    ngx_str_t    detail, key, part;
    ngx_uint_t   number;

    detail = field(res, PG_DIAG_MESSAGE_DETAIL);

    start = (u_char *) ngx_strstr(detail.data, ")=(");

    if (start == NULL) {
        return API_SQL_EVIDENCE_NONE;
    }

    key.data = start + 3;
    key.len = detail.len - (size_t) (key.data - detail.data);

    if (holds(&key, value, 1)) {
        return API_SQL_EVIDENCE_FOUND;
    }

    number = 1;
    part.data = key.data;

    for (p = key.data; *p != '\0' && *p != ')'; p++) {

        number &= api_scan_is_digit(*p) || *p == ',' || *p == ' ';

        if (p[1] == ')' || p[1] == ',') {
            part.len = (size_t) (p + 1 - part.data);

            if (holds(value, &part, 1)) {
                return API_SQL_EVIDENCE_FOUND;
            }

            part.data = p + (p[1] == ',' && p[2] == ' ' ? 3 : 2);
        }
    }

    return number ? API_SQL_EVIDENCE_OTHER : API_SQL_EVIDENCE_NONE;
}


ngx_uint_t
api_sql_evidence_alike(const struct pg_result *res, const ngx_str_t *value)
{
    u_char     *p, *part;
    ngx_str_t   detail, text;

    detail = field(res, PG_DIAG_MESSAGE_DETAIL);
    part = (u_char *) ngx_strstr(detail.data, ")=(");

    if (part == NULL) {
        return 0;
    }

    part += 3;

    for (p = part; *p != '\0'; p++) {

        if (*p != ')' && *p != ',') {
            continue;
        }

        text.data = part;
        text.len = (size_t) (p - part);

        if (is_alike(&text, value)) {
            return 1;
        }

        if (*p == ')') {
            break;
        }

        part = p + 1;
    }

    return 0;
}


/*
 * the same letters and digits, ignoring case; at least three of them, and a
 * letter
 */

static ngx_uint_t
is_alike(const ngx_str_t *one, const ngx_str_t *two)
{
    size_t      i, k;
    ngx_uint_t  n, letters;

    n = 0;
    letters = 0;

    for (i = 0, k = 0; /* void */ ; i++, k++, n++) {

        while (i < one->len && !is_letter(one->data[i])) {
            i++;
        }

        while (k < two->len && !is_letter(two->data[k])) {
            k++;
        }

        if (i == one->len || k == two->len) {
            break;
        }

        if (ngx_tolower(one->data[i]) != ngx_tolower(two->data[k])) {
            return 0;
        }

        letters += !api_scan_is_digit(one->data[i]);
    }

    return i == one->len && k == two->len && n >= EVIDENCE_LEAST
           && letters != 0;
}


static ngx_uint_t
is_letter(u_char ch)
{
    return ch != '_' && is_inside(ch);
}


ngx_uint_t
api_sql_evidence_zero(const ngx_str_t *value)
{
    size_t      i;
    ngx_uint_t  digits, zero;

    digits = 0;
    zero = 1;

    for (i = 0; i <= value->len; i++) {

        /* a colon behind a digit is a time's, and not a member's of JSON */

        if (i < value->len
            && (is_inside(value->data[i])
                || ngx_strchr("+-.", value->data[i]) != NULL
                || (value->data[i] == ':' && i != 0
                    && api_scan_is_digit(value->data[i - 1]))))
        {
            digits |= api_scan_is_digit(value->data[i]);

            zero &= value->data[i] == '0' || value->data[i] == '.'
                    || value->data[i] == '-' || value->data[i] == '+';
            continue;
        }

        if (digits && zero) {
            return 1;
        }

        digits = 0;
        zero = 1;
    }

    return 0;
}


/* "" if the server sent none; NUL-terminated */

static ngx_str_t
field(const struct pg_result *res, int code)
{
    ngx_str_t    s;
    const char  *p;

    p = PQresultErrorField(res, code);

    s.data = (u_char *) (uintptr_t) (p != NULL ? p : "");
    s.len = ngx_strlen(s.data);

    return s;
}
