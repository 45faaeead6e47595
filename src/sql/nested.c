
#include "sql/nested.h"


/* MAXDIM, PostgreSQL's src/include/utils/array.h */
#define NESTED_DIMENSIONS  6


/* one item's text, where it stands or in scratch memory */
typedef struct {
    const u_char  *data;
    size_t         len;
    unsigned       quoted:1;
} nested_item_t;


static ngx_int_t write_vector(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *data, size_t len);
static const u_char *skip_bounds(const u_char *p, const u_char *end);
static const u_char *write_item(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *p, const u_char *end);
static const u_char *write_field(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *p, const u_char *end);
static const u_char *read_plain(const u_char *p, const u_char *end,
    u_char delimiter, u_char close, nested_item_t *item);
static const u_char *read_quoted(api_sql_render_t *r, const u_char *p,
    const u_char *end, ngx_uint_t doubled, nested_item_t *item);
static void unquote(api_sql_render_t *r, const u_char *p, const u_char *end,
    nested_item_t *item);
static u_char *scratch(api_sql_render_t *r, size_t size);


ngx_int_t
api_sql_nested_array(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    ngx_uint_t     level;
    const u_char  *p, *end;

    if (type->delimiter == ' ') {
        return write_vector(r, type, data, len);
    }

    end = data + len;
    p = skip_bounds(data, end);
    level = 0;

    for ( ;; ) {

        while (p < end && *p == '{') {
            if (level++ == NESTED_DIMENSIONS) {
                return NGX_DECLINED;
            }

            api_buf_add_char(r->out, '[');
            p++;
        }

        if (level == 0) {
            return NGX_DECLINED;
        }

        if (p == end || *p != '}' || p[-1] != '{') {
            p = write_item(r, type, p, end);
            if (p == NULL) {
                return NGX_DECLINED;
            }
        }

        while (p < end && *p == '}' && level != 0) {
            api_buf_add_char(r->out, ']');
            level--;
            p++;
        }

        if (level == 0) {
            return p == end ? NGX_OK : NGX_DECLINED;
        }

        if (p == end || *p++ != type->delimiter) {
            return NGX_DECLINED;
        }

        api_buf_add_char(r->out, ',');
    }
}


/* int2vector, oidvector: "1 2 3", or nothing */

static ngx_int_t
write_vector(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    const u_char  *p, *item, *end;

    end = data + len;

    api_buf_add_char(r->out, '[');

    p = data;

    while (len != 0) {
        item = p;

        while (p < end && *p != ' ') {
            p++;
        }

        api_sql_render_value(r, type->element, item, (size_t) (p - item));

        if (p == end) {
            break;
        }

        api_buf_add_char(r->out, ',');
        p++;
    }

    api_buf_add_char(r->out, ']');

    return NGX_OK;
}


/* "[0:2][-1:1]=" of an array whose bounds do not begin at 1; behind it */

static const u_char *
skip_bounds(const u_char *p, const u_char *end)
{
    if (p == end || *p != '[') {
        return p;
    }

    while (p < end && *p != '=') {
        p++;
    }

    return p == end ? p : p + 1;
}


/* behind the item; NULL: there is none */

static const u_char *
write_item(api_sql_render_t *r, const api_sql_type_t *type, const u_char *p,
    const u_char *end)
{
    nested_item_t  item;

    if (p < end && *p == '"') {
        p = read_quoted(r, p, end, 0, &item);

    } else {
        p = read_plain(p, end, type->delimiter, '}', &item);

        /* an empty string has quotes */
        if (p == NULL || item.len == 0) {
            return NULL;
        }
    }

    if (p == NULL) {
        return NULL;
    }

    if (!item.quoted && item.len == 4
        && ngx_memcmp(item.data, "NULL", 4) == 0)
    {
        api_buf_add_literal(r->out, "null");

    } else {
        api_sql_render_value(r, type->element, item.data, item.len);
    }

    return p;
}


ngx_int_t
api_sql_nested_composite(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    ngx_uint_t     i;
    const u_char  *p, *end;

    if (len < 2 || *data != '(') {
        return NGX_DECLINED;
    }

    p = data + 1;
    end = data + len;

    api_buf_add_char(r->out, '{');

    for (i = 0; i < type->nfields; i++) {

        if (i != 0) {
            if (p == end || *p++ != ',') {
                return NGX_DECLINED;
            }

            api_buf_add_char(r->out, ',');
        }

        api_buf_add_str(r->out, &type->fields[i].key);

        p = write_field(r, type->fields[i].type, p, end);
        if (p == NULL) {
            return NGX_DECLINED;
        }
    }

    api_buf_add_char(r->out, '}');

    return p + 1 == end && *p == ')' ? NGX_OK : NGX_DECLINED;
}


/* behind the field; NULL: it does not end */

static const u_char *
write_field(api_sql_render_t *r, const api_sql_type_t *type, const u_char *p,
    const u_char *end)
{
    nested_item_t  item;

    if (p < end && *p == '"') {
        p = read_quoted(r, p, end, 1, &item);

    } else {
        p = read_plain(p, end, ',', ')', &item);
    }

    if (p == NULL) {
        return NULL;
    }

    /* an empty string has quotes */

    if (!item.quoted && item.len == 0) {
        api_buf_add_literal(r->out, "null");

    } else {
        api_sql_render_value(r, type, item.data, item.len);
    }

    return p;
}


/* up to the delimiter or the closing bracket; NULL: neither comes */

static const u_char *
read_plain(const u_char *p, const u_char *end, u_char delimiter, u_char close,
    nested_item_t *item)
{
    item->data = p;
    item->quoted = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == delimiter || *p == close) {
            item->len = (size_t) (p - item->data);
            return p;
        }

        if (*p == '"' || *p == '\\') {
            return NULL;
        }
    }

    return NULL;
}


/*
 * Behind the closing quote, or NULL.  A backslash protects the next byte; of a
 * composite's doubled quotes each is one.
 */

static const u_char *
read_quoted(api_sql_render_t *r, const u_char *p, const u_char *end,
    ngx_uint_t doubled, nested_item_t *item)
{
    ngx_uint_t     escapes;
    const u_char  *start;

    start = ++p;
    escapes = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '\\' || (*p == '"' && doubled && p + 1 < end
                           && p[1] == '"'))
        {
            if (++p == end) {
                return NULL;
            }

            escapes = 1;
            continue;
        }

        if (*p == '"') {
            break;
        }
    }

    if (p == end) {
        return NULL;
    }

    item->data = start;
    item->len = (size_t) (p - start);
    item->quoted = 1;

    if (escapes) {
        unquote(r, start, p, item);
    }

    return p + 1;
}


static void
unquote(api_sql_render_t *r, const u_char *p, const u_char *end,
    nested_item_t *item)
{
    u_char  *to;

    to = scratch(r, (size_t) (end - p));
    if (to == NULL) {
        r->out->failed = 1;
        item->len = 0;
        return;
    }

    item->data = to;

    /* each quote in here is the first of a doubled one */

    for ( /* void */ ; p < end; p++) {
        if (*p == '\\' || *p == '"') {
            p++;
        }

        *to++ = *p;
    }

    item->len = (size_t) (to - item->data);
}


/*
 * A level's items come one after the other: a level needs one piece of memory.
 * It needs its own: where an item turns out to be wrong, its text is written.
 */

static u_char *
scratch(api_sql_render_t *r, size_t size)
{
    api_sql_scratch_t  *s;

    if (r->scratch == NULL) {
        r->scratch = ngx_pcalloc(r->out->pool, (API_SQL_RENDER_DEPTH + 1)
                                               * sizeof(api_sql_scratch_t));
        if (r->scratch == NULL) {
            return NULL;
        }
    }

    s = &r->scratch[r->depth];

    if (size <= s->size) {
        return s->data;
    }

    if (s->data != NULL) {
        ngx_pfree(r->out->pool, s->data);
        s->size *= 2;
    }

    s->size = ngx_max(s->size, size);

    s->data = ngx_pnalloc(r->out->pool, s->size);
    if (s->data == NULL) {
        s->size = 0;
    }

    return s->data;
}
