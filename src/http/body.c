
#include "http/body.h"
#include "http/headers.h"
#include "http/learned.h"
#include "http/problem.h"
#include "http/thread.h"
#include "body/reader.h"
#include "json/read.h"


#define API_HTTP_BODY_FORM   "application/x-www-form-urlencoded"
#define API_HTTP_BODY_PATCH  "application/json-patch+json"

/*
 * jansson takes up to a tenth of a microsecond for a byte, where it is all
 * keys: so much may be read between two other requests
 */
#define API_HTTP_BODY_AT_ONCE  32768

/* bytes of a body whose tree may stay as long as the request: the tree has 60
   KB at most */
#define API_HTTP_BODY_SMALL    512

/* the nice value of the threads: they get a tenth of a processor when the
   event loops want all of it */
#define API_HTTP_BODY_NICE     10

/* ms: the longest that a thread may read; every body ends long before */
#define API_HTTP_BODY_LAST     5000


typedef struct {
    api_http_task_t             task;
    api_body_reader_t           reader;
    ngx_int_t                   rc;
} api_http_body_task_t;


static ngx_uint_t api_http_body_is_own(ngx_http_request_t *r);
static ngx_uint_t api_http_body_is_operations(const api_http_ctx_t *ctx,
    const ngx_str_t *type);
static void api_http_body_type(const ngx_str_t *value, ngx_str_t *type);
static ngx_uint_t api_http_body_is_json(const ngx_str_t *type);
static ngx_int_t api_http_body_encoding(api_http_ctx_t *ctx);
static ngx_int_t api_http_body_read(api_http_ctx_t *ctx, size_t len);
static ngx_int_t api_http_body_by_thread(api_http_ctx_t *ctx, size_t len);
static void api_http_body_run(api_http_task_t *task);
static ngx_int_t api_http_body_take(api_http_ctx_t *ctx,
    api_http_body_task_t *body);
static void api_http_body_destroy(void *data);
static ngx_int_t api_http_body_busy(api_http_ctx_t *ctx);
static ngx_int_t api_http_body_length(api_http_ctx_t *ctx, size_t *len);
static ngx_int_t api_http_body_collect(api_http_ctx_t *ctx, ngx_pool_t *pool,
    size_t len, api_body_reader_t *reader);
static ngx_int_t api_http_body_file(ngx_buf_t *b, u_char *p, size_t len);


/* RFC 5789, 2.2 */
static const ngx_str_t  accept_patch = ngx_string("Accept-Patch");
static const ngx_str_t  patches =
                 ngx_string("application/merge-patch+json, application/json");

static api_http_line_t  api_http_body_line;


/*
 * application/json, and application/anything+json (RFC 6839), whatever
 * their parameters: JSON is UTF-8 (RFC 8259, section 8.1).  Forms where the
 * route says so.  A subrequest's own body counts as what the route takes.
 */

ngx_int_t
api_http_body_media_type(api_http_ctx_t *ctx)
{
    ngx_str_t         type;
    ngx_uint_t        media, own;
    ngx_table_elt_t  *h;

    media = ctx->route->body->media;
    h = ctx->request->headers_in.content_type;
    own = api_http_body_is_own(ctx->request);

    if (h != NULL) {
        api_http_body_type(&h->value, &type);

        if ((media & API_BODY_MEDIA_JSON) && api_http_body_is_json(&type)
            && !api_http_body_is_operations(ctx, &type))
        {
            return own ? NGX_OK : api_http_body_encoding(ctx);
        }

        if ((media & API_BODY_MEDIA_FORM)
            && type.len == sizeof(API_HTTP_BODY_FORM) - 1
            && ngx_strncasecmp(type.data, (u_char *) API_HTTP_BODY_FORM,
                               type.len) == 0)
        {
            ctx->form = 1;
            return own ? NGX_OK : api_http_body_encoding(ctx);
        }
    }

    if (own || (h == NULL && ctx->request != ctx->request->main)) {
        ctx->form = !(media & API_BODY_MEDIA_JSON);
        return NGX_OK;
    }

    if (ctx->route->method == API_METHOD_PATCH
        && api_http_headers_add(ctx->request, &accept_patch, &patches)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_error_set(&ctx->error, API_ERROR_MEDIA_TYPE,
                  media == API_BODY_MEDIA_JSON
                  ? "the body must be JSON: Content-Type: application/json"
                  : media == API_BODY_MEDIA_FORM
                  ? "the body must be a form: Content-Type: "
                    API_HTTP_BODY_FORM
                  : "the body must be JSON or a form: Content-Type: "
                    "application/json or " API_HTTP_BODY_FORM);

    return NGX_DECLINED;
}


/* RFC 6902: a list of operations, and no object with what changes */

static ngx_uint_t
api_http_body_is_operations(const api_http_ctx_t *ctx, const ngx_str_t *type)
{
    return ctx->route->method == API_METHOD_PATCH
           && type->len == sizeof(API_HTTP_BODY_PATCH) - 1
           && ngx_strncasecmp(type->data, (u_char *) API_HTTP_BODY_PATCH,
                              type->len) == 0;
}


/*
 * A subrequest has the headers of the client's request, which may have had no
 * body or another one: where a script has made one for it (r.subrequest,
 * location.capture, echo_subrequest) they say nothing of that.
 */

static ngx_uint_t
api_http_body_is_own(ngx_http_request_t *r)
{
    return r != r->main
           && r->request_body != NULL
           && r->request_body != r->main->request_body;
}


/* the type without its parameters */

static void
api_http_body_type(const ngx_str_t *value, ngx_str_t *type)
{
    size_t  len;

    for (len = 0; len < value->len; len++) {
        if (value->data[len] == ';' || value->data[len] == ' '
            || value->data[len] == '\t')
        {
            break;
        }
    }

    type->data = value->data;
    type->len = len;
}


static ngx_uint_t
api_http_body_is_json(const ngx_str_t *type)
{
    u_char  *p;
    size_t   len;

    p = type->data;
    len = type->len;

    if (len == sizeof("application/json") - 1
        && ngx_strncasecmp(p, (u_char *) "application/json", len) == 0)
    {
        return 1;
    }

    return len > sizeof("application/+json") - 1
           && ngx_strncasecmp(p, (u_char *) "application/",
                              sizeof("application/") - 1) == 0
           && ngx_strncasecmp(p + len - (sizeof("+json") - 1),
                              (u_char *) "+json", sizeof("+json") - 1) == 0;
}


/*
 * A compressed body is refused (RFC 9110, section 8.4; RFC 7694 for the
 * answer's Accept-Encoding): api_max_body bounds what arrives, and nothing
 * would bound what it becomes.
 */

static ngx_int_t
api_http_body_encoding(api_http_ctx_t *ctx)
{
    ngx_table_elt_t          *h;
    api_http_headers_walk_t   walk;

    static const ngx_str_t  name = ngx_string("Content-Encoding");
    static const ngx_str_t  identity = ngx_string("identity");

    api_http_headers_begin(&walk, &ctx->request->headers_in.headers);

    while ((h = api_http_headers_next(&walk, &name)) != NULL) {

        if (h->value.len == 0
            || (h->value.len == identity.len
                && ngx_strcasecmp(h->value.data, identity.data) == 0))
        {
            continue;
        }

        api_error_set(&ctx->error, API_ERROR_MEDIA_TYPE,
                      "the body must not be compressed: send it without "
                      "Content-Encoding");

        ctx->error.header = identity;

        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
api_http_body_init(ngx_cycle_t *cycle)
{
    api_http_line_init(&api_http_body_line, cycle, "api-body",
                       (ngx_uint_t) ngx_max(ngx_ncpu, 1),
                       API_HTTP_BODY_NICE);

    return api_json_pooled();
}


void
api_http_body_exit(void)
{
    api_thread_team_finish(&api_http_body_line.team, API_HTTP_BODY_LAST);
}


ngx_int_t
api_http_body_step(api_http_ctx_t *ctx)
{
    size_t     len;
    ngx_int_t  rc;

    if (ctx->route->body == NULL) {
        return NGX_OK;
    }

    rc = api_http_body_length(ctx, &len);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ctx->task == NULL && len <= API_HTTP_BODY_AT_ONCE) {
        rc = api_http_body_read(ctx, len);

        if (rc != NGX_BUSY) {
            return rc;
        }
    }

    return api_http_body_by_thread(ctx, len);
}


/* reads the body at once; NGX_BUSY: that would hold up the other clients */

static ngx_int_t
api_http_body_read(api_http_ctx_t *ctx, size_t len)
{
    u_char            *text;
    ngx_int_t          rc;
    ngx_pool_t        *pool;
    api_body_reader_t  reader;

    pool = ctx->request->pool;

    if (api_http_body_collect(ctx, pool, len, &reader) != NGX_OK) {
        return NGX_ERROR;
    }

    reader.quickly = 1;
    reader.outdated = ctx->outdated;

    if (len <= API_HTTP_BODY_SMALL) {
        rc = api_body_reader_read(&reader, pool);

    } else {
        /* the tree is not kept: many requests may wait for the database, each
           with its own */

        text = reader.text.data;
        rc = api_body_reader_distil(&reader, pool);

        (void) ngx_pfree(pool, text);
    }

    if (rc == NGX_OK) {
        ctx->body = reader.text;
        ctx->fields = reader.fields;

    } else if (rc == NGX_DECLINED) {
        ctx->error = reader.error;
        ctx->fields = reader.fields;
        ctx->unsure |= reader.unsure;
    }

    return rc;
}


/* called again when it is its turn, and when the thread is done */

static ngx_int_t
api_http_body_by_thread(api_http_ctx_t *ctx, size_t len)
{
    ngx_int_t              rc;
    api_http_body_task_t  *body;

    body = (api_http_body_task_t *) ctx->task;

    if (body == NULL) {
        body = api_http_task_create(ctx, &api_http_body_line,
                                    sizeof(api_http_body_task_t));
        if (body == NULL) {
            return NGX_ERROR;
        }
    }

    if (body->task.state == API_HTTP_TASK_DONE) {
        return api_http_body_take(ctx, body);
    }

    rc = api_http_task_enter(&body->task);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? api_http_body_busy(ctx) : rc;
    }

    if (api_http_body_collect(ctx, body->task.pool, len, &body->reader)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    body->reader.outdated = ctx->outdated;
    body->task.run = api_http_body_run;

    rc = api_http_task_start(&body->task);

    return rc == NGX_DECLINED ? api_http_body_busy(ctx) : rc;
}


static void
api_http_body_run(api_http_task_t *task)
{
    u_char                *text;
    api_http_body_task_t  *body;

    body = (api_http_body_task_t *) task;

    text = body->reader.text.data;

    body->rc = api_body_reader_distil(&body->reader, task->pool);

    (void) ngx_pfree(task->pool, text);
}


/* the task's memory becomes the request's */

static ngx_int_t
api_http_body_take(api_http_ctx_t *ctx, api_http_body_task_t *body)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(ctx->request->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = api_http_body_destroy;
    cln->data = body->task.pool;

    ctx->task = NULL;

    if (body->rc == NGX_OK) {
        ctx->body = body->reader.text;
        ctx->fields = body->reader.fields;

    } else if (body->rc == NGX_DECLINED) {
        ctx->error = body->reader.error;
        ctx->fields = body->reader.fields;
        ctx->unsure |= body->reader.unsure;
    }

    return body->rc;
}


static void
api_http_body_destroy(void *data)
{
    ngx_destroy_pool(data);
}


static ngx_int_t
api_http_body_busy(api_http_ctx_t *ctx)
{
    api_error_set(&ctx->error, API_ERROR_BUSY,
                  "too many large bodies are waiting to be read");
    ctx->error.retry_after = 1;

    return NGX_DECLINED;
}


static ngx_int_t
api_http_body_length(api_http_ctx_t *ctx, size_t *len)
{
    off_t                 n;
    ngx_chain_t          *cl;
    api_http_loc_conf_t  *alcf;

    n = 0;

    if (ctx->request->request_body != NULL) {
        for (cl = ctx->request->request_body->bufs; cl; cl = cl->next) {
            n += ngx_buf_size(cl->buf);
        }
    }

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    /* nginx has checked the length of what a client sends; but subrequests and
       filters make bodies, too */

    if (n < 0 || n > (off_t) alcf->max_body) {
        api_http_problem_large(ctx);
        return NGX_DECLINED;
    }

    *len = (size_t) n;

    return NGX_OK;
}


/* the body in one piece, with a NUL behind */

static ngx_int_t
api_http_body_collect(api_http_ctx_t *ctx, ngx_pool_t *pool, size_t len,
    api_body_reader_t *reader)
{
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_memzero(reader, sizeof(api_body_reader_t));

    p = ngx_pnalloc(pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (api_http_learned_fields(ctx, pool, &reader->forms) != NGX_OK) {
        return NGX_ERROR;
    }

    reader->rules = ctx->route->body;
    reader->form = ctx->form;
    reader->text.data = p;
    reader->text.len = len;

    p[len] = '\0';

    cl = ctx->request->request_body ? ctx->request->request_body->bufs : NULL;

    for ( /* void */ ; cl; cl = cl->next) {
        b = cl->buf;
        len = (size_t) ngx_buf_size(b);

        if (ngx_buf_in_memory(b)) {
            ngx_memcpy(p, b->pos, len);

        } else if (api_http_body_file(b, p, len) != NGX_OK) {
            return NGX_ERROR;
        }

        p += len;
    }

    return NGX_OK;
}


/* a body beyond client_body_buffer_size, written a moment ago: the read is
   from the page cache */

static ngx_int_t
api_http_body_file(ngx_buf_t *b, u_char *p, size_t len)
{
    ssize_t  n;
    size_t   got;

    for (got = 0; got < len; got += (size_t) n) {
        n = ngx_read_file(b->file, p + got, len - got,
                          b->file_pos + (off_t) got);

        if (n == NGX_ERROR || n == 0) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
