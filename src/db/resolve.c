
#include "db/resolve.h"
#include "db/lookup.h"
#include "db/setup.h"

#include <netdb.h>


#define API_DB_RESOLVE_ADDRESSES  16


/* one of the configuration's hosts */
typedef struct {
    api_db_lookup_ask_t         ask;
    api_db_lookup_found_t       found;
    char                        host[API_DB_LOOKUP_NAME];
    char                        port[NI_MAXSERV];
    unsigned                    literal:1;   /* nothing to look up */
} api_db_resolve_host_t;


struct api_db_resolve_s {
    API_DB_EVENT_DATA;

    api_db_conn_t              *conn;
    api_db_resolve_pt           done;
    ngx_event_t                 timer;
    ngx_uint_t                  pending;
    ngx_uint_t                  naddresses;
    api_db_addresses_t          addresses;
    ngx_uint_t                  nhosts;
    api_db_resolve_host_t       hosts[1];    /* more behind */
};


static ngx_uint_t api_db_resolve_count(const char *hosts,
    ngx_uint_t *literals);
static size_t api_db_resolve_item(const char **list, char *item, size_t size);
static ngx_uint_t api_db_resolve_literal(const char *host);
static void api_db_resolve_split(api_db_resolve_t *resolve, const char *hosts,
    const char *ports);
static ngx_int_t api_db_resolve_ask(api_db_resolve_t *resolve);
static void api_db_resolve_found(api_db_lookup_ask_t *ask,
    const api_db_lookup_found_t *found);
static void api_db_resolve_late(ngx_event_t *ev);
static ngx_uint_t api_db_resolve_any(const api_db_resolve_t *resolve);
static void api_db_resolve_finish(api_db_resolve_t *resolve);
static void api_db_resolve_host(api_db_resolve_t *resolve,
    const api_db_resolve_host_t *host);
static void api_db_resolve_add(api_db_resolve_t *resolve, const char *host,
    const char *address, const char *port);
static void api_db_resolve_free(api_db_resolve_t *resolve);


ngx_int_t
api_db_resolve(api_db_conn_t *conn, api_db_resolve_pt done)
{
    ngx_uint_t         n, literals;
    const char        *host, *port, *address;
    const api_db_t    *db;
    api_db_resolve_t  *resolve;

    db = conn->db;

    host = api_db_setup_value(db->keywords, db->values, "host");
    address = api_db_setup_value(db->keywords, db->values, "hostaddr");
    port = api_db_setup_value(db->keywords, db->values, "port");

    n = host ? api_db_resolve_count(host, &literals) : 0;

    if (address != NULL || n == 0 || n == literals) {
        done(conn, NULL);
        return NGX_OK;
    }

    resolve = ngx_calloc(sizeof(api_db_resolve_t)
                         + (n - 1) * sizeof(api_db_resolve_host_t),
                         &conn->log);
    if (resolve == NULL) {
        return NGX_ERROR;
    }

    resolve->fd = (ngx_socket_t) -1;
    resolve->conn = conn;
    resolve->done = done;
    resolve->nhosts = n;

    resolve->timer.data = resolve;
    resolve->timer.handler = api_db_resolve_late;
    resolve->timer.log = &conn->log;
    resolve->timer.cancelable = 1;

    api_db_resolve_split(resolve, host, port ? port : "");

    if (api_db_resolve_ask(resolve) != NGX_OK) {
        api_db_resolve_free(resolve);
        return NGX_ERROR;
    }

    conn->resolve = resolve;

    if (literals || n > 1) {
        ngx_add_timer(&resolve->timer, conn->db->conf->connect_timeout / 2);
    }

    return NGX_OK;
}


void
api_db_resolve_forget(api_db_conn_t *conn)
{
    if (conn->resolve) {
        api_db_resolve_free(conn->resolve);
        conn->resolve = NULL;
    }
}


static ngx_uint_t
api_db_resolve_count(const char *hosts, ngx_uint_t *literals)
{
    char        item[API_DB_LOOKUP_NAME];
    ngx_uint_t  n;

    *literals = 0;

    for (n = 0; *hosts; n++) {
        (void) api_db_resolve_item(&hosts, item, sizeof(item));
        *literals += api_db_resolve_literal(item);
    }

    return n;
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
api_db_resolve_split(api_db_resolve_t *resolve, const char *hosts,
    const char *ports)
{
    char                    port[NI_MAXSERV];
    ngx_uint_t              i;
    api_db_resolve_host_t  *host;

    port[0] = '\0';

    for (i = 0; i < resolve->nhosts; i++) {
        host = &resolve->hosts[i];

        (void) api_db_resolve_item(&hosts, host->host, sizeof(host->host));

        /* one port may stand for all hosts */

        if (*ports) {
            (void) api_db_resolve_item(&ports, port, sizeof(port));
        }

        ngx_memcpy(host->port, port, sizeof(port));

        host->literal = api_db_resolve_literal(host->host) ? 1 : 0;
        host->ask.done = api_db_resolve_found;
        host->ask.data = resolve;
    }
}


static ngx_int_t
api_db_resolve_ask(api_db_resolve_t *resolve)
{
    ngx_uint_t  i;

    for (i = 0; i < resolve->nhosts; i++) {

        if (resolve->hosts[i].literal) {
            continue;
        }

        if (api_db_lookup(resolve->hosts[i].host, &resolve->hosts[i].ask)
            != NGX_AGAIN)
        {
            return NGX_ERROR;
        }

        resolve->pending++;
    }

    return NGX_OK;
}


static void
api_db_resolve_found(api_db_lookup_ask_t *ask,
    const api_db_lookup_found_t *found)
{
    api_db_resolve_t       *resolve;
    api_db_resolve_host_t  *host;

    resolve = ask->data;
    host = (api_db_resolve_host_t *) ask;

    host->found = *found;
    resolve->pending--;

    if (resolve->pending == 0
        || (resolve->timer.timedout && api_db_resolve_any(resolve)))
    {
        api_db_resolve_finish(resolve);
    }
}


/* of several hosts one that nobody finds does not keep us from the others */

static void
api_db_resolve_late(ngx_event_t *ev)
{
    api_db_resolve_t  *resolve;

    resolve = ev->data;

    if (api_db_resolve_any(resolve)) {
        api_db_resolve_finish(resolve);
    }
}


static ngx_uint_t
api_db_resolve_any(const api_db_resolve_t *resolve)
{
    ngx_uint_t  i;

    for (i = 0; i < resolve->nhosts; i++) {
        if (resolve->hosts[i].literal || resolve->hosts[i].found.n) {
            return 1;
        }
    }

    return 0;
}


static void
api_db_resolve_finish(api_db_resolve_t *resolve)
{
    ngx_uint_t      i;
    api_db_conn_t  *conn;

    for (i = 0; i < resolve->nhosts; i++) {
        api_db_resolve_host(resolve, &resolve->hosts[i]);
    }

    conn = resolve->conn;
    conn->resolve = NULL;

    resolve->done(conn, &resolve->addresses);

    api_db_resolve_free(resolve);
}


static void
api_db_resolve_host(api_db_resolve_t *resolve,
    const api_db_resolve_host_t *host)
{
    ngx_uint_t           i;
    api_db_addresses_t  *a;

    if (host->literal) {
        api_db_resolve_add(resolve, host->host,
                           (host->host[0] == '/' || host->host[0] == '@')
                           ? "" : host->host,
                           host->port);
        return;
    }

    for (i = 0; i < host->found.n; i++) {
        api_db_resolve_add(resolve, host->host, host->found.text[i],
                           host->port);
    }

    if (host->found.n == 0) {
        a = &resolve->addresses;

        *ngx_snprintf((u_char *) a->error, sizeof(a->error) - 1,
                      "could not translate host name \"%s\" to address: %s",
                      host->host,
                      host->found.error ? host->found.error : "no answer yet")
            = '\0';
    }
}


static void
api_db_resolve_add(api_db_resolve_t *resolve, const char *host,
    const char *address, const char *port)
{
    size_t               need;
    api_db_addresses_t  *a;

    a = &resolve->addresses;
    need = API_DB_LOOKUP_NAME + 2;

    if (resolve->naddresses == API_DB_RESOLVE_ADDRESSES
        || strlen(a->host) + need > sizeof(a->host)
        || strlen(a->hostaddr) + need > sizeof(a->hostaddr)
        || strlen(a->port) + need > sizeof(a->port))
    {
        return;
    }

    if (resolve->naddresses++) {
        (void) strcat(a->host, ",");
        (void) strcat(a->hostaddr, ",");
        (void) strcat(a->port, ",");
    }

    (void) strcat(a->host, host);
    (void) strcat(a->hostaddr, address);
    (void) strcat(a->port, port);
}


static void
api_db_resolve_free(api_db_resolve_t *resolve)
{
    ngx_uint_t  i;

    for (i = 0; i < resolve->nhosts; i++) {
        api_db_lookup_forget(&resolve->hosts[i].ask);
    }

    if (resolve->timer.timer_set) {
        ngx_del_timer(&resolve->timer);
    }

    ngx_free(resolve);
}
