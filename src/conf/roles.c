
#include "conf/roles.h"
#include "conf/defaults.h"
#include "conf/place.h"
#include "conf/statements.h"


static ngx_int_t make_plans(ngx_conf_t *cf, api_http_route_t *route,
    api_http_part_t *part);
static api_check_role_t *find(const api_check_t *check,
    const ngx_str_t *name);
static ngx_uint_t is_told(const api_http_main_conf_t *amcf, ngx_uint_t n);
static const api_http_setting_t *setting_of(const api_http_route_t *route);
static ngx_int_t tell_route(ngx_conf_t *cf, const api_conf_checked_t *c,
    const api_http_route_t *route);
static ngx_uint_t tell_role(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_role_t *role);


const ngx_str_t *
api_conf_roles_first(const api_http_route_t *route)
{
    if (route->settings == NULL || route->settings->roles == NULL) {
        return NULL;
    }

    return route->settings->roles->elts;
}


ngx_int_t
api_conf_roles_plans(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t  i;

    if (api_conf_roles_first(route) == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < route->nparts; i++) {
        if (make_plans(cf, route, &route->parts[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
make_plans(ngx_conf_t *cf, api_http_route_t *route, api_http_part_t *part)
{
    ngx_str_t      *roles;
    ngx_uint_t      i, k, n;
    api_db_conf_t  *db;
    api_db_plan_t  *plan;
    api_db_step_t  *steps;

    db = &route->database->db;
    roles = route->settings->roles->elts;
    n = part->plan->nsteps;

    plan = ngx_palloc(cf->pool, route->settings->roles->nelts
                                * sizeof(api_db_plan_t));
    if (plan == NULL) {
        return NGX_ERROR;
    }

    part->plans = plan;
    plan[0] = *part->plan;

    for (i = 1; i < route->settings->roles->nelts; i++) {

        steps = ngx_palloc(cf->pool, n * sizeof(api_db_step_t));
        if (steps == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(steps, part->plan->steps, n * sizeof(api_db_step_t));

        for (k = route->lead; k < n; k++) {
            if (api_conf_statements_add(cf, db, steps[k].sql, &roles[i],
                                        &steps[k].id)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        plan[i] = *part->plan;
        plan[i].id = db->nplans++;
        plan[i].steps = steps;
    }

    return NGX_OK;
}


void
api_conf_roles_settle(api_http_route_t *route)
{
    ngx_uint_t        i, k;
    api_db_plan_t    *plan, of;
    api_http_part_t  *part;

    if (api_conf_roles_first(route) == NULL) {
        return;
    }

    for (k = 0; k < route->nparts; k++) {

        part = &route->parts[k];
        plan = part->plans;

        for (i = 0; i < route->settings->roles->nelts; i++) {
            of = plan[i];

            plan[i] = *part->plan;
            plan[i].id = of.id;
            plan[i].steps = of.steps;
        }
    }
}


ngx_int_t
api_conf_roles_ask(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_str_t              *name;
    ngx_uint_t              i, k;
    api_check_role_t       *role;
    api_http_route_t      **route;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    c->check.roles = ngx_array_create(c->check.pool, 4,
                                      sizeof(api_check_role_t));
    if (c->check.roles == NULL) {
        return NGX_ERROR;
    }

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        if (route[i]->database != c->database
            || api_conf_roles_first(route[i]) == NULL)
        {
            continue;
        }

        name = route[i]->settings->roles->elts;

        for (k = 0; k < route[i]->settings->roles->nelts; k++) {

            if (find(&c->check, &name[k]) != NULL) {
                continue;
            }

            role = ngx_array_push(c->check.roles);
            if (role == NULL) {
                return NGX_ERROR;
            }

            ngx_memzero(role, sizeof(api_check_role_t));
            role->name = name[k];
        }
    }

    return NGX_OK;
}


static api_check_role_t *
find(const api_check_t *check, const ngx_str_t *name)
{
    ngx_uint_t         i;
    api_check_role_t  *role;

    role = check->roles->elts;

    for (i = 0; i < check->roles->nelts; i++) {
        if (api_str_equal(&role[i].name, name)) {
            return &role[i];
        }
    }

    return NULL;
}


ngx_int_t
api_conf_roles_collect(api_check_t *check, api_http_route_t *route,
    api_conf_asked_t *asked)
{
    ngx_uint_t              i, k, n;
    const ngx_str_t        *role;
    api_http_query_t       *query;
    api_check_statement_t  *statement;

    role = api_conf_roles_first(route);
    n = role ? route->settings->roles->nelts : 1;
    query = route->queries.elts;

    for (i = 0; i < n; i++) {

        for (k = 0; k < route->queries.nelts; k++) {

            statement = &check->statements[check->nstatements];

            statement->data = &asked[check->nstatements];
            asked[check->nstatements].route = route;
            asked[check->nstatements].query = &query[k];

            statement->sql = &query[k].sql;
            statement->targets = &query[k].targets;
            statement->name = route->name;
            statement->role = role ? (const char *) role[i].data : NULL;
            statement->repeats = (i > 0);

            if (api_conf_defaults(check->pool, route, &query[k], statement)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            /* until the server says more */

            statement->opaque = 1;
            statement->dynamic = 1;
            statement->recalls = 1;

            check->nstatements++;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_conf_roles_tell(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    api_http_route_t      **route;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    rc = NGX_OK;
    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        if (route[i]->database == c->database
            && api_conf_roles_first(route[i]) != NULL
            && !is_told(amcf, i)
            && tell_route(cf, c, route[i]) != NGX_OK)
        {
            rc = NGX_DECLINED;
        }
    }

    return rc;
}


/* a fault of a level is reported once, and not for each of its routes */

static ngx_uint_t
is_told(const api_http_main_conf_t *amcf, ngx_uint_t n)
{
    ngx_uint_t           i;
    api_http_route_t   **route;
    const api_place_t   *place, *other;

    route = amcf->routes.elts;
    place = &setting_of(route[n])->place;

    for (i = 0; i < n; i++) {

        if (route[i]->database != route[n]->database
            || api_conf_roles_first(route[i]) == NULL)
        {
            continue;
        }

        other = &setting_of(route[i])->place;

        if (other->line == place->line
            && api_str_equal(&other->file, &place->file))
        {
            return 1;
        }
    }

    return 0;
}


/* the role's */

static const api_http_setting_t *
setting_of(const api_http_route_t *route)
{
    const api_http_setting_t  *setting;

    setting = route->settings->list->elts;

    return &setting[route->settings->list->nelts - 1];
}


static ngx_int_t
tell_route(ngx_conf_t *cf, const api_conf_checked_t *c,
    const api_http_route_t *route)
{
    ngx_int_t                rc;
    ngx_str_t               *name;
    ngx_uint_t               i;
    const api_check_role_t  *role;

    rc = NGX_OK;
    name = route->settings->roles->elts;

    for (i = 0; i < route->settings->roles->nelts; i++) {

        role = find(&c->check, &name[i]);

        if (role != NULL && role->asked && tell_role(cf, route, role)) {
            rc = NGX_DECLINED;
        }
    }

    if (c->check.superuser && route->settings->outside) {
        api_conf_log(NGX_LOG_EMERG, cf, &setting_of(route)->place,
                     "api_role: the user of api_postgres \"%V\" is a "
                     "superuser, for whom RESET ROLE undoes what a client's "
                     "role forbids: connect as a user that is none and has "
                     "been granted these roles", &c->database->db.name);
        rc = NGX_DECLINED;
    }

    return rc;
}


/* 1: it is a fault */

static ngx_uint_t
tell_role(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_role_t *role)
{
    const api_place_t  *place;

    place = &setting_of(route)->place;

    if (!role->known) {
        api_conf_log(NGX_LOG_EMERG, cf, place,
                     "api_role: there is no role \"%V\" at the server: create "
                     "it with CREATE ROLE, and GRANT it to the connection's "
                     "user", &role->name);
        return 1;
    }

    if (!role->granted) {
        api_conf_log(NGX_LOG_EMERG, cf, place,
                     "api_role: the connection's user may not take the role "
                     "\"%V\": %V", &role->name, &role->grant);
        return 1;
    }

    if (role->beyond.len != 0) {
        api_conf_log(NGX_LOG_WARN, cf, place,
                     "api_role: the role \"%V\" is %V: no policy of row-level "
                     "security holds for it, and it sees all rows; take one "
                     "that is not, with a policy that says USING (true) where "
                     "it is to", &role->name, &role->beyond);
    }

    if (role->settings.len != 0) {
        api_conf_log(NGX_LOG_WARN, cf, place,
                     "api_role: what ALTER ROLE has SET for \"%V\" (%V) does "
                     "not hold here: PostgreSQL applies it when that role "
                     "connects, and not when it is taken; say it with "
                     "api_settings, or of the connection's user", &role->name,
                     &role->settings);
    }

    return 0;
}
