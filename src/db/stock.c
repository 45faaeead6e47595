
#include "db/stock.h"


static void *api_db_stock_take(api_db_t *db, ngx_queue_t *list, size_t size,
    size_t offset);


api_db_flight_t *
api_db_stock_flight(api_db_t *db)
{
    api_db_flight_t  *flight;

    flight = api_db_stock_take(db, &db->free_flights, sizeof(api_db_flight_t),
                               offsetof(api_db_flight_t, queue));
    if (flight) {
        flight->db = db;
        ngx_queue_init(&flight->results);
    }

    return flight;
}


api_db_segment_t *
api_db_stock_segment(api_db_t *db)
{
    api_db_segment_t  *segment;

    segment = api_db_stock_take(db, &db->free_segments,
                                sizeof(api_db_segment_t),
                                offsetof(api_db_segment_t, queue));
    if (segment) {
        ngx_queue_init(&segment->flights);
        ngx_queue_init(&segment->landed);
        ngx_queue_init(&segment->commands);
    }

    return segment;
}


api_db_command_t *
api_db_stock_command(api_db_t *db)
{
    return api_db_stock_take(db, &db->free_commands, sizeof(api_db_command_t),
                             offsetof(api_db_command_t, queue));
}


static void *
api_db_stock_take(api_db_t *db, ngx_queue_t *list, size_t size, size_t offset)
{
    u_char       *p;
    ngx_queue_t  *q;

    if (ngx_queue_empty(list)) {
        return ngx_pcalloc(db->pool, size);
    }

    q = ngx_queue_head(list);
    ngx_queue_remove(q);

    p = (u_char *) q - offset;
    ngx_memzero(p, size);

    return p;
}


void
api_db_stock_free_flight(api_db_flight_t *flight)
{
    api_db_stock_clear(flight);

    ngx_queue_insert_head(&flight->db->free_flights, &flight->queue);
}


void
api_db_stock_free_segment(api_db_t *db, api_db_segment_t *segment)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&segment->commands)) {
        q = ngx_queue_head(&segment->commands);
        ngx_queue_remove(q);

        api_db_stock_free_command(db, ngx_queue_data(q, api_db_command_t,
                                                     queue));
    }

    PQclear(segment->failure);

    ngx_queue_insert_head(&db->free_segments, &segment->queue);
}


void
api_db_stock_free_command(api_db_t *db, api_db_command_t *command)
{
    PQclear(command->res);

    ngx_queue_insert_head(&db->free_commands, &command->queue);
}


void
api_db_stock_clear(api_db_flight_t *flight)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&flight->results)) {
        q = ngx_queue_head(&flight->results);
        ngx_queue_remove(q);

        api_db_stock_free_command(flight->db,
                                  ngx_queue_data(q, api_db_command_t, queue));
    }

    PQclear(flight->failure);
    flight->failure = NULL;
}


const char **
api_db_stock_values(api_db_t *db, ngx_uint_t n)
{
    const char  **values;

    if (n + 1 > db->nscratch) {

        values = ngx_alloc((n + 1) * sizeof(char *), db->log);
        if (values == NULL) {
            return NULL;
        }

        ngx_free(db->scratch);

        db->scratch = values;
        db->nscratch = n + 1;
    }

    return db->scratch;
}
