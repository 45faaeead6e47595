
#include "conf/pooler.h"
#include "conf/place.h"
#include "check/lent.h"
#include "check/named.h"


static void pooler_transactions(api_http_database_t *database);


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

    pooler_transactions(database);

    api_conf_log(NGX_LOG_WARN, cf, &database->place,
                 "api_postgres \"%V\": %V is a pooler, and is taken for "
                 "one in transaction mode: say \"pooler transaction\", or "
                 "\"pooler session\", which is faster, if that is its "
                 "pool_mode", &database->db.name, place);
}


void
api_conf_pooler_lends(ngx_conf_t *cf, api_http_database_t *database,
    const ngx_str_t *place)
{
    if (database->db.pooler != API_DB_POOLER_SESSION) {
        return;
    }

    pooler_transactions(database);

    api_conf_log(NGX_LOG_WARN, cf, &database->place,
                 "api_postgres \"%V\" says \"pooler session\", but %V lends "
                 "its sessions by the transaction, and is taken for such a "
                 "one: say \"pooler transaction\", or set its pool_mode to "
                 "session",
                 &database->db.name, place);
}


void
api_conf_pooler_unasked(ngx_conf_t *cf, api_http_database_t *database)
{
    if (database->db.pooler != API_DB_POOLER_SESSION) {
        return;
    }

    pooler_transactions(database);

    api_conf_log(NGX_LOG_WARN, cf, &database->place,
                 "api_postgres \"%V\" says \"pooler session\", and its pooler "
                 "was not asked whether it gives sessions: it is taken for "
                 "\"pooler transaction\" until a reload that can ask it",
                 &database->db.name);
}


static void
pooler_transactions(api_http_database_t *database)
{
    database->db.pooler = API_DB_POOLER_TRANSACTION;

    if (!database->db.prepare_given) {
        database->db.prepare = 0;
    }
}


ngx_int_t
api_conf_pooler_begin(ngx_conf_t *cf, api_conf_checked_t *c)
{
    const api_http_database_t  *database;

    database = c->database;

    /* to be asked only where the check goes another way ("direct") */

    if (database->direct.text.data == NULL
        || (database->db.pooler != API_DB_POOLER_SESSION
            && (database->db.pooler != API_DB_POOLER_TRANSACTION
                || !database->db.prepare)))
    {
        return NGX_OK;
    }

    c->check.front_keywords = database->primary.keywords;
    c->check.front_values = database->primary.values;

    return api_check_addresses_begin(c->check.pool, cf->log,
                                     c->check.front_keywords,
                                     c->check.front_values, &c->front);
}


ngx_int_t
api_conf_pooler_ask(api_conf_checked_t *c)
{
    ngx_int_t               rc;
    const char             *why;
    const api_db_conf_t    *db;
    api_check_addresses_t  *names;

    db = &c->database->db;
    names = c->front;
    c->front = NULL;

    if (names != NULL) {
        rc = api_check_addresses_end(names, c->check.reach,
                                     &c->check.front_keywords,
                                     &c->check.front_values, &why);
        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
        }
    }

    if ((c->rc != NGX_OK && c->rc != NGX_DONE)
        || c->database->check == API_HTTP_CHECK_OFF
        || c->fronted)
    {
        return NGX_OK;
    }

    c->fronted = 1;

    if (db->pooler == API_DB_POOLER_SESSION
        && c->check.front_keywords != NULL)
    {
        return api_check_lent_front(&c->check);
    }

    if (!db->prepare) {
        return NGX_OK;
    }

    if (db->pooler != API_DB_POOLER_TRANSACTION) {

        /* a pooler that is noticed turns prepared statements off, unless the
           configuration asks for them */

        if (!c->check.pooled || !(db->pooler_given || db->prepare_given)) {
            return NGX_OK;
        }
    }

    if (c->check.front_keywords == NULL) {
        c->check.front_keywords = c->check.keywords;
        c->check.front_values = c->check.values;
    }

    return api_check_named(&c->check);
}


void
api_conf_pooler_tell(ngx_conf_t *cf, api_conf_checked_t *c)
{
    if (c->check.front.len == 0) {
        return;
    }

    api_conf_log(NGX_LOG_WARN, cf, &c->database->place,
                 "api_postgres \"%V\" has \"prepare on\", but a statement "
                 "prepared through %V is lost, or another client's: say "
                 "\"prepare off\", or let the pooler keep them "
                 "(max_prepared_statements of PgBouncer 1.21 and newer)",
                 &c->database->db.name, &c->check.front);

    /* once, though migrations have the rest asked again */

    ngx_str_null(&c->check.front);
}
