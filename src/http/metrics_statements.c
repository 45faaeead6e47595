
#include "http/metrics_statements.h"
#include "http/metrics.h"
#include "http/metrics_db.h"
#include "http/plan.h"


/* classes of failures that a statement has series of its own for */
#define CLASSES  12

/* of an SQLSTATE */
#define CLASS    2


typedef struct {
    u_char                   class[CLASS];
    uint64_t                *values;     /* NULL: no room for them */
} statements_class_t;

/* a step of a plan */
typedef struct {
    uint64_t                *values;     /* without a failure; NULL: not asked
                                            for, or no room */
    statements_class_t      *classes;    /* NULL: it has never failed */
    ngx_uint_t               n;          /* of them; CLASSES and one more, which
                                            has all others */
    unsigned                 known:1;    /* values were asked for */
} statements_step_t;

typedef struct {
    const api_http_route_t  *route;      /* NULL: no route's */
    ngx_uint_t               part;
    ngx_uint_t               nsteps;
    statements_step_t       *steps;      /* NULL: none was done yet */
} statements_plan_t;


static void name_plans(statements_plan_t *plans, const api_http_route_t *route,
    ngx_uint_t part);
static void name_plan(statements_plan_t *plans, const api_http_route_t *route,
    ngx_uint_t part, const api_db_plan_t *plan);
static statements_step_t *step_of(const api_fact_t *fact,
    statements_plan_t **plan);
static uint64_t *failed(const statements_plan_t *plan, statements_step_t *step,
    ngx_uint_t n, const char *state);
static uint64_t *ask(const statements_plan_t *plan, ngx_uint_t step,
    const u_char *class, size_t len);
static u_char *summarize(u_char *last, u_char *end,
    const statements_plan_t *plan, ngx_uint_t step);


static statements_plan_t  **plans;        /* by database and plan */
static ngx_uint_t          *nplans;
static ngx_uint_t           ndatabases;
static ngx_pool_t          *pool;


ngx_int_t
api_http_metrics_statements_begin(ngx_cycle_t *cycle,
    const api_http_main_conf_t *amcf)
{
    ngx_uint_t             i, k;
    api_http_route_t     **route;
    api_http_database_t  **database;

    pool = cycle->pool;
    ndatabases = amcf->databases.nelts;
    database = amcf->databases.elts;

    plans = ngx_pcalloc(pool, (ndatabases + 1) * sizeof(statements_plan_t *));
    nplans = ngx_pcalloc(pool, (ndatabases + 1) * sizeof(ngx_uint_t));

    if (plans == NULL || nplans == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < ndatabases; i++) {

        nplans[i] = database[i]->db.nplans;
        plans[i] = ngx_pcalloc(pool, (nplans[i] + 1)
                                     * sizeof(statements_plan_t));
        if (plans[i] == NULL) {
            return NGX_ERROR;
        }
    }

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {
        for (k = 0; k < route[i]->nparts; k++) {
            name_plans(plans[route[i]->database->index], route[i], k);
        }
    }

    return NGX_OK;
}


/* of one part, for each of its roles */

static void
name_plans(statements_plan_t *of, const api_http_route_t *route,
    ngx_uint_t part)
{
    ngx_uint_t              i;
    const api_http_part_t  *p;

    p = &route->parts[part];

    name_plan(of, route, part, p->plan);

    for (i = 0; p->plans != NULL && i < route->settings->roles->nelts; i++) {
        name_plan(of, route, part, &p->plans[i]);
    }
}


static void
name_plan(statements_plan_t *of, const api_http_route_t *route,
    ngx_uint_t part, const api_db_plan_t *plan)
{
    of[plan->id].route = route;
    of[plan->id].part = part;
    of[plan->id].nsteps = plan->nsteps;
}


void
api_http_metrics_statements_done(const api_fact_t *fact)
{
    uint64_t           *values;
    statements_plan_t  *plan;
    statements_step_t  *step;

    step = step_of(fact, &plan);

    if (step == NULL) {
        return;
    }

    if (fact->word != NULL) {
        values = failed(plan, step, fact->step, fact->word);

    } else {

        if (!step->known) {
            step->known = 1;
            step->values = ask(plan, fact->step, NULL, 0);
        }

        values = step->values;
    }

    api_http_metrics_add(API_METRICS_STATEMENTS, values, fact->time);
}


static statements_step_t *
step_of(const api_fact_t *fact, statements_plan_t **plan)
{
    ngx_uint_t          i;
    statements_plan_t  *of;

    i = api_http_metrics_db_index(fact->database);

    if (i >= ndatabases || fact->plan >= nplans[i]) {
        return NULL;
    }

    of = &plans[i][fact->plan];

    if (of->route == NULL || fact->step >= of->nsteps) {
        return NULL;
    }

    if (of->steps == NULL) {
        of->steps = ngx_pcalloc(pool, of->nsteps * sizeof(statements_step_t));
        if (of->steps == NULL) {
            return NULL;
        }
    }

    *plan = of;

    return &of->steps[fact->step];
}


static uint64_t *
failed(const statements_plan_t *plan, statements_step_t *step, ngx_uint_t n,
    const char *state)
{
    ngx_uint_t           i;
    statements_class_t  *class;

    if (ngx_strlen(state) < CLASS) {
        return NULL;
    }

    if (step->classes == NULL) {
        step->classes = ngx_pcalloc(pool, (CLASSES + 1)
                                          * sizeof(statements_class_t));
        if (step->classes == NULL) {
            return NULL;
        }
    }

    class = step->classes;

    for (i = 0; i < step->n && i < CLASSES; i++) {
        if (ngx_memcmp(class[i].class, state, CLASS) == 0) {
            return class[i].values;
        }
    }

    if (i == step->n) {
        step->n++;

        ngx_memcpy(class[i].class, state, CLASS);

        class[i].values = (i < CLASSES) ? ask(plan, n, class[i].class, CLASS)
                          : ask(plan, n, (const u_char *) "other", 5);
    }

    return class[i].values;
}


static uint64_t *
ask(const statements_plan_t *plan, ngx_uint_t step, const u_char *class,
    size_t len)
{
    u_char                    text[API_METRICS_LABELS], *last;
    api_http_metrics_label_t  labels[API_METRICS_PAIRS];

    last = summarize(text, text + sizeof(text), plan, step);

    labels[0].name = "db_namespace";
    labels[0].value = plan->route->database->db.name;

    labels[1].name = "db_query_summary";
    labels[1].value.data = text;
    labels[1].value.len = (size_t) (last - text);

    labels[2].name = "error_type";
    labels[2].value.data = api_unconst(class);
    labels[2].value.len = len;

    return api_http_metrics_values(API_METRICS_STATEMENTS, &plan->route->name,
                                   labels);
}


/* "GET /users/:id", the second one "GET /users/:id #2"; what runs before them
   "GET /users/:id settings" */

static u_char *
summarize(u_char *last, u_char *end, const statements_plan_t *plan,
    ngx_uint_t step)
{
    ngx_int_t  n;

    n = api_http_plan_query(plan->route, plan->part, step);

    last = ngx_slprintf(last, end, "%V", &plan->route->name);

    if (n == NGX_DECLINED) {
        return ngx_slprintf(last, end, " settings");
    }

    return n == 0 ? last : ngx_slprintf(last, end, " #%i", n + 1);
}
