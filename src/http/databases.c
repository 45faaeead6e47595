
#include "http/databases.h"


typedef struct {
    api_db_t                  **list;        /* by api_http_database_t.index */
    ngx_uint_t                  n;
} api_http_databases_t;


static api_http_databases_t  databases;


ngx_int_t
api_http_databases_open(ngx_cycle_t *cycle)
{
    ngx_uint_t               i, n;
    api_http_database_t    **database;
    api_http_main_conf_t    *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    n = amcf->databases.nelts;
    database = amcf->databases.elts;

    /* a collector's name is looked up without a database, too */

    api_db_init();

    if (n == 0) {
        return NGX_OK;
    }

    databases.list = ngx_pcalloc(cycle->pool, n * sizeof(api_db_t *));
    if (databases.list == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        databases.list[i] = api_db_create(&database[i]->db, cycle);
        if (databases.list[i] == NULL) {
            return NGX_ERROR;
        }

        databases.n++;
    }

    return NGX_OK;
}


void
api_http_databases_close(void)
{
    ngx_uint_t  i;

    for (i = 0; i < databases.n; i++) {
        api_db_destroy(databases.list[i]);
    }

    databases.n = 0;
}


api_db_t *
api_http_databases_get(const api_http_database_t *database)
{
    if (database->index >= databases.n) {
        return NULL;
    }

    return databases.list[database->index];
}
