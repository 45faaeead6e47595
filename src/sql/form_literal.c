
#include "sql/form_literal.h"
#include "sql/bind.h"


static ngx_int_t quoted_item(api_sql_form_reader_t *r, ngx_str_t *item);
static ngx_int_t plain_item(api_sql_form_reader_t *r, u_char delimiter,
    ngx_str_t *item);
static void skip_spaces(api_sql_form_reader_t *r);
static ngx_uint_t is_space(u_char ch);


ngx_int_t
api_sql_form_reader_init(api_sql_form_reader_t *r, ngx_pool_t *pool,
    const ngx_str_t *text)
{
    ngx_memzero(r, sizeof(api_sql_form_reader_t));

    r->pos = text->data;
    r->end = text->data + text->len;
    r->index = (ngx_uint_t) -1;
    r->room = ngx_pnalloc(pool, text->len + 1);

    return r->room != NULL ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_sql_form_array_next(api_sql_form_reader_t *r, u_char delimiter,
    u_char other, ngx_str_t *item, api_buf_t *out)
{
    u_char         ch;
    ngx_int_t      rc;
    const u_char  *start;

    for ( ;; ) {

        skip_spaces(r);

        if (r->pos == r->end) {
            return r->begun && r->depth == 0 ? NGX_DONE : NGX_DECLINED;
        }

        ch = *r->pos;

        if (ch == '{') {

            if (r->depth == API_SQL_BIND_DIMENSIONS
                || (r->begun && r->depth == 0))
            {
                return NGX_DECLINED;
            }

            r->begun = 1;
            r->depth++;
            r->pos++;
            api_buf_add_char(out, '{');
            continue;
        }

        if (!r->begun) {

            /* "[0:2]=" of other bounds */

            for (start = r->pos; r->pos < r->end && *r->pos != '{'; r->pos++) {
                /* void */
            }

            if (*start != '[' || r->pos[-1] != '=') {
                return NGX_DECLINED;
            }

            api_buf_add(out, start, (size_t) (r->pos - start));
            continue;
        }

        if (r->depth == 0) {
            return NGX_DECLINED;
        }

        if (ch == '}') {
            r->depth--;
            r->pos++;
            api_buf_add_char(out, '}');
            continue;
        }

        if (ch == delimiter) {
            r->pos++;
            api_buf_add_char(out, other);
            continue;
        }

        r->index++;

        rc = (ch == '"') ? quoted_item(r, item)
                         : plain_item(r, delimiter, item);

        if (rc != NGX_DONE) {
            return rc;
        }

        api_buf_add_literal(out, "NULL");
    }
}


static ngx_int_t
quoted_item(api_sql_form_reader_t *r, ngx_str_t *item)
{
    u_char  *p;

    p = r->room;

    for (r->pos++; r->pos < r->end && *r->pos != '"'; r->pos++) {

        r->pos += (*r->pos == '\\');

        if (r->pos == r->end) {
            return NGX_DECLINED;
        }

        *p++ = *r->pos;
    }

    if (r->pos == r->end) {
        return NGX_DECLINED;
    }

    r->pos++;

    item->data = r->room;
    item->len = (size_t) (p - r->room);

    return NGX_OK;
}


/* NGX_DONE: NULL */

static ngx_int_t
plain_item(api_sql_form_reader_t *r, u_char delimiter, ngx_str_t *item)
{
    u_char      *p, *last;
    ngx_uint_t   escaped;

    p = r->room;
    last = p;
    escaped = 0;

    for ( /* void */ ; r->pos < r->end; r->pos++) {

        if (*r->pos == delimiter || *r->pos == '}' || *r->pos == '{'
            || *r->pos == '"')
        {
            break;
        }

        if (*r->pos == '\\') {
            escaped = 1;

            if (++r->pos == r->end) {
                return NGX_DECLINED;
            }

            *p++ = *r->pos;
            last = p;
            continue;
        }

        *p++ = *r->pos;

        if (!is_space(*r->pos)) {
            last = p;
        }
    }

    item->data = r->room;
    item->len = (size_t) (last - r->room);

    if (!escaped && item->len == 4
        && ngx_strncasecmp(item->data, (u_char *) "NULL", 4) == 0)
    {
        return NGX_DONE;
    }

    return NGX_OK;
}


ngx_int_t
api_sql_form_field(api_sql_form_reader_t *r, const char *stops,
    ngx_str_t *field)
{
    u_char      *p;
    ngx_uint_t   quoted;

    p = r->room;
    quoted = 0;

    if (r->pos < r->end && *r->pos != '\0' && strchr(stops, *r->pos)) {
        return NGX_DONE;
    }

    for ( /* void */ ; r->pos < r->end; r->pos++) {

        if (*r->pos == '\\') {

            if (++r->pos == r->end) {
                return NGX_DECLINED;
            }

            *p++ = *r->pos;
            continue;
        }

        if (*r->pos == '"') {

            if (quoted && r->end - r->pos > 1 && r->pos[1] == '"') {
                *p++ = *++r->pos;
                continue;
            }

            quoted = !quoted;
            continue;
        }

        if (!quoted && strchr(stops, *r->pos)) {
            break;
        }

        *p++ = *r->pos;
    }

    if (r->pos == r->end) {
        return NGX_DECLINED;
    }

    field->data = r->room;
    field->len = (size_t) (p - r->room);

    return NGX_OK;
}


ngx_uint_t
api_sql_form_accept(api_sql_form_reader_t *r, const char *word)
{
    size_t         len;
    const u_char  *p;

    for (p = r->pos; p < r->end && is_space(*p); p++) { /* void */ }

    len = ngx_strlen(word);

    if ((size_t) (r->end - p) < len
        || ngx_strncasecmp(api_unconst(p), api_unconst(word), len) != 0)
    {
        return 0;
    }

    r->pos = p + len;

    return 1;
}


ngx_uint_t
api_sql_form_done(api_sql_form_reader_t *r)
{
    skip_spaces(r);

    return r->pos == r->end;
}


static void
skip_spaces(api_sql_form_reader_t *r)
{
    while (r->pos < r->end && is_space(*r->pos)) {
        r->pos++;
    }
}


static ngx_uint_t
is_space(u_char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}
