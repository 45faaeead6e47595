
#include "json/quick.h"
#include "json/scan.h"
#include "core/value_number.h"


typedef struct {
    ngx_pool_t   *pool;
    u_char       *pos;
    u_char       *end;         /* a NUL stands there */
    u_char       *behind;      /* a number, which has no NUL there yet: a comma
                                  may stand there that is still to be read */
    ngx_uint_t    depth;       /* that may come, */
    ngx_uint_t    left;        /* and values */

    /* those of arrays and objects that have not ended, innermost last */
    ngx_uint_t    used;
    api_json_t    open[API_JSON_QUICK_VALUES];
} quick_t;


static u_char next(quick_t *q);
static api_json_t *push(quick_t *q);
static ngx_int_t read_value(quick_t *q, api_json_t *value);
static ngx_int_t read_word(quick_t *q, api_json_t *value, const char *word,
    size_t len, api_json_type_e type);
static ngx_int_t read_number(quick_t *q, api_json_t *value);
static ngx_int_t read_string(quick_t *q, ngx_str_t *out);
static ngx_int_t read_items(quick_t *q, api_json_t *value, u_char last);
static ngx_int_t read_key(quick_t *q, ngx_uint_t first, api_json_t *member);
static ngx_int_t keep(quick_t *q, ngx_uint_t first, api_json_t *value);


ngx_int_t
api_json_quick(ngx_pool_t *pool, const ngx_str_t *text,
    const api_json_limits_t *limits, api_json_t **out)
{
    quick_t        q;
    ngx_int_t      rc;
    const u_char  *place;

    if (text->len > API_JSON_QUICK_TEXT || limits->values == 0
        || api_json_scan_bytes(text->data, text->len, &place)
           != API_JSON_FAULT_NONE)
    {
        return NGX_DECLINED;
    }

    q.pool = pool;
    q.pos = text->data;
    q.end = text->data + text->len;
    q.behind = NULL;
    q.depth = ngx_min(limits->depth, API_JSON_QUICK_DEPTH);
    q.left = limits->values - 1;
    q.used = 0;

    *q.end = '\0';

    *out = ngx_pcalloc(pool, sizeof(api_json_t));
    if (*out == NULL) {
        return NGX_ERROR;
    }

    rc = read_value(&q, *out);

    if (rc != NGX_OK) {
        return rc;
    }

    (void) next(&q);

    return q.pos == q.end ? NGX_OK : NGX_DECLINED;
}


/* what stands behind white space; the end is a NUL */

static u_char
next(quick_t *q)
{
    u_char  ch;

    while (*q->pos == ' ' || *q->pos == '\n' || *q->pos == '\r'
           || *q->pos == '\t')
    {
        q->pos++;
    }

    ch = *q->pos;

    if (q->behind != NULL) {
        *q->behind = '\0';
        q->behind = NULL;
    }

    return ch;
}


static api_json_t *
push(quick_t *q)
{
    api_json_t  *value;

    if (q->used == API_JSON_QUICK_VALUES || q->left == 0) {
        return NULL;
    }

    q->left--;

    value = &q->open[q->used++];
    ngx_memzero(value, sizeof(api_json_t));

    return value;
}


static ngx_int_t
read_value(quick_t *q, api_json_t *value)
{
    switch (next(q)) {

    case '{':
        value->type = API_JSON_OBJECT;
        return read_items(q, value, '}');

    case '[':
        value->type = API_JSON_ARRAY;
        return read_items(q, value, ']');

    case '"':
        value->type = API_JSON_STRING;
        return read_string(q, &value->text);

    case 't':
        return read_word(q, value, "true", 4, API_JSON_TRUE);

    case 'f':
        return read_word(q, value, "false", 5, API_JSON_FALSE);

    case 'n':
        return read_word(q, value, "null", 4, API_JSON_NULL);

    default:
        return read_number(q, value);
    }
}


static ngx_int_t
read_word(quick_t *q, api_json_t *value, const char *word, size_t len,
    api_json_type_e type)
{
    if ((size_t) (q->end - q->pos) < len
        || ngx_memcmp(q->pos, word, len) != 0)
    {
        return NGX_DECLINED;
    }

    value->type = type;
    q->pos += len;

    return NGX_OK;
}


/* what is none, a letter say, has no digits */

static ngx_int_t
read_number(quick_t *q, api_json_t *value)
{
    u_char              *p;
    ngx_str_t            text;
    api_value_number_t   n;

    p = q->pos;

    while ((*p >= '0' && *p <= '9') || *p == '-' || *p == '.' || *p == 'e'
           || *p == 'E' || *p == '+')
    {
        p++;
    }

    text.data = q->pos;
    text.len = (size_t) (p - q->pos);

    if (!api_value_number_parse(&text, &n)) {
        return NGX_DECLINED;
    }

    value->type = API_JSON_NUMBER;
    value->text = text;

    q->pos = p;
    q->behind = p;

    return NGX_OK;
}


/* decoded where it stands; the NUL behind takes the place of the quote, or of
   one before it */

static ngx_int_t
read_string(quick_t *q, ngx_str_t *out)
{
    u_char                 *p;
    size_t                  n;
    ngx_uint_t              escaped;
    api_json_scan_token_t   token;

    token.kind = API_JSON_SCAN_STRING;
    token.start = q->pos;

    p = q->pos + 1;
    out->data = p;

    for (escaped = 0; /* void */ ; escaped = 1) {

        p += api_json_scan_plain(p, q->end);

        if (*p == '"') {
            break;
        }

        n = api_json_scan_escape(p, q->end);

        /* a control character, the end, or an escape that is not for us */

        if (n == 0) {
            return NGX_DECLINED;
        }

        p += n;
    }

    q->pos = p + 1;

    token.end = q->pos;
    out->len = escaped ? api_json_scan_decode(&token, out->data)
                       : (size_t) (p - out->data);

    out->data[out->len] = '\0';

    return NGX_OK;
}


static ngx_int_t
read_items(quick_t *q, api_json_t *value, u_char last)
{
    u_char       ch;
    ngx_int_t    rc;
    ngx_uint_t   first;
    api_json_t  *item;

    if (q->depth == 0) {
        return NGX_DECLINED;
    }

    q->depth--;
    q->pos++;

    first = q->used;
    ch = next(q);

    while (ch != last || q->used != first) {

        item = push(q);
        if (item == NULL) {
            return NGX_DECLINED;
        }

        if (value->type == API_JSON_OBJECT) {
            rc = read_key(q, first, item);
            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = read_value(q, item);
        if (rc != NGX_OK) {
            return rc;
        }

        ch = next(q);

        if (ch == last) {
            break;
        }

        if (ch != ',') {
            return NGX_DECLINED;
        }

        q->pos++;
    }

    q->pos++;
    q->depth++;

    return keep(q, first, value);
}


/* with its colon; the others of the object stand between first and it */

static ngx_int_t
read_key(quick_t *q, ngx_uint_t first, api_json_t *member)
{
    ngx_int_t    rc;
    api_json_t  *other;

    if (next(q) != '"') {
        return NGX_DECLINED;
    }

    rc = read_string(q, &member->key);
    if (rc != NGX_OK) {
        return rc;
    }

    other = &q->open[first];

    if (member - other >= API_JSON_QUICK_MEMBERS) {
        return NGX_DECLINED;
    }

    for ( /* void */ ; other < member; other++) {
        if (api_str_equal(&other->key, &member->key)) {
            return NGX_DECLINED;
        }
    }

    if (next(q) != ':') {
        return NGX_DECLINED;
    }

    q->pos++;

    return NGX_OK;
}


/* the items of one that has ended, out of the way */

static ngx_int_t
keep(quick_t *q, ngx_uint_t first, api_json_t *value)
{
    size_t  size;

    value->count = q->used - first;
    q->used = first;

    size = value->count * sizeof(api_json_t);

    value->items = ngx_palloc(q->pool, size);
    if (value->items == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(value->items, &q->open[first], size);

    return NGX_OK;
}
