
#include "conf/pooler.h"
#include "conf/place.h"


char *
api_conf_pooler(api_http_database_t *database, const ngx_str_t *value)
{
    if (database->db.pooler_given) {
        return "is duplicate";
    }

    database->db.pooler_given = 1;

    if (api_str_is(value, "off")) {
        database->db.pooler = API_DB_POOLER_OFF;

    } else if (api_str_is(value, "session")) {
        database->db.pooler = API_DB_POOLER_SESSION;

    } else if (api_str_is(value, "transaction")) {
        database->db.pooler = API_DB_POOLER_TRANSACTION;

    } else {
        return "must be off, session or transaction, as the pooler's pool_mode";
    }

    return NGX_CONF_OK;
}


ngx_int_t
api_conf_pooler_finish(ngx_conf_t *cf,
    const api_http_database_t *database)
{
    if (!api_conf_pooled(database) || database->migrations.data == NULL) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "api_postgres \"%V\" has migrations, which need a "
                       "session of their own, and pooler transaction: say "
                       "direct with a connection string that leads to "
                       "PostgreSQL itself", &database->db.name);

    return NGX_ERROR;
}


ngx_uint_t
api_conf_pooled(const api_http_database_t *database)
{
    return database->db.pooler == API_DB_POOLER_TRANSACTION
           && database->direct.text.data == NULL;
}


void
api_conf_pooler_noticed(ngx_conf_t *cf, api_http_database_t *database,
    const ngx_str_t *place)
{
    if (database->direct.text.data != NULL
        || database->db.pooler == API_DB_POOLER_TRANSACTION)
    {
        return;
    }

    if (database->db.pooler_given) {
        api_conf_log(NGX_LOG_WARN, cf, &database->place,
                     "api_postgres \"%V\" says \"pooler off\", but %V is "
                     "a pooler: its other clients may see settings of "
                     "these sessions", &database->db.name, place);
        return;
    }

    database->db.pooler = API_DB_POOLER_TRANSACTION;

    if (!database->db.prepare_given) {
        database->db.prepare = 0;
    }

    api_conf_log(NGX_LOG_WARN, cf, &database->place,
                 "api_postgres \"%V\": %V is a pooler, and is taken for "
                 "one in transaction mode: say \"pooler transaction\", or "
                 "\"pooler session\", which is faster, if that is its "
                 "pool_mode", &database->db.name, place);
}
