
#include "db/resolve.h"
#include "db/options.h"

#include <netdb.h>


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
    api_db_addresses_t          addresses;
    ngx_uint_t                  nhosts;
    api_db_resolve_host_t       hosts[1];    /* more behind */
};


static void api_db_resolve_split(api_db_resolve_t *resolve, const char *hosts,
    const char *ports);
static ngx_int_t api_db_resolve_ask(api_db_resolve_t *resolve);
static void api_db_resolve_found(api_db_lookup_ask_t *ask,
    const api_db_lookup_found_t *found);
static void api_db_resolve_late(ngx_event_t *ev);
static ngx_uint_t api_db_resolve_any(const api_db_resolve_t *resolve);
static void api_db_resolve_finish(api_db_resolve_t *resolve);
static void api_db_resolve_free(api_db_resolve_t *resolve);


ngx_int_t
api_db_resolve(api_db_conn_t *conn, api_db_resolve_pt done)
{
    ngx_uint_t         n, literals;
    const char        *host, *port, *address;
    const api_db_t    *db;
    api_db_resolve_t  *resolve;

    db = conn->db;

    host = api_db_options_value(db->keywords, db->values, "host");
    address = api_db_options_value(db->keywords, db->values, "hostaddr");
    port = api_db_options_value(db->keywords, db->values, "port");

    literals = 0;
    n = host ? api_db_hosts_count(host, &literals) : 0;

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

        (void) api_db_hosts_item(&hosts, host->host, sizeof(host->host));

        /* one port may be for all hosts */

        if (*ports) {
            (void) api_db_hosts_item(&ports, port, sizeof(port));
        }

        ngx_memcpy(host->port, port, sizeof(port));

        host->literal = api_db_hosts_literal(host->host) ? 1 : 0;
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


/* a host whose name nobody knows does not keep us from the others */

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
    ngx_uint_t              i;
    api_db_conn_t          *conn;
    api_db_resolve_host_t  *host;

    for (i = 0; i < resolve->nhosts; i++) {
        host = &resolve->hosts[i];

        api_db_hosts_add(&resolve->addresses, host->host, host->port,
                         host->literal ? NULL : &host->found);
    }

    conn = resolve->conn;
    conn->resolve = NULL;

    resolve->done(conn, &resolve->addresses);

    api_db_resolve_free(resolve);
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
