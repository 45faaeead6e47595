
#include "schema/uri.h"
#include "core/buf.h"
#include "core/scan.h"


/* data is NULL for a part that is absent, which is not the same as empty */
typedef struct {
    ngx_str_t    scheme;
    ngx_str_t    authority;
    ngx_str_t    path;
    ngx_str_t    query;
    ngx_str_t    fragment;
} uri_parts_t;


static void split(const ngx_str_t *uri, uri_parts_t *parts);
static size_t scheme_length(const ngx_str_t *uri);
static ngx_str_t take(const u_char **p, const u_char *end, const char *until);
static void merge(const uri_parts_t *base, const ngx_str_t *path,
    api_buf_t *b);
static void remove_dots(u_char *path, ngx_str_t *out);
static void add_guard(api_buf_t *b, const uri_parts_t *parts,
    const ngx_str_t *path);
static void add_part(api_buf_t *b, const ngx_str_t *part, ngx_uint_t lower);
static ngx_int_t decode(ngx_pool_t *pool, const ngx_str_t *in,
    ngx_str_t *out);


ngx_int_t
api_schema_uri_resolve(ngx_pool_t *pool, const ngx_str_t *base,
    const ngx_str_t *reference, ngx_str_t *uri, ngx_str_t *fragment)
{
    api_buf_t    b, merged;
    ngx_str_t    path;
    uri_parts_t  from, ref;

    split(base, &from);
    split(reference, &ref);

    if (api_buf_init(&merged, pool, base->len + reference->len + 2,
                     NGX_MAX_INT_T_VALUE) != NGX_OK
        || api_buf_init(&b, pool, base->len + reference->len + 8,
                        NGX_MAX_INT_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ref.scheme.data != NULL) {
        from = ref;
        api_buf_add_str(&merged, &ref.path);

    } else if (ref.authority.data != NULL) {
        from.authority = ref.authority;
        from.query = ref.query;
        api_buf_add_str(&merged, &ref.path);

    } else if (ref.path.len == 0) {
        from.query = ref.query.data != NULL ? ref.query : from.query;
        api_buf_add_str(&merged, &from.path);

    } else {
        from.query = ref.query;
        merge(&from, &ref.path, &merged);
    }

    if (api_buf_string(&merged, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    /* an opaque one, as urn:uuid:…, has no segments */

    if (from.scheme.data == NULL || from.authority.data != NULL
        || (path.len != 0 && path.data[0] == '/'))
    {
        remove_dots(path.data, &path);
    }

    if (from.scheme.data != NULL) {
        add_part(&b, &from.scheme, 1);
        api_buf_add_char(&b, ':');
    }

    if (from.authority.data != NULL) {
        api_buf_add_literal(&b, "//");
        add_part(&b, &from.authority, 1);
    }

    add_guard(&b, &from, &path);
    add_part(&b, &path, 0);

    if (from.query.data != NULL) {
        api_buf_add_char(&b, '?');
        add_part(&b, &from.query, 0);
    }

    if (api_buf_string(&b, uri) != NGX_OK) {
        return NGX_ERROR;
    }

    return decode(pool, &ref.fragment, fragment);
}


static void
split(const ngx_str_t *uri, uri_parts_t *parts)
{
    size_t         n;
    const u_char  *p, *end;

    ngx_memzero(parts, sizeof(uri_parts_t));

    p = uri->data;
    end = uri->data + uri->len;

    n = scheme_length(uri);

    if (n != 0) {
        parts->scheme.data = uri->data;
        parts->scheme.len = n;
        p += n + 1;
    }

    if (end - p >= 2 && p[0] == '/' && p[1] == '/') {
        p += 2;
        parts->authority = take(&p, end, "/?#");
    }

    parts->path = take(&p, end, "?#");

    if (p < end && *p == '?') {
        p++;
        parts->query = take(&p, end, "#");
    }

    if (p < end) {
        p++;
        parts->fragment = take(&p, end, "");
    }
}


/* 0: none */

static size_t
scheme_length(const ngx_str_t *uri)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < uri->len; i++) {
        ch = uri->data[i];

        if (ch == ':') {
            return i;
        }

        if (!api_scan_is_alpha(ch)
            && (i == 0 || (!api_scan_is_digit(ch) && ch != '+' && ch != '-'
                           && ch != '.')))
        {
            return 0;
        }
    }

    return 0;
}


static ngx_str_t
take(const u_char **p, const u_char *end, const char *until)
{
    ngx_str_t    part;
    const char  *stop;

    part.data = api_unconst(*p);

    for ( /* void */ ; *p < end; (*p)++) {

        for (stop = until; *stop != '\0' && (u_char) *stop != **p; stop++) {
            /* void */
        }

        if (*stop != '\0') {
            break;
        }
    }

    part.len = (size_t) (*p - part.data);

    return part;
}


/* section 5.2.3 */

static void
merge(const uri_parts_t *base, const ngx_str_t *path, api_buf_t *b)
{
    size_t  n;

    if (path->data[0] == '/') {
        api_buf_add_str(b, path);
        return;
    }

    if (base->authority.data != NULL && base->path.len == 0) {
        api_buf_add_char(b, '/');
    }

    for (n = base->path.len; n > 0 && base->path.data[n - 1] != '/'; n--) {
        /* void */
    }

    api_buf_add(b, base->path.data, n);
    api_buf_add_str(b, path);
}


/* section 5.2.4, in place */

static void
remove_dots(u_char *path, ngx_str_t *out)
{
    size_t   n, len, kept, root;
    u_char  *in, *end;

    in = path;
    end = path + out->len;
    root = (in < end && *in == '/') ? 1 : 0;
    in += root;
    kept = root;

    while (in < end) {

        for (n = 0; in + n < end && in[n] != '/'; n++) { /* void */ }

        len = n + (in + n < end ? 1 : 0);

        if (n == 2 && in[0] == '.' && in[1] == '.') {

            /* the segment before, if there is one that is not ".." itself */
            if (kept > root) {
                for (kept--; kept > root && path[kept - 1] != '/'; kept--) {
                    /* void */
                }
            }

        } else if (n != 1 || in[0] != '.') {
            ngx_memmove(path + kept, in, len);
            kept += len;
        }

        in += len;
    }

    out->data = path;
    out->len = kept;
}


/*
 * What would be read as something else without its dots (section 3.3): the
 * path "//x" as an authority, "a:b" as a scheme.
 */

static void
add_guard(api_buf_t *b, const uri_parts_t *parts, const ngx_str_t *path)
{
    if (parts->authority.data != NULL) {
        return;
    }

    if (path->len > 1 && path->data[0] == '/' && path->data[1] == '/') {
        api_buf_add_literal(b, "/.");

    } else if (parts->scheme.data == NULL && scheme_length(path) != 0) {
        api_buf_add_literal(b, "./");
    }
}


static void
add_part(api_buf_t *b, const ngx_str_t *part, ngx_uint_t lower)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < part->len; i++) {
        ch = part->data[i];

        if (ch == '%' && part->len - i > 2
            && api_scan_is_hex(part->data[i + 1])
            && api_scan_is_hex(part->data[i + 2]))
        {
            api_buf_add_char(b, '%');
            api_buf_add_char(b, (u_char) ngx_toupper(part->data[i + 1]));
            api_buf_add_char(b, (u_char) ngx_toupper(part->data[i + 2]));
            i += 2;
            continue;
        }

        api_buf_add_char(b, lower ? (u_char) ngx_tolower(ch) : ch);
    }
}


static ngx_int_t
decode(ngx_pool_t *pool, const ngx_str_t *in, ngx_str_t *out)
{
    int      high, low;
    size_t   i;
    u_char  *p;

    p = ngx_pnalloc(pool, in->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    for (i = 0; i < in->len; i++) {

        if (in->data[i] != '%') {
            *p++ = in->data[i];
            continue;
        }

        high = (in->len - i > 2) ? api_scan_hex(in->data[i + 1]) : -1;
        low = (in->len - i > 2) ? api_scan_hex(in->data[i + 2]) : -1;

        if (high < 0 || low < 0) {
            return NGX_DECLINED;
        }

        *p++ = (u_char) (high * 16 + low);
        i += 2;
    }

    *p = '\0';
    out->len = (size_t) (p - out->data);

    return NGX_OK;
}
