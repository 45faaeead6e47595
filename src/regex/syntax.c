
#include "regex/syntax.h"


typedef enum {
    SYNTAX_GROUP = 0,
    SYNTAX_LOOK          /* around: not to be repeated */
} syntax_kind_e;

typedef struct {
    api_regex_parser_t         *r;
    ngx_uint_t                  depth;
    u_char                      open[API_REGEX_DEPTH];
} syntax_t;


static ngx_int_t count_groups(api_regex_parser_t *r);
static ngx_int_t group_name(api_regex_parser_t *r, ngx_str_t *name);
static ngx_int_t pattern(syntax_t *s);
static ngx_int_t term(syntax_t *s, int ch);
static ngx_int_t open_group(syntax_t *s);
static ngx_int_t close_group(syntax_t *s);
static ngx_int_t repeated(api_regex_parser_t *r, ngx_uint_t is_group);
static ngx_int_t bounds(api_regex_parser_t *r, size_t *min);
static ngx_int_t number(api_regex_parser_t *r, size_t *n);
static ngx_int_t backslash(api_regex_parser_t *r);
static ngx_int_t reference(api_regex_parser_t *r, ngx_uint_t *group);
static ngx_int_t character(api_regex_parser_t *r);
static void emit_atom(api_regex_parser_t *r, uint32_t ch);


/* "." of ECMA-262: no LineTerminator */
#define SYNTAX_DOT  "[^\\x{a}\\x{d}\\x{2028}\\x{2029}]"


ngx_int_t
api_regex_translate(const ngx_str_t *text, api_buf_t *out,
    api_regex_fault_t *fault)
{
    syntax_t            s;
    api_regex_parser_t  r;

    /* not all of it: the lists of names are long */
    r.out = out;
    r.fault = fault;
    r.groups = 0;
    r.nnames = 0;
    r.callout = 0;
    r.weight = 0;
    r.back = 0;

    s.r = &r;
    s.depth = 0;

    api_scan_init(&r.scan, text);

    if (count_groups(&r) != NGX_OK) {
        return NGX_DECLINED;
    }

    api_scan_init(&r.scan, text);

    return pattern(&s);
}


/*
 * how many groups there are, and their names: a reference may come before its
 * group
 */

static ngx_int_t
count_groups(api_regex_parser_t *r)
{
    int          ch;
    ngx_str_t    name;
    ngx_uint_t   i, in_class;

    for (in_class = 0; !api_scan_done(&r->scan); /* void */ ) {

        ch = *r->scan.pos++;

        if (ch == '\\' && !api_scan_done(&r->scan)) {
            r->scan.pos++;

        } else if (ch == '[') {
            in_class = 1;

        } else if (ch == ']') {
            in_class = 0;
        }

        if (ch != '(' || in_class) {
            continue;
        }

        if (api_scan_peek(&r->scan, 0) != '?') {
            r->groups++;
            continue;
        }

        if (api_scan_peek(&r->scan, 1) != '<'
            || api_scan_peek(&r->scan, 2) == '='
            || api_scan_peek(&r->scan, 2) == '!')
        {
            continue;
        }

        r->scan.pos += 2;

        if (group_name(r, &name) != NGX_OK) {
            return NGX_DECLINED;
        }

        for (i = 0; i < r->nnames; i++) {
            if (api_str_equal(&r->names[i], &name)) {
                return api_regex_refuse(r, "two groups have this name");
            }
        }

        if (i == API_REGEX_NAMES) {
            return api_regex_refuse(r, "no more than 64 groups may "
                                    "have names");
        }

        r->names[i] = name;
        r->numbers[i] = ++r->groups;
        r->nnames++;
    }

    return NGX_OK;
}


/* from behind "<" to behind ">" */

static ngx_int_t
group_name(api_regex_parser_t *r, ngx_str_t *name)
{
    int            ch;
    const u_char  *start;

    start = r->scan.pos;

    for ( ;; ) {
        ch = api_scan_peek(&r->scan, 0);

        if (!api_scan_is_name(ch) && ch != '$' && ch < 0x80) {
            break;
        }

        r->scan.pos++;
    }

    name->data = api_unconst(start);
    name->len = (size_t) (r->scan.pos - start);

    if (name->len == 0 || api_scan_is_digit(*start)
        || !api_scan_accept(&r->scan, ">"))
    {
        return api_regex_refuse(r, "the name of a group is made of "
                                "letters, digits, _ and $, and > ends "
                                "it");
    }

    return NGX_OK;
}


static ngx_int_t
pattern(syntax_t *s)
{
    api_regex_parser_t  *r;

    r = s->r;

    api_regex_callout(r);

    while (!api_scan_done(&r->scan)) {
        if (term(s, *r->scan.pos) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    if (s->depth != 0) {
        return api_regex_refuse(r, "a ) is missing");
    }

    api_regex_weigh(r);

    return NGX_OK;
}


static ngx_int_t
term(syntax_t *s, int ch)
{
    api_regex_parser_t  *r;

    r = s->r;

    switch (ch) {

    case '^':
        r->scan.pos++;
        api_regex_emit(r, "^");
        return NGX_OK;

    case '$':
        r->scan.pos++;
        api_regex_emit(r, "$");
        return NGX_OK;

    case '|':
        r->scan.pos++;
        api_regex_emit(r, "|");
        api_regex_callout(r);
        return NGX_OK;

    case '(':
        r->scan.pos++;
        return open_group(s);

    case ')':
        return close_group(s);

    case '*':
    case '+':
    case '?':
        return api_regex_refuse(r, "there is nothing that this could "
                                "repeat");

    case '{':
    case '}':
    case ']':
        return api_regex_refuse(r, "a brace or bracket that stands for itself "
                                "needs a backslash");

    case '.':
        r->scan.pos++;
        api_regex_emit(r, SYNTAX_DOT);
        r->weight++;
        return repeated(r, 0);

    case '[':
        r->scan.pos++;
        r->weight++;
        return api_regex_class(r) == NGX_OK ? repeated(r, 0)
                                                   : NGX_DECLINED;

    case '\\':
        r->scan.pos++;
        return backslash(r);

    default:
        return character(r);
    }
}


static ngx_int_t
open_group(syntax_t *s)
{
    size_t                    i;
    ngx_str_t                 name;
    syntax_kind_e             kind;
    api_regex_parser_t       *r;
    static const char *const  looks[] = { "?=", "?!", "?<=", "?<!" };

    r = s->r;
    kind = SYNTAX_GROUP;

    if (s->depth == API_REGEX_DEPTH) {
        return api_regex_refuse(r, "groups are nested more than 200 deep");
    }

    api_regex_emit(r, "(");

    for (i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        if (api_scan_accept(&r->scan, looks[i])) {
            api_regex_emit(r, looks[i]);
            kind = SYNTAX_LOOK;
            break;
        }
    }

    if (kind == SYNTAX_GROUP && api_scan_peek(&r->scan, 0) == '?') {

        if (api_scan_accept(&r->scan, "?:")) {
            api_regex_emit(r, "?:");

        } else if (!api_scan_accept(&r->scan, "?<")) {
            return api_regex_refuse(r, "ECMA-262 has no such group: "
                                    "behind (? comes one of : = ! <= "
                                    "<! <name>");

        } else if (group_name(r, &name) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    s->open[s->depth++] = (u_char) kind;
    api_regex_callout(r);

    return NGX_OK;
}


static ngx_int_t
close_group(syntax_t *s)
{
    api_regex_parser_t  *r;

    r = s->r;

    if (s->depth == 0) {
        return api_regex_refuse(r, "there is no ( for this");
    }

    r->scan.pos++;
    s->depth--;

    api_regex_emit(r, ")");

    if (s->open[s->depth] == SYNTAX_LOOK) {
        api_regex_callout(r);
        return NGX_OK;
    }

    return repeated(r, 1);
}


/* the quantifier of what can have one */

static ngx_int_t
repeated(api_regex_parser_t *r, ngx_uint_t is_group)
{
    int     ch;
    size_t  min;

    min = 0;
    ch = api_scan_peek(&r->scan, 0);

    switch (ch) {

    case '*':
        r->scan.pos++;
        api_regex_emit(r, "*");
        break;

    case '+':
        r->scan.pos++;
        api_regex_emit(r, "+");
        break;

    case '?':
        r->scan.pos++;
        api_regex_emit(r, "?");
        break;

    case '{':
        r->scan.pos++;

        if (bounds(r, &min) != NGX_OK) {
            return NGX_DECLINED;
        }
        break;

    default:
        if (is_group) {
            api_regex_callout(r);
        }

        return NGX_OK;
    }

    if (api_scan_accept(&r->scan, "?")) {
        api_regex_emit(r, "?");
    }

    /* each turn of a group makes a callout */
    if (!is_group) {
        r->weight += min;
    }

    api_regex_callout(r);

    return NGX_OK;
}


/* behind "{": n} n,} or n,m} */

static ngx_int_t
bounds(api_regex_parser_t *r, size_t *min)
{
    size_t      max;
    ngx_uint_t  comma;

    if (number(r, min) != NGX_OK) {
        return NGX_DECLINED;
    }

    max = *min;
    api_regex_emit(r, "{");
    api_regex_emit_number(r, *min);

    comma = api_scan_accept(&r->scan, ",");

    if (comma) {
        api_regex_emit(r, ",");
    }

    if (comma && api_scan_peek(&r->scan, 0) != '}') {

        if (number(r, &max) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (max < *min) {
            return api_regex_refuse(r, "the maximum is less than the minimum");
        }

        api_regex_emit_number(r, max);
    }

    if (!api_scan_accept(&r->scan, "}")) {
        return api_regex_refuse(r, "a quantifier is {n}, {n,} or "
                                "{n,m}");
    }

    api_regex_emit(r, "}");

    return NGX_OK;
}


static ngx_int_t
number(api_regex_parser_t *r, size_t *n)
{
    if (!api_scan_is_digit(api_scan_peek(&r->scan, 0))) {
        return api_regex_refuse(r, "a quantifier is {n}, {n,} or "
                                "{n,m}");
    }

    for (*n = 0; api_scan_is_digit(api_scan_peek(&r->scan, 0)); /* void */ ) {
        *n = *n * 10 + (size_t) (*r->scan.pos++ - '0');

        if (*n > API_REGEX_REPEAT) {
            return api_regex_refuse(r, "a quantifier counts to 65535 at most");
        }
    }

    return NGX_OK;
}


static ngx_int_t
backslash(api_regex_parser_t *r)
{
    int         ch;
    uint32_t    out;
    ngx_uint_t  group;

    group = 0;
    ch = api_scan_peek(&r->scan, 0);

    if (ch == 'b' || ch == 'B') {
        r->scan.pos++;
        api_regex_emit(r, ch == 'b' ? "\\b" : "\\B");
        return NGX_OK;
    }

    if (ch == 'k' || (ch >= '1' && ch <= '9')) {

        if (reference(r, &group) != NGX_OK) {
            return NGX_DECLINED;
        }

        /*
         * In a group of its own: PCRE2 does not match \g{1}+ where group 1 is
         * not set, which for ECMA-262 is empty.
         */

        api_regex_emit(r, "(?:\\g{");
        api_regex_emit_number(r, group);
        api_regex_emit(r, "})");
        r->back = 1;

        return repeated(r, 0);
    }

    if (api_regex_escape(r, 0, &out) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (out != API_REGEX_SET) {
        emit_atom(r, out);
    }

    r->weight++;

    return repeated(r, 0);
}


static ngx_int_t
reference(api_regex_parser_t *r, ngx_uint_t *group)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    if (*r->scan.pos != 'k') {

        for (*group = 0;
             *group <= r->groups
             && api_scan_is_digit(api_scan_peek(&r->scan, 0));
             r->scan.pos++)
        {
            *group = *group * 10 + (ngx_uint_t) (*r->scan.pos - '0');
        }

        if (*group > r->groups) {
            return api_regex_refuse(r, "there are fewer groups than that");
        }

        return NGX_OK;
    }

    r->scan.pos++;

    if (!api_scan_accept(&r->scan, "<")) {
        return api_regex_refuse(r, "\\k needs the name of a group, as "
                                "\\k<name>");
    }

    if (group_name(r, &name) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (i = 0; i < r->nnames; i++) {
        if (api_str_equal(&r->names[i], &name)) {
            *group = r->numbers[i];
            return NGX_OK;
        }
    }

    return api_regex_refuse(r, "no group has this name");
}


/* one that stands for itself */

static ngx_int_t
character(api_regex_parser_t *r)
{
    size_t    len;
    uint32_t  ch;

    len = api_scan_utf8(r->scan.pos, r->scan.end);

    if (len == 0) {
        return api_regex_refuse(r, "this is not UTF-8");
    }

    ch = api_scan_utf8_char(r->scan.pos, len);
    r->scan.pos += len;
    r->weight++;

    emit_atom(r, ch);

    return repeated(r, 0);
}


static void
emit_atom(api_regex_parser_t *r, uint32_t ch)
{
    if (ch >= 0xd800 && ch <= 0xdfff) {
        /* a lone surrogate: no text contains one */
        api_regex_emit(r, "[" API_REGEX_NONE "]");
        return;
    }

    api_regex_emit_char(r, ch);
}


ngx_int_t
api_regex_refuse(api_regex_parser_t *r, const char *why)
{
    r->fault->why = why;
    r->fault->place = api_scan_offset(&r->scan);

    return NGX_DECLINED;
}
