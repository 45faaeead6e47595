
#include "conf/braces.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "core/buf.h"
#include "core/scan.h"


/* bytes of a path */
#define BRACES_PATH_MAX  4096


static u_char *read_name(u_char *p, const u_char *last, size_t *len);
static u_char *read_path(u_char *p, const u_char *last, api_buf_t *path);


ngx_int_t
api_conf_braces(ngx_conf_t *cf, ngx_str_t *path)
{
    u_char     *p;
    size_t      len;
    api_buf_t   b;
    ngx_buf_t  *in;
    ngx_str_t   meant;

    in = cf->conf_file->buffer;

    if (path->len == 0 || path->data[path->len - 1] != '/'
        || read_name(in->pos, in->last, &len) == NULL)
    {
        return NGX_DECLINED;
    }

    if (api_buf_init(&b, cf->pool, 64, BRACES_PATH_MAX) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_str(&b, path);

    p = read_path(in->pos, in->last, &b);

    if (p == NULL || api_buf_string(&b, &meant) != NGX_OK) {
        return NGX_DECLINED;
    }

    api_conf_wrong(cf, 2, "api_route: to nginx \"{\" ends a word: write "
                   "\"%V\"", &meant);

    if (api_conf_keep(cf, NULL, 0) != NGX_CONF_OK) {
        return NGX_ERROR;
    }

    for ( /* void */ ; in->pos < p; in->pos++) {
        cf->conf_file->line += (*in->pos == LF);
    }

    *path = meant;

    return NGX_OK;
}


/* behind the "}" of "name}" or "name:pattern}", and the name's length; NULL:
   something else stands there */

static u_char *
read_name(u_char *p, const u_char *last, size_t *len)
{
    u_char  *start;

    start = p;

    if (p >= last || !api_scan_is_name_start(*p)) {
        return NULL;
    }

    while (p < last && api_scan_is_name(*p)) {
        p++;
    }

    *len = (size_t) (p - start);

    if (p < last && *p == ':') {
        while (p < last && *p > ' ' && *p != '{' && *p != '}') {
            p++;
        }
    }

    return (p < last && *p == '}') ? p + 1 : NULL;
}


/* from behind a brace of the path to behind that of the block; NULL: it is not
   there, or not in the bytes that are read already */

static u_char *
read_path(u_char *p, const u_char *last, api_buf_t *path)
{
    u_char  *end;
    size_t   len;

    for ( ;; ) {

        end = read_name(p, last, &len);

        if (end == NULL) {
            return NULL;
        }

        api_buf_add_char(path, ':');
        api_buf_add(path, p, len);

        for (p = end; p < last && *p > ' ' && strchr("{};\"'", *p) == NULL;
             p++)
        {
            api_buf_add_char(path, *p);
        }

        if (p < last && *p == '{' && read_name(p + 1, last, &len) != NULL) {
            p++;
            continue;
        }

        while (p < last && (*p == ' ' || *p == '\t' || *p == CR || *p == LF)) {
            p++;
        }

        return (p < last && *p == '{') ? p + 1 : NULL;
    }
}
