
#include "conf/reader.h"
#include "conf/bind.h"
#include "conf/place.h"
#include "http/source.h"


static const char *check_type(const api_http_route_t *route,
    const api_http_bind_t *bind);


api_http_reader_t *
api_conf_reader_add(ngx_conf_t *cf, api_http_route_t *route, const char *what)
{
    api_http_reader_t  *reader, **slot;

    if (route->readers == NULL) {
        route->readers = ngx_array_create(cf->pool, 2, sizeof(void *));
        if (route->readers == NULL) {
            return NULL;
        }
    }

    reader = ngx_pcalloc(cf->pool, sizeof(api_http_reader_t));

    if (reader == NULL
        || ngx_array_init(&reader->reads, cf->pool, 4, sizeof(api_http_read_t))
           != NGX_OK)
    {
        return NULL;
    }

    slot = ngx_array_push(route->readers);
    if (slot == NULL) {
        return NULL;
    }

    *slot = reader;

    reader->what = what;
    reader->index = route->readers->nelts - 1;
    reader->at = route->queries.nelts;

    return reader;
}


ngx_int_t
api_conf_reader_name(ngx_conf_t *cf, api_http_reader_t *reader,
    const ngx_str_t *name)
{
    api_http_read_t  *read;

    read = ngx_array_push(&reader->reads);
    if (read == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(read, sizeof(api_http_read_t));

    read->param.name = *name;
    api_conf_place(cf, &read->place);

    return NGX_OK;
}


ngx_int_t
api_conf_readers_bind(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t            rc;
    ngx_uint_t           i, n;
    const char          *why;
    api_http_read_t     *read;
    api_http_reader_t  **reader;

    rc = NGX_OK;

    if (route->readers == NULL) {
        return NGX_OK;
    }

    reader = route->readers->elts;

    for (i = 0; i < route->readers->nelts; i++) {

        read = reader[i]->reads.elts;

        for (n = 0; n < reader[i]->reads.nelts; n++) {

            read[n].bind.json = reader[i]->json;
            read[n].bind.bytes = (reader[i]->want == API_HTTP_WANT_BYTES);

            why = api_conf_bind_name(cf, route, reader[i]->at, &read[n].param,
                                     &read[n].bind);

            if (why == NULL && reader[i]->json) {
                why = check_type(route, &read[n].bind);
            }

            if (why != NULL) {
                api_conf_log(NGX_LOG_EMERG, cf, &read[n].place,
                             "%s of \"%V\": \"$%V\" %s", reader[i]->what,
                             &route->name, &read[n].param.name, why);
                rc = NGX_ERROR;
            }
        }
    }

    return rc;
}


/* arrays of the client are refused: only their text for PostgreSQL is kept */

static const char *
check_type(const api_http_route_t *route, const api_http_bind_t *bind)
{
    api_type_t  type;

    api_http_source_type(route, bind, &type);

    return type.array
           ? "is an array, which only a statement takes: let one answer it, "
             "and name its column" : NULL;
}


ngx_uint_t
api_conf_reader_reads(const api_http_route_t *route, ngx_uint_t n,
    ngx_uint_t guards)
{
    ngx_uint_t               i, k;
    api_http_reader_t      **reader;
    const api_http_read_t   *read;

    if (route->readers == NULL) {
        return 0;
    }

    reader = route->readers->elts;

    for (i = 0; i < route->readers->nelts; i++) {

        read = reader[i]->reads.elts;

        for (k = 0; k < reader[i]->reads.nelts; k++) {
            if (reader[i]->guards == guards && read[k].bind.source->earlier
                && read[k].bind.index == n)
            {
                return 1;
            }
        }
    }

    return 0;
}
