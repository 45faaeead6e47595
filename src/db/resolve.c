
#include "db/resolve.h"
#include "db/setup.h"

#include <netdb.h>

#if (NGX_THREADS)
#include <ngx_thread_pool.h>
#endif


#define API_DB_RESOLVE_ADDRESSES  16


/* a thread writes into it: it has its own memory and outlives the connection */
struct api_db_resolve_s {
    ngx_pool_t                 *pool;
    api_db_conn_t              *conn;      /* NULL: forgotten */
    api_db_resolve_pt           done;
    const char                 *host;      /* the configuration's */
    const char                 *port;
    ngx_uint_t                  found;
    api_db_addresses_t          addresses;
};


static ngx_uint_t api_db_resolve_needed(const char *host);
static size_t api_db_resolve_item(const char **list, char *item, size_t size);
static ngx_uint_t api_db_resolve_literal(const char *host);
static void api_db_resolve_run(api_db_resolve_t *resolve);
static void api_db_resolve_name(api_db_resolve_t *resolve, const char *host,
    const char *port);
static void api_db_resolve_add(api_db_resolve_t *resolve, const char *host,
    const char *address, const char *port);
#if (NGX_THREADS)
static ngx_int_t api_db_resolve_post(api_db_conn_t *conn,
    api_db_resolve_pt done, const char *host, const char *port);
static void api_db_resolve_thread(void *data, ngx_log_t *log);
static void api_db_resolve_event(ngx_event_t *ev);
#endif


ngx_int_t
api_db_resolve(api_db_conn_t *conn, api_db_resolve_pt done)
{
    const char        *host, *port, *address;
    api_db_resolve_t  *resolve;

    host = api_db_setup_value(conn->db->conf, "host");
    address = api_db_setup_value(conn->db->conf, "hostaddr");
    port = api_db_setup_value(conn->db->conf, "port");

    if (address != NULL || host == NULL || !api_db_resolve_needed(host)) {
        done(conn, NULL);
        return NGX_OK;
    }

#if (NGX_THREADS)
    if (conn->db->thread_pool) {
        return api_db_resolve_post(conn, done, host, port);
    }
#endif

    resolve = ngx_calloc(sizeof(api_db_resolve_t), &conn->log);
    if (resolve == NULL) {
        return NGX_ERROR;
    }

    resolve->host = host;
    resolve->port = port;

    api_db_resolve_run(resolve);

    done(conn, &resolve->addresses);

    ngx_free(resolve);

    return NGX_OK;
}


void
api_db_resolve_forget(api_db_conn_t *conn)
{
    if (conn->resolve) {
        conn->resolve->conn = NULL;
        conn->resolve = NULL;
    }
}


static ngx_uint_t
api_db_resolve_needed(const char *host)
{
    char  item[NI_MAXHOST];

    while (*host) {
        (void) api_db_resolve_item(&host, item, sizeof(item));

        if (!api_db_resolve_literal(item)) {
            return 1;
        }
    }

    return 0;
}


/* the next item of a comma-separated list, cut if it is too long */

static size_t
api_db_resolve_item(const char **list, char *item, size_t size)
{
    size_t       len;
    const char  *end;

    end = strchr(*list, ',');
    len = end ? (size_t) (end - *list) : ngx_strlen(*list);

    if (len < size) {
        size = len + 1;
    }

    (void) ngx_cpystrn((u_char *) item, (u_char *) (uintptr_t) *list, size);

    *list += len + (end != NULL);

    return len;
}


/* nothing to look up: an address, a socket's directory, libpq's default */

static ngx_uint_t
api_db_resolve_literal(const char *host)
{
    u_char  buf[sizeof(struct in6_addr)];

    return host[0] == '\0' || host[0] == '/' || host[0] == '@'
           || inet_pton(AF_INET, host, buf) == 1
           || strchr(host, ':') != NULL;
}


static void
api_db_resolve_run(api_db_resolve_t *resolve)
{
    char         host[NI_MAXHOST], port[NI_MAXSERV];
    const char  *hosts, *ports;

    hosts = resolve->host;
    ports = resolve->port ? resolve->port : "";

    port[0] = '\0';

    /* one port may stand for all hosts */

    while (*hosts) {
        (void) api_db_resolve_item(&hosts, host, sizeof(host));

        if (*ports) {
            (void) api_db_resolve_item(&ports, port, sizeof(port));
        }

        if (api_db_resolve_literal(host)) {
            api_db_resolve_add(resolve, host,
                               (host[0] == '/' || host[0] == '@') ? "" : host,
                               port);
        } else {
            api_db_resolve_name(resolve, host, port);
        }
    }
}


static void
api_db_resolve_name(api_db_resolve_t *resolve, const char *host,
    const char *port)
{
    int               rc;
    char              address[NI_MAXHOST];
    struct addrinfo   hints, *list, *ai;

    ngx_memzero(&hints, sizeof(struct addrinfo));

    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;

    rc = getaddrinfo(host, NULL, &hints, &list);

    if (rc != 0) {
        *ngx_snprintf((u_char *) resolve->addresses.error,
                      sizeof(resolve->addresses.error) - 1,
                      "could not translate host name \"%s\" to address: %s",
                      host, gai_strerror(rc))
            = '\0';
        return;
    }

    for (ai = list; ai; ai = ai->ai_next) {
        rc = getnameinfo(ai->ai_addr, ai->ai_addrlen, address, sizeof(address),
                         NULL, 0, NI_NUMERICHOST);
        if (rc == 0) {
            api_db_resolve_add(resolve, host, address, port);
        }
    }

    freeaddrinfo(list);
}


static void
api_db_resolve_add(api_db_resolve_t *resolve, const char *host,
    const char *address, const char *port)
{
    size_t               need;
    api_db_addresses_t  *a;

    a = &resolve->addresses;
    need = NI_MAXHOST + 2;

    if (resolve->found == API_DB_RESOLVE_ADDRESSES
        || strlen(a->host) + need > sizeof(a->host)
        || strlen(a->hostaddr) + need > sizeof(a->hostaddr)
        || strlen(a->port) + need > sizeof(a->port))
    {
        return;
    }

    if (resolve->found++) {
        (void) strcat(a->host, ",");
        (void) strcat(a->hostaddr, ",");
        (void) strcat(a->port, ",");
    }

    (void) strcat(a->host, host);
    (void) strcat(a->hostaddr, address);
    (void) strcat(a->port, port);
}


#if (NGX_THREADS)

static ngx_int_t
api_db_resolve_post(api_db_conn_t *conn, api_db_resolve_pt done,
    const char *host, const char *port)
{
    ngx_pool_t         *pool;
    ngx_thread_task_t  *task;
    api_db_resolve_t   *resolve;

    pool = ngx_create_pool(512, conn->db->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    task = ngx_thread_task_alloc(pool, sizeof(api_db_resolve_t));
    if (task == NULL) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    resolve = task->ctx;

    ngx_memzero(resolve, sizeof(api_db_resolve_t));

    resolve->pool = pool;
    resolve->conn = conn;
    resolve->done = done;
    resolve->host = host;
    resolve->port = port;

    task->handler = api_db_resolve_thread;
    task->event.data = resolve;
    task->event.handler = api_db_resolve_event;

    if (ngx_thread_task_post(conn->db->thread_pool, task) != NGX_OK) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    conn->resolve = resolve;

    return NGX_OK;
}


static void
api_db_resolve_thread(void *data, ngx_log_t *log)
{
    (void) log;

    api_db_resolve_run(data);
}


static void
api_db_resolve_event(ngx_event_t *ev)
{
    api_db_conn_t     *conn;
    api_db_resolve_t  *resolve;

    resolve = ev->data;
    conn = resolve->conn;

    if (conn) {
        conn->resolve = NULL;
        resolve->done(conn, &resolve->addresses);
    }

    ngx_destroy_pool(resolve->pool);
}

#endif
