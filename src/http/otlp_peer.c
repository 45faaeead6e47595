
#include "http/otlp_peer.h"
#include "http/otlp_address.h"


#define READ  4096


typedef struct {
    const api_http_otlp_place_t  *place;
    api_http_otlp_done_pt         done;

    ngx_str_t                     parts[API_OTLP_PARTS];
    ngx_uint_t                    nparts;
    ngx_buf_t                     bufs[API_OTLP_PARTS];
    ngx_chain_t                   links[API_OTLP_PARTS];
    ngx_chain_t                  *out;       /* what is not sent yet */
    api_observe_reply_t           reply;

    ngx_connection_t             *connection;

    ngx_event_t                   timer;     /* of the POST, */
    ngx_event_t                   over;      /* posted: it has ended */
    const char                   *why;
    ngx_err_t                     err;

    unsigned                      busy:1;
    unsigned                      connected:1;
    unsigned                      reused:1;  /* a connection that was kept */
} peer_t;


static void fill(void);
static void open_connection(void);
static void connect_to(const api_http_otlp_address_t *to, const char *why);
static void on_write(ngx_event_t *ev);
static ngx_err_t connect_error(ngx_connection_t *c);
static void begin_tls(ngx_connection_t *c);
#if (NGX_SSL)
static void shaken(ngx_connection_t *c);
static const char *verify(ngx_connection_t *c);
#endif
static void send_out(ngx_connection_t *c);
static void on_read(ngx_event_t *ev);
static ngx_uint_t is_over(ngx_connection_t *c);
static void read_reply(ngx_connection_t *c);
static void broken(const char *why, ngx_err_t err);
static void end(const char *why, ngx_err_t err);
static void late(ngx_event_t *ev);
static void tell(ngx_event_t *ev);
static void close_connection(void);


static peer_t  peer;


void
api_http_otlp_peer_init(const api_http_otlp_place_t *place,
    api_http_otlp_done_pt done)
{
    /* data of a timer: nginx prints the connection's number to the debug log */

    static struct {
        ngx_connection_t    *c;
        void                *pad[2];
        ngx_socket_t         fd;
    } data;

    data.fd = (ngx_socket_t) -1;

    ngx_memzero(&peer, sizeof(peer_t));

    peer.place = place;
    peer.done = done;

    api_http_otlp_address_init(place, connect_to);

    peer.timer.handler = late;
    peer.timer.data = &data;
    peer.timer.log = ngx_cycle->log;
    peer.timer.cancelable = 1;

    peer.over.handler = tell;
    peer.over.data = &data;
    peer.over.log = ngx_cycle->log;
}


void
api_http_otlp_peer_post(const ngx_str_t *parts, ngx_uint_t n)
{
    ngx_memcpy(peer.parts, parts, n * sizeof(ngx_str_t));

    peer.nparts = n;
    peer.busy = 1;
    peer.why = NULL;
    peer.err = 0;

    fill();
    ngx_add_timer(&peer.timer, peer.place->timeout);

    if (peer.connection != NULL) {
        peer.reused = 1;
        peer.connection->idle = 0;

        send_out(peer.connection);
        return;
    }

    open_connection();
}


void
api_http_otlp_peer_close(void)
{
    if (peer.place == NULL) {
        return;
    }

    if (peer.timer.timer_set) {
        ngx_del_timer(&peer.timer);
    }

    if (peer.over.posted) {
        ngx_delete_posted_event(&peer.over);
    }

    api_http_otlp_address_forget();
    close_connection();

    peer.busy = 0;
}


/* from its first byte, and no answer yet */

static void
fill(void)
{
    ngx_uint_t    i;
    ngx_buf_t    *b;
    ngx_chain_t **next;

    next = &peer.out;

    for (i = 0; i < peer.nparts; i++) {

        if (peer.parts[i].len == 0) {
            continue;
        }

        b = &peer.bufs[i];
        ngx_memzero(b, sizeof(ngx_buf_t));

        b->pos = peer.parts[i].data;
        b->last = b->pos + peer.parts[i].len;
        b->memory = 1;

        peer.links[i].buf = b;
        *next = &peer.links[i];
        next = &peer.links[i].next;
    }

    *next = NULL;

    api_observe_reply_init(&peer.reply);
}


static void
open_connection(void)
{
    peer.reused = 0;

    api_http_otlp_address_get();
}


/* where to, or why not */

static void
connect_to(const api_http_otlp_address_t *to, const char *why)
{
    ngx_int_t              rc;
    ngx_connection_t      *c;
    ngx_peer_connection_t  pc;

    if (to == NULL) {
        end(why, 0);
        return;
    }

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = api_unconst(&to->sockaddr);
    pc.socklen = to->socklen;
    pc.name = api_unconst(&peer.place->url);
    pc.get = ngx_event_get_peer;
    pc.log = ngx_cycle->log;
    pc.log_error = NGX_ERROR_INFO;

    rc = ngx_event_connect_peer(&pc);

    c = pc.connection;
    peer.connection = c;
    peer.connected = 0;

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        end("it cannot be reached", ngx_socket_errno);
        return;
    }

    c->data = &peer;
    c->pool = ngx_create_pool(512, ngx_cycle->log);

    c->read->handler = on_read;
    c->write->handler = on_write;

    if (c->pool == NULL) {
        end("there is no memory", 0);
        return;
    }

    if (rc == NGX_OK) {
        on_write(c->write);
    }
}


static void
on_write(ngx_event_t *ev)
{
    ngx_err_t          err;
    ngx_connection_t  *c;

    c = ev->data;

    if (!peer.busy || peer.over.posted) {
        return;
    }

    if (peer.connected) {
        send_out(c);
        return;
    }

    err = connect_error(c);

    if (err != 0) {
        broken("it cannot be reached", err);
        return;
    }

    peer.connected = 1;

    begin_tls(c);
}


static ngx_err_t
connect_error(ngx_connection_t *c)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    return err;
}


static void
begin_tls(ngx_connection_t *c)
{
#if (NGX_SSL)

    ngx_int_t  rc;

    if (peer.place->ssl == NULL) {
        send_out(c);
        return;
    }

    if (ngx_ssl_create_connection(peer.place->ssl, c, NGX_SSL_CLIENT)
        != NGX_OK)
    {
        broken("TLS cannot be begun", 0);
        return;
    }

    if (peer.place->addrs == NULL
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) peer.place->host.data)
           == 0)
    {
        broken("TLS cannot be begun", 0);
        return;
    }

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = shaken;
        return;
    }

    shaken(c);

#else

    send_out(c);

#endif
}


#if (NGX_SSL)

static void
shaken(ngx_connection_t *c)
{
    const char  *why;

    c->read->handler = on_read;
    c->write->handler = on_write;

    why = c->ssl->handshaked ? verify(c) : "its TLS handshake fails";

    if (why != NULL) {
        broken(why, 0);
        return;
    }

    send_out(c);
}


/* NULL: it is who it should be */

static const char *
verify(ngx_connection_t *c)
{
    if (!peer.place->verify) {
        return NULL;
    }

    if (SSL_get_verify_result(c->ssl->connection) != X509_V_OK) {
        return "its certificate is of no authority that is trusted";
    }

    return ngx_ssl_check_host(c, api_unconst(&peer.place->host)) == NGX_OK
           ? NULL : "its certificate is for another name";
}

#endif


static void
send_out(ngx_connection_t *c)
{
    if (peer.out != NULL) {

        peer.out = c->send_chain(c, peer.out, 0);

        if (peer.out == NGX_CHAIN_ERROR) {
            peer.out = NULL;
            broken("the connection broke", ngx_socket_errno);
            return;
        }
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK
        || ngx_handle_read_event(c->read, 0) != NGX_OK)
    {
        broken("its connection cannot be watched", 0);
        return;
    }

    if (c->read->ready) {
        ngx_post_event(c->read, &ngx_posted_events);
    }
}


static void
on_read(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    if (peer.over.posted) {
        return;
    }

    if (!peer.busy) {
        if (c->close || is_over(c)) {
            close_connection();
        }

        return;
    }

    if (c->error) {

        /* worker_shutdown_timeout closes all */

        broken("nginx ends", 0);
        return;
    }

    c->close = 0;

    if (peer.connected) {
        read_reply(c);
    }
}


/* of one that is kept: what comes may be TLS's own, else it ends */

static ngx_uint_t
is_over(ngx_connection_t *c)
{
    u_char  byte;

    return c->recv(c, &byte, 1) != NGX_AGAIN
           || ngx_handle_read_event(c->read, 0) != NGX_OK;
}


static void
read_reply(ngx_connection_t *c)
{
    u_char     data[READ];
    ssize_t    n;
    ngx_int_t  rc;

    for ( ;; ) {

        n = c->recv(c, data, READ);

        if (n == NGX_AGAIN) {

            if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
                broken("its connection cannot be watched", 0);
            }

            return;
        }

        if (n == NGX_ERROR) {
            broken("the connection broke", ngx_socket_errno);
            return;
        }

        if (n == 0) {

            if (api_observe_reply_end(&peer.reply) != NGX_OK) {
                broken("it has closed the connection without an answer", 0);
                return;
            }

            peer.reply.keeps = 0;
            end(NULL, 0);
            return;
        }

        rc = api_observe_reply_read(&peer.reply, data, (size_t) n);

        if (rc == NGX_ERROR) {
            peer.reused = 0;
            broken("its answer is not HTTP", 0);
            return;
        }

        if (rc == NGX_OK) {
            end(NULL, 0);
            return;
        }
    }
}


/* one that was kept may have been closed when there was nothing to read yet:
   once more, on another one */

static void
broken(const char *why, ngx_err_t err)
{
    if (peer.reused && peer.reply.status == 0 && !ngx_terminate) {
        close_connection();
        fill();
        open_connection();
        return;
    }

    end(why, err);
}


/* whoever waits is told from an event of its own */

static void
end(const char *why, ngx_err_t err)
{
    peer.why = why;
    peer.err = err;

    ngx_post_event(&peer.over, &ngx_posted_events);
}


static void
late(ngx_event_t *ev)
{
    (void) ev;

    /* the end came in the same turn */

    if (peer.over.posted) {
        return;
    }

    peer.reused = 0;

    api_http_otlp_address_forget();
    end("it does not answer in time", 0);
}


static void
tell(ngx_event_t *ev)
{
    (void) ev;

    if (peer.timer.timer_set) {
        ngx_del_timer(&peer.timer);
    }

    peer.busy = 0;

    if (peer.why != NULL || !peer.reply.keeps || peer.out != NULL) {
        close_connection();

    } else {
        peer.connection->idle = 1;
    }

    peer.done(&peer.reply, peer.why, peer.err);
}


static void
close_connection(void)
{
    ngx_pool_t        *pool;
    ngx_connection_t  *c;

    c = peer.connection;

    if (c == NULL) {
        return;
    }

    peer.connection = NULL;
    peer.connected = 0;

#if (NGX_SSL)
    if (c->ssl != NULL) {
        c->ssl->no_wait_shutdown = 1;
        c->ssl->no_send_shutdown = 1;

        (void) ngx_ssl_shutdown(c);
    }
#endif

    pool = c->pool;

    ngx_close_connection(c);

    if (pool != NULL) {
        ngx_destroy_pool(pool);
    }
}
