
#include "conf/levels.h"
#include "conf/causes.h"
#include "conf/directives.h"
#include "conf/header.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/postgres.h"


static const char *check_cause(const ngx_str_t *name);
static ngx_uint_t is_status(const ngx_str_t *word);
static ngx_int_t push_error(ngx_conf_t *cf, api_http_loc_conf_t *alcf,
    const ngx_str_t *name, api_sql_override_t **out);
static ngx_int_t check_unsent(ngx_conf_t *cf,
    const api_http_loc_conf_t *conf);
static void bound_body(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    const api_http_loc_conf_t *conf);
static void merge_pages(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf);
static ngx_int_t merge_params(ngx_conf_t *cf, const ngx_array_t *prev,
    ngx_array_t **params);
static ngx_int_t merge_errors(ngx_conf_t *cf, ngx_array_t *prev,
    ngx_array_t **errors);
static ngx_int_t find_database(ngx_conf_t *cf, api_http_loc_conf_t *conf);


static ngx_conf_bitmask_t  api_conf_media[] = {
    { ngx_string("json"), API_BODY_MEDIA_JSON },
    { ngx_string("form"), API_BODY_MEDIA_FORM },
    { ngx_null_string, 0 }
};


/* api_database NAME */

char *
api_conf_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_str_t  *value;

    if (alcf->database_name.len != 0) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is duplicate: a level has one database");
    }

    value = cf->args->elts;

    if (api_conf_database_name(&value[1]) != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "needs the name of an api_postgres { }; "
                                   "where the database is goes into "
                                   "primary, inside that block");
    }

    alcf->database_name = value[1];
    api_conf_place(cf, &alcf->database_place);
    alcf->database_place.word = 1;

    return NGX_CONF_OK;
}


/* api_body_type json|form ... */

char *
api_conf_body_type(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_str_t           *value;
    ngx_uint_t           i, *types;
    ngx_conf_bitmask_t  *media;

    value = cf->args->elts;
    types = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    for (i = 1; i < cf->args->nelts; i++) {

        for (media = api_conf_media; media->name.len != 0; media++) {
            if (api_str_equal(&media->name, &value[i])) {
                break;
            }
        }

        if (media->name.len == 0) {
            api_conf_wrong(cf, i, "api_body_type \"%V\": it is json, form or "
                           "both", &value[i]);
            return api_conf_keep(cf, alcf->route, 0);
        }

        *types |= media->mask;
    }

    return NGX_CONF_OK;
}


/* api_param_unknown reject|ignore */

char *
api_conf_param_unknown(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_str_t  *value;

    if (alcf->unknown != NGX_CONF_UNSET) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is duplicate");
    }

    value = cf->args->elts;

    if (api_str_is(&value[1], "reject")) {
        alcf->unknown = 1;

    } else if (api_str_is(&value[1], "ignore")) {
        alcf->unknown = 0;

    } else {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "must be reject or ignore");
    }

    return NGX_CONF_OK;
}


/* api_error SQLSTATE|CONSTRAINT STATUS [detail] */

char *
api_conf_error(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_int_t            status;
    ngx_str_t           *value;
    ngx_uint_t           word;
    const char          *why;
    api_sql_override_t  *o;

    if (cf->args->nelts < 3 || cf->args->nelts > 4) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is written: api_error "
                                   "SQLSTATE|CONSTRAINT STATUS [\"detail\"]");
    }

    value = cf->args->elts;

    word = 1;
    why = check_cause(&value[1]);
    status = ngx_atoi(value[2].data, value[2].len);

    if (why != NULL && is_status(&value[1]) && !is_status(&value[2])) {
        why = "the cause comes first, and then the status";
    }

    if (why == NULL && (status < 400 || status > 599)) {
        word = 2;
        why = "the status must be a number from 400 to 599";
    }

    if (why != NULL) {
        api_conf_wrong(cf, word, "api_error \"%V\": %s", &value[1], why);
        return api_conf_keep(cf, alcf->route, 0);
    }

    if (push_error(cf, alcf, &value[1], &o) != NGX_OK) {
        return api_conf_keep(cf, alcf->route, 0);
    }

    if (api_conf_cause(cf, &value[1]) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    o->status = (ngx_uint_t) status;

    if (cf->args->nelts == 4) {
        o->detail = value[3];
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
is_status(const ngx_str_t *word)
{
    return word->len == 3 && ngx_atoi(word->data, word->len) != NGX_ERROR;
}


static ngx_int_t
push_error(ngx_conf_t *cf, api_http_loc_conf_t *alcf, const ngx_str_t *name,
    api_sql_override_t **out)
{
    ngx_uint_t           i;
    api_sql_override_t  *o;

    if (alcf->errors == NULL) {
        alcf->errors = ngx_array_create(cf->pool, 4,
                                        sizeof(api_sql_override_t));
        if (alcf->errors == NULL) {
            return NGX_ERROR;
        }
    }

    o = alcf->errors->elts;

    for (i = 0; i < alcf->errors->nelts; i++) {
        if (api_str_equal(&o[i].name, name)) {
            api_conf_wrong(cf, 1, "api_error \"%V\" is declared twice "
                           "here: keep one", name);
            return NGX_ERROR;
        }
    }

    o = ngx_array_push(alcf->errors);
    if (o == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(o, sizeof(api_sql_override_t));

    o->name = *name;
    *out = o;

    return NGX_OK;
}


/* nearly any word can name a constraint: only what was surely meant as a
   SQLSTATE is refused */

static const char *
check_cause(const ngx_str_t *name)
{
    size_t      i;
    ngx_uint_t  lower;

    if (name->len == 0) {
        return "name a SQLSTATE, as 23505, or a constraint";
    }

    lower = 0;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] >= 'a' && name->data[i] <= 'z') {
            lower = 1;
        }
    }

    if (name->data[name->len - 1] == '*') {
        return (name->len == 3 && !lower) ? NULL
                  : "a class of SQLSTATEs is its two characters and \"*\", as "
                    "22*";
    }

    if (name->data[0] < '0' || name->data[0] > '9') {
        return NULL;
    }

    if (name->len != 5) {
        return "a SQLSTATE has five characters, as 23505";
    }

    return lower ? "a SQLSTATE is written in capitals, as 23P01" : NULL;
}


ngx_int_t
api_conf_levels(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf)
{
    ngx_conf_merge_msec_value(conf->timeout, prev->timeout, 10000);

    if (conf->slow == NGX_CONF_UNSET_MSEC) {
        conf->slow_values = prev->slow_values;
    }

    ngx_conf_merge_msec_value(conf->slow, prev->slow, 1000);
    ngx_conf_merge_value(conf->trust, prev->trust, 0);
    ngx_conf_merge_value(conf->unknown, prev->unknown, 0);
    ngx_conf_merge_size_value(conf->max_answer, prev->max_answer,
                              8 * 1024 * 1024);
    ngx_conf_merge_size_value(conf->max_body, prev->max_body, 1024 * 1024);
    ngx_conf_merge_bitmask_value(conf->media, prev->media,
                                 (NGX_CONF_BITMASK_SET|API_BODY_MEDIA_JSON));

    if (conf->database_name.len == 0) {
        conf->database_name = prev->database_name;
        conf->database_place = prev->database_place;
    }

    merge_pages(cf, prev, conf);
    bound_body(cf, prev, conf);

    if (merge_params(cf, prev->params, &conf->params) != NGX_OK
        || merge_errors(cf, prev->errors, &conf->errors) != NGX_OK
        || api_conf_headers(cf, prev->headers, &conf->headers) != NGX_OK
        || check_unsent(cf, conf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return find_database(cf, conf);
}


/* otherwise an answer of the largest size allowed would never find room */

static ngx_int_t
check_unsent(ngx_conf_t *cf, const api_http_loc_conf_t *conf)
{
    api_http_main_conf_t  *amcf;

    if (conf->route == NULL) {
        return NGX_OK;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (conf->max_answer <= amcf->max_unsent) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &conf->route->place,
                 "%V: api_max_answer %uz is more than api_max_unsent %uz, "
                 "which is for all answers of a worker together: raise "
                 "that, or lower this",
                 &conf->route->name, conf->max_answer, amcf->max_unsent);

    return NGX_ERROR;
}


/*
 * nginx refuses what is too large before it is read, or while it is (chunked,
 * HTTP/2): where a body is for us, the smaller limit is its.  What is inside a
 * route ("if") has inherited the larger one by now.
 */

static void
bound_body(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    const api_http_loc_conf_t *conf)
{
    const api_http_route_t    *route;
    ngx_http_core_loc_conf_t  *clcf, *around;

    route = conf->route ? conf->route : prev->route;

    if (route == NULL || route->body == NULL) {
        return;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->client_max_body_size != 0
        && clcf->client_max_body_size <= (off_t) conf->max_body)
    {
        return;
    }

    around = route->parent_loc_conf[ngx_http_core_module.ctx_index];

    if (conf->route != NULL
        && clcf->client_max_body_size != around->client_max_body_size)
    {
        api_conf_log(NGX_LOG_WARN, cf, &route->place,
                     "%V: its client_max_body_size is more than "
                     "api_max_body %uz, which holds for a body that is "
                     "read into memory: raise that as well",
                     &route->name, conf->max_body);
    }

    clcf->client_max_body_size = (off_t) conf->max_body;
}


/*
 * error_page of what is around an API ends at it: there it would put HTML in
 * the place of problems.  For a location whose routes are guests it holds, and
 * ends at them.  nginx's core has merged all levels by now, and an inherited
 * list is the very same.
 */

static void
merge_pages(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    conf->foreign = (prev->api == 1 || prev->guest) ? prev->foreign
                                                    : prev->pages;

    if (conf->api != 1) {
        conf->pages = clcf->error_pages;

    } else if (clcf->error_pages == conf->foreign) {
        clcf->error_pages = NULL;
    }
}


/* the child's, then the parent's of other names */

static ngx_int_t
merge_params(ngx_conf_t *cf, const ngx_array_t *prev, ngx_array_t **params)
{
    ngx_uint_t         i, n, own;
    ngx_array_t       *merged;
    api_http_input_t  *input, *mine, *theirs;

    if (prev == NULL) {
        return NGX_OK;
    }

    own = (*params == NULL) ? 0 : (*params)->nelts;

    merged = ngx_array_create(cf->pool, own + prev->nelts,
                              sizeof(api_http_input_t));
    if (merged == NULL) {
        return NGX_ERROR;
    }

    mine = (*params == NULL) ? NULL : (*params)->elts;
    theirs = prev->elts;

    for (i = 0; i < own + prev->nelts; i++) {

        if (i >= own) {
            for (n = 0; n < own; n++) {
                if (api_str_equal(&mine[n].name, &theirs[i - own].name)) {
                    break;
                }
            }

            if (n != own) {
                continue;
            }
        }

        input = ngx_array_push(merged);
        if (input == NULL) {
            return NGX_ERROR;
        }

        *input = (i < own) ? mine[i] : theirs[i - own];
    }

    *params = merged;

    return NGX_OK;
}


/* the first that fits wins at run time: nearest first */

static ngx_int_t
merge_errors(ngx_conf_t *cf, ngx_array_t *prev, ngx_array_t **errors)
{
    ngx_array_t         *merged;
    api_sql_override_t  *o;

    if (prev == NULL) {
        return NGX_OK;
    }

    if (*errors == NULL) {
        *errors = prev;
        return NGX_OK;
    }

    merged = ngx_array_create(cf->pool, (*errors)->nelts + prev->nelts,
                              sizeof(api_sql_override_t));
    if (merged == NULL) {
        return NGX_ERROR;
    }

    o = ngx_array_push_n(merged, (*errors)->nelts);
    if (o == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(o, (*errors)->elts,
               (*errors)->nelts * sizeof(api_sql_override_t));

    o = ngx_array_push_n(merged, prev->nelts);
    if (o == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(o, prev->elts, prev->nelts * sizeof(api_sql_override_t));

    *errors = merged;

    return NGX_OK;
}


static ngx_int_t
find_database(ngx_conf_t *cf, api_http_loc_conf_t *conf)
{
    ngx_uint_t              i;
    api_http_database_t   **database;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    database = amcf->databases.elts;

    if (conf->database_name.len == 0) {

        /* the only database is the default of all */

        if (amcf->databases.nelts == 1) {
            conf->database = database[0];
        }

        return NGX_OK;
    }

    for (i = 0; i < amcf->databases.nelts; i++) {
        if (api_str_equal(&database[i]->db.name, &conf->database_name)) {
            conf->database = database[i];
            return NGX_OK;
        }
    }

    api_conf_log(NGX_LOG_EMERG, cf, &conf->database_place,
                 "api_database names \"%V\", but there is no api_postgres "
                 "%V { } in http { }: declare it, or correct the name",
                 &conf->database_name, &conf->database_name);

    /* otherwise each route without one would report the same */

    conf->database_name.len = 0;

    if (amcf->databases.nelts) {
        conf->database = database[0];
        conf->database_name = database[0]->db.name;
    }

    return api_conf_keep(cf, NULL, 0) == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
}
