
#include "http/request_id.h"
#include "auth/random.h"


/* of one that was sent */
#define REQUEST_ID_MAX    128

/* of one that is made */
#define REQUEST_ID_BYTES  16


static void make_id(ngx_http_request_t *r, ngx_uint_t index);
static u_char *draw(void);
static ngx_uint_t is_sane(const ngx_str_t *id);


const ngx_str_t *
api_http_request_id(api_http_ctx_t *ctx)
{
    ngx_str_t                  *id;
    ngx_uint_t                  i;
    ngx_list_part_t            *part;
    ngx_table_elt_t            *h;
    ngx_http_request_t         *r;
    api_http_main_conf_t       *amcf;
    ngx_http_variable_value_t  *vv;

    id = &ctx->request_id;

    if (id->len != 0) {
        return id;
    }

    r = ctx->request;

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;

            if (part->nelts == 0) {
                break;
            }
        }

        if (h[i].key.len == sizeof("x-request-id") - 1
            && ngx_strncasecmp(h[i].key.data, (u_char *) "x-request-id",
                               sizeof("x-request-id") - 1) == 0)
        {
            if (is_sane(&h[i].value)) {
                *id = h[i].value;
                return id;
            }

            break;
        }
    }

    amcf = ngx_http_get_module_main_conf(r, ngx_http_api_module);

    make_id(r->main, (ngx_uint_t) amcf->request_id);

    vv = ngx_http_get_indexed_variable(r->main,
                                       (ngx_uint_t) amcf->request_id);

    if (vv != NULL && !vv->not_found) {
        id->data = vv->data;
        id->len = vv->len;
    }

    return id;
}


/*
 * nginx's own $request_id, as nginx makes it, but for asking OpenSSL 16 bytes
 * at a time: that is dearer than parsing the request.
 */

static void
make_id(ngx_http_request_t *r, ngx_uint_t index)
{
    u_char                     *id;
    ngx_http_variable_value_t  *vv;

    vv = &r->variables[index];

    if (vv->valid || vv->not_found) {
        return;
    }

    id = ngx_pnalloc(r->pool, 2 * REQUEST_ID_BYTES);
    if (id == NULL) {
        return;
    }

    (void) ngx_hex_dump(id, draw(), REQUEST_ID_BYTES);

    vv->data = id;
    vv->len = 2 * REQUEST_ID_BYTES;
    vv->valid = 1;
    vv->no_cacheable = 0;
    vv->not_found = 0;
}


/*
 * So many unpredictable bytes, to be copied at once: drawn for many requests at
 * a time, and never before the fork that made the worker, for no other process
 * has requests.
 */

static u_char *
draw(void)
{
    static u_char  bytes[64 * REQUEST_ID_BYTES];
    static size_t  left;                 /* of them, not given out */

    if (left == 0) {
        api_random_bytes(bytes, sizeof(bytes));
        left = sizeof(bytes);
    }

    left -= REQUEST_ID_BYTES;

    return &bytes[left];
}


static ngx_uint_t
is_sane(const ngx_str_t *id)
{
    u_char  ch;
    size_t  i;

    if (id->len == 0 || id->len > REQUEST_ID_MAX) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        ch = id->data[i];

        if (!((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')
              || (ch >= '0' && ch <= '9')
              || ch == '.' || ch == '_' || ch == '-'))
        {
            return 0;
        }
    }

    return 1;
}
