
#include "json/table.h"
#include "json/scan.h"


/* an item or a member's value of the text */
typedef struct {
    const u_char           *start;
    const u_char           *end;
    api_json_scan_kind_e    kind;
} table_value_t;


static const u_char *read_value(const u_char *p, const u_char *end,
    table_value_t *value);
static const u_char *skip(const u_char *p, const u_char *end, u_char ch);
static ngx_int_t write_row(ngx_pool_t *pool, const table_value_t *row,
    ngx_uint_t keys, ngx_uint_t formulas, api_buf_t *out);
static ngx_int_t write_cell(ngx_pool_t *pool, const table_value_t *value,
    ngx_uint_t formulas, api_buf_t *out);
static void write_text(const u_char *p, size_t len, ngx_uint_t always,
    ngx_uint_t formulas, api_buf_t *out);
static ngx_uint_t needs_quotes(const u_char *p, size_t len);
static void write_line(const u_char *p, const u_char *end, api_buf_t *out);


void
api_json_table_lines(const ngx_str_t *text, api_buf_t *out)
{
    const u_char   *p, *end;
    table_value_t   item;

    end = text->data + text->len;
    p = skip(text->data, end, '[');

    while ((p = read_value(p, end, &item)) != NULL) {
        write_line(item.start, item.end, out);

        p = skip(p, end, ',');
    }
}


/* a value of the type json keeps the line breaks that it was stored with; in
   JSON they can only stand between tokens */

static void
write_line(const u_char *p, const u_char *end, api_buf_t *out)
{
    const u_char  *begin;

    for (begin = p; p < end; p++) {

        if (*p == '\n' || *p == '\r') {
            api_buf_add(out, begin, (size_t) (p - begin));
            api_buf_add_char(out, ' ');
            begin = p + 1;
        }
    }

    api_buf_add(out, begin, (size_t) (end - begin));
    api_buf_add_char(out, '\n');
}


ngx_int_t
api_json_table_csv(ngx_pool_t *pool, const ngx_str_t *text,
    const ngx_array_t *names, ngx_uint_t formulas, api_buf_t *out)
{
    ngx_str_t      *name;
    ngx_uint_t      i, n;
    const u_char   *p, *end;
    table_value_t   row;

    end = text->data + text->len;
    p = skip(text->data, end, '[');
    n = 0;

    while ((p = read_value(p, end, &row)) != NULL) {

        if (row.kind != API_JSON_SCAN_OPEN || *row.start != '{') {
            return NGX_ERROR;
        }

        if (n++ == 0 && write_row(pool, &row, 1, formulas, out) != NGX_OK) {
            return NGX_ERROR;
        }

        if (write_row(pool, &row, 0, formulas, out) != NGX_OK) {
            return NGX_ERROR;
        }

        p = skip(p, end, ',');
    }

    if (n != 0 || names == NULL) {
        return NGX_OK;
    }

    name = names->elts;

    for (i = 0; i < names->nelts; i++) {
        if (i != 0) {
            api_buf_add_char(out, ',');
        }

        write_text(name[i].data, name[i].len, 0, formulas, out);
    }

    api_buf_add_literal(out, "\r\n");

    return NGX_OK;
}


/* the value at p, whole; behind it, or NULL: there is none */

static const u_char *
read_value(const u_char *p, const u_char *end, table_value_t *value)
{
    ngx_uint_t             depth;
    api_json_scan_token_t  token;

    value->kind = api_json_scan_token(p, end, &token);
    value->start = token.start;
    value->end = token.end;

    switch (value->kind) {

    case API_JSON_SCAN_STRING:
    case API_JSON_SCAN_NUMBER:
    case API_JSON_SCAN_WORD:
        return token.end;

    case API_JSON_SCAN_OPEN:
        break;

    default:
        return NULL;
    }

    for (depth = 1; depth != 0; /* void */ ) {

        switch (api_json_scan_token(token.end, end, &token)) {

        case API_JSON_SCAN_END:
            return NULL;

        case API_JSON_SCAN_OPEN:
            depth++;
            break;

        case API_JSON_SCAN_CLOSE:
            depth--;
            break;

        default:
            break;
        }
    }

    value->end = token.end;

    return token.end;
}


/* behind ch, if it stands there */

static const u_char *
skip(const u_char *p, const u_char *end, u_char ch)
{
    api_json_scan_token_t  token;

    return api_json_scan_token(p, end, &token) != API_JSON_SCAN_END
           && *token.start == ch ? token.end : p;
}


static ngx_int_t
write_row(ngx_pool_t *pool, const table_value_t *row, ngx_uint_t keys,
    ngx_uint_t formulas, api_buf_t *out)
{
    ngx_uint_t      n;
    const u_char   *p;
    table_value_t   key, value;

    p = row->start + 1;

    for (n = 0; (p = read_value(p, row->end, &key)) != NULL; n++) {

        p = skip(p, row->end, ':');
        p = read_value(p, row->end, &value);

        if (p == NULL) {
            return NGX_ERROR;
        }

        if (n != 0) {
            api_buf_add_char(out, ',');
        }

        if (write_cell(pool, keys ? &key : &value, formulas, out) != NGX_OK) {
            return NGX_ERROR;
        }

        p = skip(p, row->end, ',');
    }

    api_buf_add_literal(out, "\r\n");

    return NGX_OK;
}


static ngx_int_t
write_cell(ngx_pool_t *pool, const table_value_t *value, ngx_uint_t formulas,
    api_buf_t *out)
{
    size_t                 len;
    u_char                *text;
    api_json_scan_token_t  token;

    len = (size_t) (value->end - value->start);

    switch (value->kind) {

    case API_JSON_SCAN_STRING:

        text = ngx_pnalloc(pool, len);
        if (text == NULL) {
            return NGX_ERROR;
        }

        token.kind = value->kind;
        token.start = value->start;
        token.end = value->end;

        len = api_json_scan_decode(&token, text);

        write_text(text, len, len == 0, formulas, out);

        return NGX_OK;

    case API_JSON_SCAN_WORD:

        if (*value->start != 'n') {
            write_text(value->start, len, 0, 0, out);
        }

        return NGX_OK;

    default:
        write_text(value->start, len, 0, 0, out);
        return NGX_OK;
    }
}


static void
write_text(const u_char *p, size_t len, ngx_uint_t always, ngx_uint_t formulas,
    api_buf_t *out)
{
    size_t      i;
    ngx_uint_t  formula;

    formula = formulas && len != 0 && *p != '\0'
              && ngx_strchr("=+-@\t\r", *p) != NULL;

    if (!always && !formula && !needs_quotes(p, len)) {
        api_buf_add(out, p, len);
        return;
    }

    api_buf_add_char(out, '"');

    if (formula) {
        api_buf_add_char(out, '\'');
    }

    for (i = 0; i < len; i++) {

        if (p[i] == '"') {
            api_buf_add_char(out, '"');
        }

        api_buf_add_char(out, p[i]);
    }

    api_buf_add_char(out, '"');
}


static ngx_uint_t
needs_quotes(const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (p[i] == ',' || p[i] == '"' || p[i] == '\r' || p[i] == '\n') {
            return 1;
        }
    }

    return 0;
}
