
#include "http/facts.h"
#include "http/chapter.h"


/* bytes of a line: more than a fact ever needs */
#define FACTS_LINE  512


typedef struct {
    ngx_uint_t       (*wanted)(ngx_cycle_t *cycle);
    api_observer_pt    observer;
} facts_observer_t;


/* told once more for others */
#define FACTS_TWICE                                                           \
    (api_observe_bit(API_EVENT_STEP_WAITS)                                    \
     | api_observe_bit(API_EVENT_STEP_RESUMED))


/* plans of a database: whether they are a route's, whose jobs have a request as
   their data; a look-up of api_key or of api_jwt's "revoked" has something
   else */
typedef struct {
    const ngx_str_t   *name;             /* of the database, by its address */
    u_char            *plans;
    ngx_uint_t         n;
} facts_database_t;


static ngx_int_t find_plans(ngx_cycle_t *cycle,
    const api_http_main_conf_t *amcf);
static void name_plans(facts_database_t *of, const api_http_route_t *route);
static ngx_uint_t debug_wanted(ngx_cycle_t *cycle);
static void debug(const api_fact_t *fact);


static const facts_observer_t  observers[] = {
    { debug_wanted, debug }
};

static facts_database_t  *databases;
static ngx_uint_t         ndatabases;


ngx_int_t
api_http_facts_init(ngx_cycle_t *cycle)
{
    ngx_uint_t             i;
    api_observer_pt        observer;
    api_http_main_conf_t  *amcf;
    api_http_chapter_t   **chapter;

    api_observe_none();

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (find_plans(cycle, amcf) != NGX_OK) {
        return NGX_ERROR;
    }

    chapter = amcf->chapters.elts;

    for (i = 0; i < amcf->chapters.nelts; i++) {

        observer = (chapter[i]->observer != NULL) ? chapter[i]->observer()
                                                  : NULL;

        if (observer != NULL
            && api_observe_add(observer, chapter[i]->events) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < sizeof(observers) / sizeof(observers[0]); i++) {

        if (observers[i].wanted(cycle)
            && api_observe_add(observers[i].observer,
                               API_OBSERVE_ALL & ~FACTS_TWICE)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
find_plans(ngx_cycle_t *cycle, const api_http_main_conf_t *amcf)
{
    ngx_uint_t             i;
    api_http_route_t     **route;
    api_http_database_t  **database;

    ndatabases = amcf->databases.nelts;
    database = amcf->databases.elts;

    databases = ngx_pcalloc(cycle->pool, (ndatabases + 1)
                                         * sizeof(facts_database_t));
    if (databases == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < ndatabases; i++) {

        databases[i].name = &database[i]->db.name;
        databases[i].n = database[i]->db.nplans;
        databases[i].plans = ngx_pcalloc(cycle->pool, databases[i].n + 1);

        if (databases[i].plans == NULL) {
            return NGX_ERROR;
        }
    }

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {
        if (!route[i]->aside) {
            name_plans(&databases[route[i]->database->index], route[i]);
        }
    }

    return NGX_OK;
}


static void
name_plans(facts_database_t *of, const api_http_route_t *route)
{
    ngx_uint_t              i, k;
    const api_http_part_t  *part;

    for (i = 0; i < route->nparts; i++) {
        part = &route->parts[i];

        of->plans[part->plan->id] = 1;

        for (k = 0; part->plans != NULL
                    && k < route->settings->roles->nelts; k++)
        {
            of->plans[part->plans[k].id] = 1;
        }
    }
}


const api_http_ctx_t *
api_http_facts_request(const api_fact_t *fact)
{
    ngx_uint_t  i;

    if (fact->database == NULL || fact->request == NULL) {
        return fact->request;
    }

    for (i = 0; i < ndatabases; i++) {

        if (databases[i].name == fact->database) {
            return fact->plan < databases[i].n && databases[i].plans[fact->plan]
                   ? fact->request : NULL;
        }
    }

    return NULL;
}


static ngx_uint_t
debug_wanted(ngx_cycle_t *cycle)
{
#if (NGX_DEBUG)
    ngx_event_conf_t  *ecf;

    ecf = ngx_event_get_conf(cycle->conf_ctx, ngx_event_core_module);

    return (cycle->log->log_level & NGX_LOG_DEBUG_HTTP) != 0
           || ecf->debug_connection.nelts != 0;
#else
    (void) cycle;

    return 0;
#endif
}


static void
debug(const api_fact_t *fact)
{
    u_char                line[FACTS_LINE], *p, *last;
    ngx_log_t            *log;
    const char           *n, *time;
    const api_http_ctx_t *ctx;

    ctx = api_http_facts_request(fact);
    log = (ctx != NULL) ? ctx->request->connection->log : ngx_cycle->log;

    n = api_observe_n(fact->event);
    time = api_observe_time(fact->event);

    last = line + sizeof(line);
    p = ngx_slprintf(line, last, "%s", api_observe_words(fact->event));

    if (fact->was != NULL) {
        p = ngx_slprintf(p, last, " %s", fact->was);
    }

    if (fact->word != NULL) {
        p = ngx_slprintf(p, last, " %s", fact->word);
    }

    if (fact->event == API_EVENT_STATEMENT_DONE) {
        p = ngx_slprintf(p, last, ", step %ui", fact->step);
    }

    if (*n) {
        p = ngx_slprintf(p, last, ", %s %L", n, fact->n);
    }

    if (fact->bytes) {
        p = ngx_slprintf(p, last, ", %uz bytes", fact->bytes);
    }

    if (*time) {
        p = ngx_slprintf(p, last, ", %s %uL us", time, fact->time);
    }

    if (ctx == NULL && fact->database != NULL) {
        p = ngx_slprintf(p, last, ", api_postgres: \"%V\"", fact->database);
    }

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, log, 0, "api fact: %*s",
                   (size_t) (p - line), line);
}
