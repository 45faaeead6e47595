
#include "json/fields.h"
#include "json/write.h"


static void write_key(api_buf_t *b, const ngx_str_t *name);
static void write_failures(api_buf_t *b, const ngx_array_t *failures,
    const api_json_fields_t *names, const ngx_str_t *around);
static void write_name(api_buf_t *b, const ngx_str_t *path);
static void write_messages(api_buf_t *b, const ngx_array_t *failures,
    ngx_uint_t first, const api_json_fields_t *names, const ngx_str_t *around);
static ngx_str_t path_of(const api_failure_t *f,
    const api_json_fields_t *names, const ngx_str_t *around);
static ngx_uint_t is_same(const ngx_str_t *a, const ngx_str_t *b);


void
api_json_write_fields(api_buf_t *b, const api_error_t *e,
    const api_json_fields_t *names, const ngx_str_t *around)
{
    ngx_str_t  said;

    said = e->detail;

    if (said.len == 0) {
        said.data = api_unconst(api_error_title(api_error_status(e)));
        said.len = ngx_strlen(said.data);
    }

    api_buf_add_char(b, '{');
    write_key(b, &names->fields);
    api_buf_add_char(b, '{');

    if (e->failures != NULL && e->failures->nelts != 0) {
        write_failures(b, e->failures, names, around);

    } else {
        write_key(b, &names->fallback);
        api_buf_add_char(b, '[');
        api_json_write_untrusted(b, said.data, said.len);
        api_buf_add_char(b, ']');
    }

    api_buf_add_char(b, '}');

    if (names->message.len != 0) {
        api_buf_add_char(b, ',');
        write_key(b, &names->message);
        api_json_write_untrusted(b, said.data, said.len);
    }

    api_buf_add_char(b, '}');
}


static void
write_key(api_buf_t *b, const ngx_str_t *name)
{
    api_json_write_untrusted(b, name->data, name->len);
    api_buf_add_char(b, ':');
}


/* each name where it comes first */

static void
write_failures(api_buf_t *b, const ngx_array_t *failures,
    const api_json_fields_t *names, const ngx_str_t *around)
{
    ngx_str_t             path, other;
    ngx_uint_t            i, k;
    const api_failure_t  *f;

    f = failures->elts;

    for (i = 0; i < failures->nelts; i++) {

        path = path_of(&f[i], names, around);

        for (k = 0; k < i; k++) {
            other = path_of(&f[k], names, around);

            if (is_same(&path, &other)) {
                break;
            }
        }

        if (k < i) {
            continue;
        }

        if (i != 0) {
            api_buf_add_char(b, ',');
        }

        write_name(b, &path);
        api_buf_add_char(b, ':');
        write_messages(b, failures, i, names, around);
    }
}


static void
write_messages(api_buf_t *b, const ngx_array_t *failures, ngx_uint_t first,
    const api_json_fields_t *names, const ngx_str_t *around)
{
    ngx_str_t             path, other;
    ngx_uint_t            i;
    const api_failure_t  *f;

    f = failures->elts;
    path = path_of(&f[first], names, around);

    for (i = first; i < failures->nelts; i++) {

        other = path_of(&f[i], names, around);

        if (!is_same(&path, &other)) {
            continue;
        }

        api_buf_add_char(b, i == first ? '[' : ',');
        api_json_write_untrusted(b, f[i].message.data, f[i].message.len);
    }

    api_buf_add_char(b, ']');
}


/* of "/user/address/city" what stands behind "/user/" or the first "/" */

static ngx_str_t
path_of(const api_failure_t *f, const api_json_fields_t *names,
    const ngx_str_t *around)
{
    ngx_str_t  path;

    path = f->field;

    if (api_str_is(&f->in, "body") && path.len != 0) {
        path.data++;
        path.len--;

        if (around->len != 0 && path.len > around->len
            && path.data[around->len] == '/'
            && ngx_memcmp(path.data, around->data, around->len) == 0)
        {
            path.data += around->len + 1;
            path.len -= around->len + 1;
        }
    }

    return path.len != 0 ? path : names->fallback;
}


/* written, they are the same name */

static ngx_uint_t
is_same(const ngx_str_t *a, const ngx_str_t *b)
{
    size_t  i;

    if (a->len != b->len) {
        return 0;
    }

    for (i = 0; i < a->len; i++) {
        if (a->data[i] != b->data[i]
            && !((a->data[i] == '/' && b->data[i] == '.')
                 || (a->data[i] == '.' && b->data[i] == '/')))
        {
            return 0;
        }
    }

    return 1;
}


/* "~1" and "~0" of a pointer stay: only that way two names are never one */

static void
write_name(api_buf_t *b, const ngx_str_t *path)
{
    size_t     i;
    ngx_str_t  name;

    name.len = path->len;

    name.data = ngx_pnalloc(b->pool, name.len + 1);
    if (name.data == NULL) {
        b->failed = 1;
        return;
    }

    for (i = 0; i < name.len; i++) {
        name.data[i] = (path->data[i] == '/') ? '.' : path->data[i];
    }

    api_json_write_untrusted(b, name.data, name.len);
}
