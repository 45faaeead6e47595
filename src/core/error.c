
#include "core/error.h"
#include "core/scan.h"


typedef struct {
    ngx_uint_t    status;
    const char   *name;
    ngx_uint_t    asked;
    const char   *refusal;
} error_row_t;

typedef struct {
    ngx_uint_t    status;
    const char   *title;
} error_title_t;


#define yes  1
#define no   0

static const error_row_t  rows[] = {
#define API_ERROR(name, status, code, header, asked, refusal)                 \
    { status, code, asked, refusal },
#include "core/error_list.h"
#undef API_ERROR
};

#undef yes
#undef no


/* RFC 9110, section 15; RFC 6585; RFC 8470 (425); RFC 7725 (451); RFC 2324
   (418); RFC 2295, 5842, 2774 (506, 508, 510) */

static const error_title_t  titles[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 203, "Non-Authoritative Information" },
    { 204, "No Content" },
    { 205, "Reset Content" },
    { 206, "Partial Content" },
    { 300, "Multiple Choices" },
    { 301, "Moved Permanently" },
    { 302, "Found" },
    { 303, "See Other" },
    { 304, "Not Modified" },
    { 305, "Use Proxy" },
    { 307, "Temporary Redirect" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 402, "Payment Required" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 406, "Not Acceptable" },
    { 407, "Proxy Authentication Required" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 411, "Length Required" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 416, "Range Not Satisfiable" },
    { 417, "Expectation Failed" },
    { 418, "I'm a Teapot" },
    { 421, "Misdirected Request" },
    { 422, "Unprocessable Content" },
    { 423, "Locked" },
    { 424, "Failed Dependency" },
    { 425, "Too Early" },
    { 426, "Upgrade Required" },
    { 428, "Precondition Required" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 451, "Unavailable For Legal Reasons" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 504, "Gateway Timeout" },
    { 505, "HTTP Version Not Supported" },
    { 506, "Variant Also Negotiates" },
    { 507, "Insufficient Storage" },
    { 508, "Loop Detected" },
    { 510, "Not Extended" },
    { 511, "Network Authentication Required" },
    { 0, NULL }
};


void
api_error_set(api_error_t *e, api_error_code_e code, const char *detail)
{
    ngx_memzero(e, sizeof(api_error_t));

    e->code = code;

    if (detail != NULL) {
        e->detail.data = (u_char *) (uintptr_t) detail;
        e->detail.len = ngx_strlen(detail);
    }
}


ngx_uint_t
api_error_status(const api_error_t *e)
{
    return e->status ? e->status : rows[e->code].status;
}


void
api_error_ask(api_error_t *e, ngx_uint_t status)
{
    ngx_uint_t  i;

    e->code = status < 500 ? API_ERROR_RAISED : API_ERROR_STATEMENT;

    for (i = 0; i < API_ERROR_MAX; i++) {
        if (rows[i].asked && rows[i].status == status) {
            e->code = (api_error_code_e) i;
        }
    }

    e->status = status;
    e->retry_after = (status == 503) ? 1 : 0;
}


void
api_error_refuse(api_error_t *e, ngx_uint_t status)
{
    api_error_code_e  code;

    code = api_error_refused(status);

    api_error_set(e, code, rows[code].refusal);
    e->status = status;

    /* a limit of nginx's says no time; one second is its unit */
    e->retry_after = (status == 429 || status == 503) ? 1 : 0;
}


api_error_code_e
api_error_refused(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0; i < API_ERROR_MAX; i++) {
        if (rows[i].refusal != NULL && rows[i].status == status) {
            return (api_error_code_e) i;
        }
    }

    return status < 500 ? API_ERROR_BAD_REQUEST : API_ERROR_INTERNAL;
}


const char *
api_error_name(api_error_code_e code)
{
    return rows[code].name;
}


const char *
api_error_title(ngx_uint_t status)
{
    const error_title_t  *t;

    for (t = titles; t->title != NULL; t++) {
        if (t->status == status) {
            return t->title;
        }
    }

    /* the name of its class (RFC 9110, section 15), not that of another one */

    switch (status / 100) {
    case 4:
        return "Client Error";
    case 5:
        return "Server Error";
    default:
        return "OK";
    }
}


ngx_int_t
api_error_fail(ngx_pool_t *pool, ngx_array_t **list, ngx_uint_t max,
    const api_failure_t *failure)
{
    api_failure_t  *f;

    if (*list == NULL) {
        *list = ngx_array_create(pool, 4, sizeof(api_failure_t));
        if (*list == NULL) {
            return NGX_ERROR;
        }
    }

    if ((*list)->nelts >= max) {
        return NGX_OK;
    }

    f = ngx_array_push(*list);
    if (f == NULL) {
        return NGX_ERROR;
    }

    *f = *failure;

    return NGX_OK;
}


ngx_int_t
api_error_fail_once(ngx_pool_t *pool, ngx_array_t **list, ngx_uint_t max,
    const api_failure_t *failure)
{
    ngx_uint_t            i;
    const api_failure_t  *other;

    other = (*list != NULL) ? (*list)->elts : NULL;

    for (i = 0; other != NULL && i < (*list)->nelts; i++) {
        if (api_str_equal(&other[i].field, &failure->field)
            && api_str_equal(&other[i].in, &failure->in))
        {
            return NGX_OK;
        }
    }

    return api_error_fail(pool, list, max, failure);
}


ngx_int_t
api_error_fail_all(ngx_pool_t *pool, ngx_array_t **list, ngx_uint_t max,
    const ngx_array_t *failures)
{
    ngx_uint_t            i;
    const api_failure_t  *failure;

    failure = (failures != NULL) ? failures->elts : NULL;

    for (i = 0; failure != NULL && i < failures->nelts; i++) {
        if (api_error_fail(pool, list, max, &failure[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
api_error_concerns(const ngx_array_t *failures, const ngx_str_t *pointer)
{
    size_t                len;
    ngx_uint_t            i;
    const ngx_str_t      *longer;
    const api_failure_t  *failure;

    failure = failures->elts;

    for (i = 0; i < failures->nelts; i++) {

        len = ngx_min(pointer->len, failure[i].field.len);
        longer = (len == pointer->len) ? &failure[i].field : pointer;

        if ((len == 0
             || ngx_memcmp(pointer->data, failure[i].field.data, len) == 0)
            && (longer->len == len || longer->data[len] == '/'))
        {
            return 1;
        }
    }

    return 0;
}


void
api_error_add_key(api_buf_t *b, const ngx_str_t *key)
{
    size_t         n;
    const u_char  *p, *end;

    api_buf_add_char(b, '/');

    end = key->data + key->len;

    for (p = key->data; p < end; p += n) {

        n = ngx_max(api_scan_utf8(p, end), 1);

        if ((size_t) (p - key->data) + n > API_ERROR_KEY) {
            api_buf_add_literal(b, "...");
            return;
        }

        if (*p == '~') {
            api_buf_add_literal(b, "~0");

        } else if (*p == '/') {
            api_buf_add_literal(b, "~1");

        } else {
            api_buf_add(b, p, n);
        }
    }
}
