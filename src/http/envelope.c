
#include "http/envelope.h"


void
api_http_envelope_open(const api_http_route_t *route, api_buf_t *out)
{
    api_buf_add_str(out, &route->envelope->open);
}


void
api_http_envelope_close(const api_http_route_t *route, ngx_uint_t rows,
    api_buf_t *out)
{
    const api_http_query_t  *query;

    query = route->queries.elts;
    query += route->answer;

    if (route->envelope->count.len != 0 && query->result == API_SQL_MANY) {
        api_buf_add_str(out, &route->envelope->count);
        api_buf_add_uint(out, rows);
    }

    api_buf_add_char(out, '}');
}
