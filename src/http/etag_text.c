
#include "http/etag_text.h"


/* of one request */
#define ETAG_TAGS  32


static u_char *read_tag(ngx_pool_t *pool, u_char *p, u_char *last,
    api_http_etags_t *tags);
static ngx_uint_t unescape(const u_char *p, u_char *ch);


ngx_int_t
api_http_etags_init(ngx_pool_t *pool, api_http_etags_t *tags)
{
    tags->any = 0;

    return ngx_array_init(&tags->list, pool, 1, sizeof(api_json_t));
}


ngx_int_t
api_http_etag_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_http_etags_t *tags)
{
    u_char      *p, *last;
    ngx_uint_t   comma;

    p = text->data;
    last = p + text->len;
    comma = 1;

    while (p < last) {

        if (*p == ' ' || *p == '\t') {
            p++;

        } else if (*p == ',') {
            comma = 1;
            p++;

        } else if (!comma) {
            return NGX_DECLINED;

        } else if (*p == '*') {
            tags->any = 1;
            comma = 0;
            p++;

        } else {
            p = read_tag(pool, p, last, tags);

            if (p == NULL) {
                return NGX_DECLINED;
            }

            comma = 0;
        }
    }

    return tags->any || tags->list.nelts != 0 ? NGX_OK : NGX_DECLINED;
}


/*
 * One of them, decoded as they are written; NULL: it is none, or there are
 * too many.  "W/" is passed over: nginx's gzip makes a weak one of ours, and it
 * would never fit again (see docs/http.md).
 */

static u_char *
read_tag(ngx_pool_t *pool, u_char *p, u_char *last, api_http_etags_t *tags)
{
    u_char      *out;
    api_json_t  *tag;

    if (last - p >= 2 && p[0] == 'W' && p[1] == '/') {
        p += 2;
    }

    if (p == last || *p++ != '"' || tags->list.nelts == ETAG_TAGS) {
        return NULL;
    }

    tag = ngx_array_push(&tags->list);
    out = ngx_pnalloc(pool, (size_t) (last - p) + 1);

    if (tag == NULL || out == NULL) {
        return NULL;
    }

    ngx_memzero(tag, sizeof(api_json_t));

    tag->type = API_JSON_STRING;
    tag->text.data = out;

    for ( /* void */ ; p < last && *p != '"'; p++) {

        if (*p <= 0x20 || *p >= 0x7f) {
            return NULL;
        }

        if (last - p > 2 && unescape(p, out)) {
            out++;
            p += 2;

        } else {
            *out++ = *p;
        }
    }

    *out = '\0';
    tag->text.len = (size_t) (out - tag->text.data);

    return p < last ? p + 1 : NULL;
}


/* "%41"; a NUL is in no column */

static ngx_uint_t
unescape(const u_char *p, u_char *ch)
{
    ngx_int_t  n;

    if (*p != '%') {
        return 0;
    }

    n = ngx_hextoi(api_unconst(p + 1), 2);

    if (n == NGX_ERROR || n == 0) {
        return 0;
    }

    *ch = (u_char) n;

    return 1;
}


ngx_int_t
api_http_etag_write(ngx_pool_t *pool, const u_char *text, size_t len,
    ngx_str_t *tag)
{
    u_char  *p;
    size_t   i;

    p = ngx_pnalloc(pool, 3 * len + 2);
    if (p == NULL) {
        return NGX_ERROR;
    }

    tag->data = p;
    *p++ = '"';

    for (i = 0; i < len; i++) {

        if (text[i] <= 0x20 || text[i] >= 0x7f || text[i] == '"'
            || text[i] == '%')
        {
            p = ngx_sprintf(p, "%%%02Xd", (int) text[i]);

        } else {
            *p++ = text[i];
        }
    }

    *p++ = '"';
    tag->len = (size_t) (p - tag->data);

    return NGX_OK;
}
