
#include "http/metrics_db.h"
#include "http/metrics.h"


typedef struct {
    const api_http_database_t  *database;
    uint64_t                   *values;     /* of API_METRICS_DATABASE */
    uint64_t                   *wait;       /* and of histograms; NULL: no */
    uint64_t                   *create;     /* room for them */
    uint64_t                   *batch;
    unsigned                    alone:1;    /* values are in no zone: it had no
                                               room for them */
} metrics_db_t;


static ngx_int_t begin(metrics_db_t *db, ngx_pool_t *pool);
static ngx_uint_t is_late(const char *outcome);
static void moved(uint64_t *values, const char *was, const char *now);
static api_database_value_e gauge_of(const char *state);
static ngx_uint_t usable(const uint64_t *values);


static metrics_db_t  *list;
static ngx_uint_t     n;


ngx_int_t
api_http_metrics_db_begin(ngx_cycle_t *cycle, const api_http_main_conf_t *amcf)
{
    ngx_uint_t             i;
    api_http_database_t  **database;

    n = amcf->databases.nelts;
    database = amcf->databases.elts;

    list = ngx_pcalloc(cycle->pool, (n + 1) * sizeof(metrics_db_t));
    if (list == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        list[i].database = database[i];

        if (begin(&list[i], cycle->pool) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
begin(metrics_db_t *db, ngx_pool_t *pool)
{
    api_metrics_key_t          key;
    const ngx_str_t           *name;
    api_metrics_cell_t        *cell;
    api_http_metrics_conf_t   *mcf;
    api_http_metrics_label_t   labels[API_METRICS_PAIRS];

    mcf = api_http_metrics_conf();
    name = &db->database->db.name;

    ngx_memzero(labels, sizeof(labels));
    labels[0].name = "db_client_connection_pool_name";
    labels[0].value = *name;

    db->wait = api_http_metrics_values(API_METRICS_WAIT, name, labels);
    db->create = api_http_metrics_values(API_METRICS_CREATE, name, labels);
    db->batch = api_http_metrics_values(API_METRICS_BATCH, name, labels);

    api_http_metrics_key(mcf, API_METRICS_DATABASE, &key);
    key.subject = api_metrics_zone_subject(name);
    key.labels = *name;

    cell = api_metrics_zone_cell(&mcf->zone, &key);

    if (cell == NULL) {

        db->alone = 1;
        db->values = ngx_pcalloc(pool, API_DATABASE_VALUES * sizeof(uint64_t));

        return db->values != NULL ? NGX_OK : NGX_ERROR;
    }

    /* whoever had the slot before has no connections */

    db->values = cell->values;
    ngx_memzero(db->values, API_DATABASE_GAUGES * sizeof(uint64_t));

    ngx_memory_barrier();
    cell->start = api_metrics_zone_owner(&mcf->zone)->start;

    return NGX_OK;
}


ngx_uint_t
api_http_metrics_db_index(const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (&list[i].database->db.name == name) {
            break;
        }
    }

    return i;
}


void
api_http_metrics_db_observe(const api_fact_t *fact)
{
    ngx_uint_t     i;
    metrics_db_t  *db;

    i = api_http_metrics_db_index(fact->database);

    if (i == n) {
        return;
    }

    db = &list[i];

    switch (fact->event) {

    case API_EVENT_JOB_SENT:
        api_http_metrics_add(API_METRICS_WAIT, db->wait, fact->time);
        break;

    case API_EVENT_BATCH_SENT:
        api_http_metrics_add(API_METRICS_BATCH, db->batch, (uint64_t) fact->n);
        break;

    case API_EVENT_CONN_OPENED:
        api_http_metrics_add(API_METRICS_CREATE, db->create, fact->time);
        db->values[API_DATABASE_VERSION] = (uint64_t) fact->n;
        break;

    case API_EVENT_CONN_STATE:
        moved(db->values, fact->was, fact->word);
        break;

    case API_EVENT_ROLE_SEEN:
        db->values[API_DATABASE_STANDBY] = (uint64_t) fact->n;
        break;

    case API_EVENT_JOB_WAITS:
    case API_EVENT_LINE_LEFT:
        db->values[API_DATABASE_PENDING] = (uint64_t) fact->n;
        break;

    case API_EVENT_BACKOFF_BEGUN:
        db->values[API_DATABASE_FAILING] = 1;
        break;

    case API_EVENT_BACKOFF_ENDED:
        db->values[API_DATABASE_FAILING] = 0;
        break;

    case API_EVENT_JOB_FINISHED:
        if (is_late(fact->word)) {
            db->values[API_DATABASE_TIMEOUTS]++;
        }

        break;

    case API_EVENT_JOB_REPLAYED:
        db->values[API_DATABASE_REPLAYED]++;
        break;

    case API_EVENT_CANCEL_SENT:
        db->values[API_DATABASE_CANCELLED]++;
        break;

    case API_EVENT_CONN_LOST:
        db->values[API_DATABASE_LOST]++;
        break;

    case API_EVENT_PREPARED:
        db->values[API_DATABASE_PREPARED]++;
        break;

    default:
        break;
    }
}


/* of an outcome: no other word begins so */

static ngx_uint_t
is_late(const char *outcome)
{
    return outcome[0] == 'l' && outcome[1] == 'a';
}


static void
moved(uint64_t *values, const char *was, const char *now)
{
    ngx_uint_t            before;
    api_database_value_e  gauge;

    before = usable(values);

    gauge = gauge_of(was);

    if (gauge != API_DATABASE_GAUGES) {
        values[gauge]--;
    }

    gauge = gauge_of(now);

    if (gauge != API_DATABASE_GAUGES) {
        values[gauge]++;
    }

    if (usable(values)) {
        values[API_DATABASE_LAST] = 0;

    } else if (before) {
        values[API_DATABASE_LAST] = ngx_current_msec;
        values[API_DATABASE_STANDBY] = 0;
    }
}


static ngx_uint_t
usable(const uint64_t *values)
{
    return values[API_DATABASE_IDLE] + values[API_DATABASE_USED] != 0;
}


/* of a state's word; API_DATABASE_GAUGES: closed */

static api_database_value_e
gauge_of(const char *state)
{
    switch (state[0]) {

    case 'i':
        return API_DATABASE_IDLE;

    case 'b':                             /* busy, draining */
    case 'd':
        return API_DATABASE_USED;

    default:
        return ngx_strcmp(state, "closed") == 0 ? API_DATABASE_GAUGES
                                                : API_DATABASE_OPENING;
    }
}


void
api_http_metrics_db_sum(const api_http_database_t *database, ngx_uint_t old,
    uint64_t *values)
{
    uint64_t                  all[API_DATABASE_VALUES];
    api_metrics_key_t         key;
    api_http_metrics_conf_t  *mcf;

    if (list[database->index].alone) {
        ngx_memcpy(values, list[database->index].values, sizeof(all));
        return;
    }

    mcf = api_http_metrics_conf();

    api_http_metrics_key(mcf, API_METRICS_DATABASE, &key);
    key.labels = database->db.name;
    key.most = 1u << API_DATABASE_LAST | 1u << API_DATABASE_VERSION;

    api_metrics_zone_sum(&mcf->zone, &key, old ? 1 : mcf->zone.cycle, values);
    api_metrics_zone_sum(&mcf->zone, &key, 0, all);

    values[API_DATABASE_LAST] = all[API_DATABASE_LAST];

    ngx_memcpy(&values[API_DATABASE_GAUGES], &all[API_DATABASE_GAUGES],
               (API_DATABASE_VALUES - API_DATABASE_GAUGES) * sizeof(uint64_t));
}
