
#include "conf/causes.h"
#include "conf/place.h"
#include "check/check.h"


/* an errcode of PostgreSQL's by the name that PL/pgSQL has for it */
typedef struct {
    const char  *name;
    const char  *state;
} condition_t;


static ngx_uint_t is_state(const ngx_str_t *name);
static const char *find_condition(const ngx_str_t *name);
static ngx_uint_t is_code(const ngx_str_t *name);
static void warn_cause(ngx_conf_t *cf, const api_http_cause_t *cause,
    ngx_uint_t complete);


/* PostgreSQL's errcodes.txt, those that one would write an api_error for */

static const condition_t  conditions[] = {
    { "unique_violation", "23505" },
    { "foreign_key_violation", "23503" },
    { "restrict_violation", "23001" },
    { "check_violation", "23514" },
    { "not_null_violation", "23502" },
    { "exclusion_violation", "23P01" },
    { "integrity_constraint_violation", "23000" },
    { "with_check_option_violation", "44000" },
    { "string_data_right_truncation", "22001" },
    { "numeric_value_out_of_range", "22003" },
    { "division_by_zero", "22012" },
    { "invalid_text_representation", "22P02" },
    { "raise_exception", "P0001" },
    { "no_data_found", "P0002" },
    { "too_many_rows", "P0003" },
    { "serialization_failure", "40001" },
    { "deadlock_detected", "40P01" },
    { "lock_not_available", "55P03" },
    { "query_canceled", "57014" },
    { "insufficient_privilege", "42501" },
    { NULL, NULL }
};


ngx_int_t
api_conf_cause(ngx_conf_t *cf, const ngx_str_t *name)
{
    api_http_cause_t      *cause;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    cause = ngx_array_push(&amcf->causes);
    if (cause == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(cause, sizeof(api_http_cause_t));

    cause->name = *name;

    api_conf_place(cf, &cause->place);
    cause->place.word = 1;

    return NGX_OK;
}


ngx_int_t
api_conf_causes_ask(ngx_conf_t *cf, api_check_t *check)
{
    ngx_uint_t             i;
    api_http_cause_t      *cause;
    api_check_name_t      *name;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    check->names = ngx_array_create(cf->temp_pool, amcf->causes.nelts + 1,
                                    sizeof(api_check_name_t));
    if (check->names == NULL) {
        return NGX_ERROR;
    }

    cause = amcf->causes.elts;

    for (i = 0; i < amcf->causes.nelts; i++) {

        if (is_state(&cause[i].name)) {
            continue;
        }

        name = ngx_array_push(check->names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(name, sizeof(api_check_name_t));
        name->name = cause[i].name;
    }

    return NGX_OK;
}


ngx_int_t
api_conf_causes_keep(ngx_conf_t *cf, const api_check_t *check)
{
    ngx_uint_t               i;
    api_http_cause_t        *cause;
    api_http_main_conf_t    *amcf;
    const api_check_name_t  *name;

    /* a migration that could not be rehearsed may make what is named */

    if (!check->named || check->unsure) {
        return NGX_OK;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    cause = amcf->causes.elts;
    name = check->names->elts;

    for (i = 0; i < amcf->causes.nelts; i++) {

        cause[i].asked++;

        /* in their order */

        if (is_state(&cause[i].name)) {
            continue;
        }

        cause[i].known |= name->known;

        if (cause[i].near.len == 0 && name->near.len != 0) {
            cause[i].near.len = name->near.len;
            cause[i].near.data = ngx_pstrdup(cf->pool,
                                    (ngx_str_t *) (uintptr_t) &name->near);
            if (cause[i].near.data == NULL) {
                return NGX_ERROR;
            }
        }

        name++;
    }

    return NGX_OK;
}


void
api_conf_causes(ngx_conf_t *cf)
{
    ngx_uint_t             i;
    api_http_cause_t      *cause;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    cause = amcf->causes.elts;

    for (i = 0; i < amcf->causes.nelts; i++) {
        if (!cause[i].known) {
            warn_cause(cf, &cause[i],
                       cause[i].asked == amcf->databases.nelts);
        }
    }
}


/* complete: all databases were asked, and none has it */

static void
warn_cause(ngx_conf_t *cf, const api_http_cause_t *cause, ngx_uint_t complete)
{
    const char  *state;

    if (is_state(&cause->name)) {

        if (cause->name.data[0] == '0' && cause->name.data[1] <= '2') {
            api_conf_log(NGX_LOG_WARN, cf, &cause->place,
                         "api_error \"%V\": no statement fails with it, "
                         "these are the codes of success, warnings and "
                         "no data: for one that finds or affects nothing "
                         "say none=STATUS behind it", &cause->name);
        }

        return;
    }

    state = find_condition(&cause->name);

    if (state != NULL) {
        api_conf_log(NGX_LOG_WARN, cf, &cause->place,
                     "api_error \"%V\": that is a name of PL/pgSQL's, "
                     "and taken for a constraint's here: write %s",
                     &cause->name, state);

    } else if (is_code(&cause->name)) {
        api_conf_log(NGX_LOG_WARN, cf, &cause->place,
                     "api_error \"%V\": that is a code of our answers, "
                     "and taken for a constraint's name here: %s",
                     &cause->name,
                     api_str_is(&cause->name, "no_row")
                     ? "for a statement that finds or affects nothing say "
                       "none=STATUS behind it"
                     : "name the SQLSTATE that it stands for");

    } else if (complete) {
        api_conf_log(NGX_LOG_WARN, cf, &cause->place,
                     "api_error \"%V\": no constraint and no unique "
                     "index is called so%s%V%s", &cause->name,
                     cause->near.len ? "; perhaps " : "", &cause->near,
                     cause->near.len ? " is what you want" : "");
    }
}


/* a class, or five capitals and digits */

static ngx_uint_t
is_state(const ngx_str_t *name)
{
    size_t  i;

    if (name->data[name->len - 1] == '*') {
        return 1;
    }

    if (name->len != 5) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (!((name->data[i] >= '0' && name->data[i] <= '9')
              || (name->data[i] >= 'A' && name->data[i] <= 'Z')))
        {
            return 0;
        }
    }

    return 1;
}


static const char *
find_condition(const ngx_str_t *name)
{
    const condition_t  *c;

    for (c = conditions; c->name != NULL; c++) {
        if (name->len == ngx_strlen(c->name)
            && ngx_strncasecmp(name->data, (u_char *) (uintptr_t) c->name,
                               name->len)
               == 0)
        {
            return c->state;
        }
    }

    return NULL;
}


static ngx_uint_t
is_code(const ngx_str_t *name)
{
    ngx_uint_t   i;
    const char  *code;

    for (i = API_ERROR_NONE + 1; i < API_ERROR_MAX; i++) {
        code = api_error_name((api_error_code_e) i);

        if (name->len == ngx_strlen(code)
            && ngx_memcmp(name->data, code, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
