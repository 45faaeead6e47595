
#include "http/selfget.h"
#include "http/selfget_read.h"


/* more than nginx's own buffers for an upstream's header */
#define API_HTTP_SELFGET_HEAD   (64 * 1024)
#define API_HTTP_SELFGET_FIRST  (16 * 1024)


/* one that is under way */
typedef struct {
    ngx_connection_t           *connection;  /* our end */
    u_char                     *data;
    size_t                      len;
    size_t                      size;
    size_t                      max;         /* of the body */
    api_http_selfget_done_pt    done;
    void                       *owner;
} api_http_selfget_fetch_t;


static ngx_uint_t has_old_ssl(const ngx_http_core_srv_conf_t *server);
static ngx_int_t enter(ngx_http_request_t *r);
static ngx_connection_t *take(ngx_socket_t s);
static ngx_int_t open_ends(api_http_selfget_t *get, ngx_connection_t **ours,
    ngx_connection_t **theirs);
static ngx_int_t make_theirs(api_http_selfget_t *get, ngx_connection_t *c);
static void close_theirs(ngx_connection_t *c);
static void close_end(ngx_connection_t *c);
static ngx_int_t watch(ngx_connection_t *c);
static ngx_int_t send_request(const api_http_selfget_t *get,
    ngx_connection_t *c);
static void read_answer(ngx_event_t *ev);
static ngx_int_t make_room(api_http_selfget_fetch_t *fetch);
static void nothing(ngx_event_t *ev);
static void finish(api_http_selfget_fetch_t *fetch, const char *why);


/*
 * Whose connections these are: a request's is known by the address of this.
 * It stays where it is as long as the module is loaded.
 */
static struct sockaddr_un  address = { .sun_family = AF_UNIX };


ngx_int_t
api_http_selfget_init(ngx_conf_t *cf, api_http_selfget_t *get,
    ngx_http_core_srv_conf_t *server, const ngx_str_t *uri, const char **why)
{
    ngx_listening_t  *ls;

    if (has_old_ssl(server)) {
        *why = "is of a server with \"ssl on\": write \"listen … ssl\" in its "
               "place";
        return NGX_ERROR;
    }

    ngx_memzero(get, sizeof(api_http_selfget_t));

    get->server = server;
    get->uri = *uri;

    get->addr.conf.default_server = server;
    get->port.addrs = &get->addr;
    get->port.naddrs = 1;

    ls = &get->listening;

    ls->fd = (ngx_socket_t) -1;
    ls->sockaddr = (struct sockaddr *) &address;
    ls->socklen = sizeof(struct sockaddr_un);
    ls->type = SOCK_STREAM;
    ngx_str_set(&ls->addr_text, "unix:");
    ls->handler = ngx_http_init_connection;
    ls->servers = &get->port;
    ls->pool_size = server->connection_pool_size;
    ls->logp = &cf->cycle->new_log;
    ls->log = cf->cycle->new_log;

    return NGX_OK;
}


/* until nginx 1.25.1 it makes TLS of any connection of the server */

static ngx_uint_t
has_old_ssl(const ngx_http_core_srv_conf_t *server)
{
#if (NGX_HTTP_SSL && nginx_version < 1025001)

    ngx_http_ssl_srv_conf_t  *sscf;

    sscf = server->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

    return sscf->enable == 1;

#else

    return 0;

#endif
}


ngx_int_t
api_http_selfget_phase(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_SERVER_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = enter;

    return NGX_OK;
}


/*
 * Before the server's own rewrite, which would send a request that is not TLS
 * somewhere else, and before the search of a location.
 */

static ngx_int_t
enter(ngx_http_request_t *r)
{
    ngx_http_core_main_conf_t  *cmcf;

    if (!api_http_selfget_is(r)) {
        return NGX_DECLINED;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    r->internal = 1;
    r->phase_handler = (ngx_int_t)
                     cmcf->phase_engine.handlers[r->phase_handler].next - 1;

    return NGX_DECLINED;
}


ngx_uint_t
api_http_selfget_is(const ngx_http_request_t *r)
{
    const ngx_listening_t  *ls;

    ls = r->connection->listening;

    return ls != NULL && ls->sockaddr == (struct sockaddr *) &address;
}


ngx_int_t
api_http_selfget_start(api_http_selfget_t *get, size_t max, ngx_msec_t msec,
    api_http_selfget_done_pt done, void *data)
{
    ngx_connection_t          *ours, *theirs;
    api_http_selfget_fetch_t  *fetch;

    if (ngx_exiting || ngx_terminate) {
        return NGX_ERROR;
    }

    fetch = ngx_calloc(sizeof(api_http_selfget_fetch_t), ngx_cycle->log);
    if (fetch == NULL) {
        return NGX_ERROR;
    }

    if (open_ends(get, &ours, &theirs) != NGX_OK) {
        ngx_free(fetch);
        return NGX_ERROR;
    }

    fetch->connection = ours;
    fetch->max = max;
    fetch->done = done;
    fetch->owner = data;

    ours->data = fetch;
    ours->read->handler = read_answer;
    ours->write->handler = nothing;

    if (send_request(get, ours) != NGX_OK || watch(ours) != NGX_OK) {
        close_theirs(theirs);
        ngx_close_connection(ours);
        ngx_free(fetch);
        return NGX_ERROR;
    }

    ngx_add_timer(ours->read, msec);

    get->listening.handler(theirs);

    return NGX_OK;
}


/* both ends, or none */

static ngx_int_t
open_ends(api_http_selfget_t *get, ngx_connection_t **ours,
    ngx_connection_t **theirs)
{
    int  fd[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_socket_errno,
                      "socketpair() failed");
        return NGX_ERROR;
    }

    *ours = take(fd[0]);

    if (*ours == NULL) {
        (void) ngx_close_socket(fd[1]);
        return NGX_ERROR;
    }

    *theirs = take(fd[1]);

    if (*theirs == NULL) {
        ngx_close_connection(*ours);
        return NGX_ERROR;
    }

    if (make_theirs(get, *theirs) != NGX_OK) {
        close_end(*theirs);
        ngx_close_connection(*ours);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_connection_t *
take(ngx_socket_t s)
{
    ngx_connection_t  *c;

    c = ngx_get_connection(s, ngx_cycle->log);

    if (c == NULL) {
        (void) ngx_close_socket(s);
        return NULL;
    }

    if (ngx_nonblocking(s) == -1) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_socket_errno,
                      ngx_nonblocking_n " failed");
        ngx_close_connection(c);
        return NULL;
    }

    c->recv = ngx_recv;
    c->send = ngx_send;
    c->recv_chain = ngx_recv_chain;
    c->send_chain = ngx_send_chain;

    c->log = ngx_cycle->log;
    c->read->log = c->log;
    c->write->log = c->log;

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);

    return c;
}


/* as ngx_event_accept() makes one; on failure close_end() is the caller's */

static ngx_int_t
make_theirs(api_http_selfget_t *get, ngx_connection_t *c)
{
    ngx_log_t  *log;

    c->pool = ngx_create_pool(get->listening.pool_size, ngx_cycle->log);
    if (c->pool == NULL) {
        return NGX_ERROR;
    }

    log = ngx_palloc(c->pool, sizeof(ngx_log_t));
    if (log == NULL) {
        return NGX_ERROR;
    }

    *log = *ngx_cycle->log;
    log->data = NULL;
    log->handler = NULL;

    c->log = log;
    c->pool->log = log;
    c->read->log = log;
    c->write->log = log;

    c->type = SOCK_STREAM;
    c->sockaddr = (struct sockaddr *) &address;
    c->socklen = sizeof(struct sockaddr_un);
    c->local_sockaddr = c->sockaddr;
    c->local_socklen = c->socklen;
    ngx_str_set(&c->addr_text, "unix:");

    c->listening = &get->listening;
    c->tcp_nopush = NGX_TCP_NOPUSH_DISABLED;
    c->tcp_nodelay = NGX_TCP_NODELAY_DISABLED;
    c->start_time = ngx_current_msec;
    c->write->ready = 1;

    if (ngx_add_conn && (ngx_event_flags & NGX_USE_EPOLL_EVENT) == 0
        && ngx_add_conn(c) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

#if (NGX_STAT_STUB)
    (void) ngx_atomic_fetch_add(ngx_stat_accepted, 1);
    (void) ngx_atomic_fetch_add(ngx_stat_handled, 1);
    (void) ngx_atomic_fetch_add(ngx_stat_active, 1);
#endif

    return NGX_OK;
}


/* closes the other end before nginx's HTTP has taken it over */

static void
close_theirs(ngx_connection_t *c)
{
#if (NGX_STAT_STUB)
    (void) ngx_atomic_fetch_add(ngx_stat_active, (ngx_atomic_uint_t) -1);
#endif

    close_end(c);
}


/* the pool behind the connection: its log is in there */

static void
close_end(ngx_connection_t *c)
{
    ngx_pool_t  *pool;

    pool = c->pool;

    ngx_close_connection(c);

    if (pool != NULL) {
        ngx_destroy_pool(pool);
    }
}


static ngx_int_t
watch(ngx_connection_t *c)
{
    if (ngx_add_conn) {
        return ngx_add_conn(c) == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    return ngx_handle_read_event(c->read, 0);
}


/* a fresh socket takes as little at once.  HTTP/1.0: the answer is neither
   chunked nor is the connection kept */

static ngx_int_t
send_request(const api_http_selfget_t *get, ngx_connection_t *c)
{
    u_char  *p, request[API_HTTP_SELFGET_URI + 128];
    size_t   len;

    p = ngx_slprintf(request, request + sizeof(request),
                     "GET %V HTTP/1.0" CRLF
                     "Host: localhost" CRLF
                     "Accept: application/json, */*;q=0.1" CRLF CRLF,
                     &get->uri);

    len = (size_t) (p - request);

    if (ngx_send(c, request, len) != (ssize_t) len) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "a request of our own could not be sent");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
read_answer(ngx_event_t *ev)
{
    ssize_t                    n;
    ngx_connection_t          *c;
    api_http_selfget_fetch_t  *fetch;

    c = ev->data;
    fetch = c->data;

    if (ev->timedout) {
        finish(fetch, "there was no answer in time");
        return;
    }

    if (c->close) {
        finish(fetch, "this worker ends");
        return;
    }

    for ( ;; ) {

        if (fetch->len == fetch->size && make_room(fetch) != NGX_OK) {
            finish(fetch, "the answer is too large");
            return;
        }

        n = ngx_recv(c, fetch->data + fetch->len, fetch->size - fetch->len);

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(ev, 0) != NGX_OK) {
                finish(fetch, "reading it failed");
            }

            return;
        }

        if (n == NGX_ERROR) {
            finish(fetch, "reading it failed");
            return;
        }

        if (n == 0) {
            finish(fetch, NULL);
            return;
        }

        fetch->len += (size_t) n;
    }
}


/* NGX_OK; NGX_ERROR: it has all that it may */

static ngx_int_t
make_room(api_http_selfget_fetch_t *fetch)
{
    size_t   size, most;
    u_char  *data;

    most = fetch->max + API_HTTP_SELFGET_HEAD;

    if (fetch->size == most) {
        return NGX_ERROR;
    }

    size = (fetch->size == 0) ? API_HTTP_SELFGET_FIRST : 2 * fetch->size;
    size = ngx_min(size, most);

    data = ngx_alloc(size, ngx_cycle->log);
    if (data == NULL) {
        return NGX_ERROR;
    }

    if (fetch->data != NULL) {
        ngx_memcpy(data, fetch->data, fetch->len);
        ngx_free(fetch->data);
    }

    fetch->data = data;
    fetch->size = size;

    return NGX_OK;
}


/* nothing is to be written: the request is sent already */

static void
nothing(ngx_event_t *ev)
{
}


static void
finish(api_http_selfget_fetch_t *fetch, const char *why)
{
    api_http_selfget_answer_t  answer;

    ngx_close_connection(fetch->connection);

    ngx_memzero(&answer, sizeof(api_http_selfget_answer_t));
    answer.max_age = -1;
    answer.why = (why != NULL)
                 ? why : api_http_selfget_read(fetch->data, fetch->len,
                                               fetch->max, &answer);

    fetch->done(fetch->owner, &answer);

    if (fetch->data != NULL) {
        ngx_free(fetch->data);
    }

    ngx_free(fetch);
}
