
#include "db/took.h"
#include "db/tell.h"


/* so many different ones are kept: a connection string's hosts are few */
#define API_DB_TOOK_SERVERS  16


static void keep_longest(api_db_flight_t *flight,
    const api_db_command_t *command, ngx_uint_t rows, uint64_t took);


void
api_db_took(const api_db_conn_t *conn, const api_db_segment_t *segment,
    const api_db_command_t *command, ngx_uint_t rows, size_t bytes)
{
    api_db_flight_t  *flight;

    flight = command->flight;

    if (command->kind == API_DB_COMMAND_EXECUTE) {
        keep_longest(flight, command, rows, conn->woken - flight->sent);
    }

    api_db_tell_flight(flight, .event = API_EVENT_STATEMENT_DONE,
                       .word = api_db_tell_state(command->res),
                       .step = command->step,
                       .n = (ngx_int_t) rows, .bytes = bytes,
                       .time = conn->woken - flight->sent, .at = flight->sent,
                       .jobs = segment->nflights,
                       .host = api_db_tell_host(conn->pg));
}


static void
keep_longest(api_db_flight_t *flight, const api_db_command_t *command,
    ngx_uint_t rows, uint64_t took)
{
    api_db_job_t  *job;

    job = flight->job;

    if (job != NULL) {
        job->awaited = command->step + 1;

        if (took - flight->told >= job->longest) {
            job->longest = took - flight->told;
            job->slowest = command->step;
            job->rows = rows;
        }
    }

    flight->told = took;
}


/* jobs point to it, whatever becomes of the connection */

void
api_db_took_server(api_db_conn_t *conn)
{
    size_t       len;
    api_db_t    *db;
    ngx_str_t   *server;
    ngx_uint_t   i;
    const char  *host, *port;

    db = conn->db;
    host = PQhost(conn->pg);
    port = PQport(conn->pg);

    conn->where = NULL;

    if (host == NULL || port == NULL) {
        return;
    }

    len = ngx_strlen(host) + 1 + ngx_strlen(port);

    for (i = 0; i < db->nservers; i++) {
        server = &db->servers[i];

        if (server->len == len
            && ngx_strncmp(server->data, host, ngx_strlen(host)) == 0
            && ngx_strcmp(server->data + ngx_strlen(host) + 1, port) == 0)
        {
            conn->where = server;
            return;
        }
    }

    if (db->servers == NULL) {
        db->servers = ngx_palloc(db->pool, API_DB_TOOK_SERVERS
                                           * sizeof(ngx_str_t));
    }

    if (db->servers == NULL || db->nservers == API_DB_TOOK_SERVERS) {
        return;
    }

    server = &db->servers[db->nservers];
    server->len = len;
    server->data = ngx_pnalloc(db->pool, len + 1);

    if (server->data != NULL) {
        (void) ngx_sprintf(server->data, "%s:%s%Z", host, port);
        db->nservers++;
        conn->where = server;
    }
}
