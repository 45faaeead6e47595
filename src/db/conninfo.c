
#include "db/conninfo.h"
#include "db/environ.h"

#include <libpq-fe.h>


static ngx_int_t parse(ngx_pool_t *pool, const ngx_str_t *conninfo,
    PQconninfoOption **given, const char **why);
static const char *check_text(const ngx_str_t *conninfo);
static ngx_int_t complete(ngx_pool_t *pool, const PQconninfoOption *given,
    const PQconninfoOption *defaults, const char *const **keywords,
    const char *const **values);
static PQconninfoOption *read_defaults(const char *service);
static const char *choose(const PQconninfoOption *given,
    const PQconninfoOption *fallback);
static const char *attrs(const char *value);
static const char *find(const PQconninfoOption *options, const char *keyword);
static char *copy(ngx_pool_t *pool, const char *text);


ngx_int_t
api_db_conninfo_parse(ngx_pool_t *pool, const ngx_str_t *conninfo,
    const char *const **keywords, const char *const **values,
    const char **why)
{
    ngx_int_t          rc;
    PQconninfoOption  *given, *defaults;

    rc = parse(pool, conninfo, &given, why);

    if (rc != NGX_OK) {
        return rc;
    }

    defaults = read_defaults(find(given, "service"));

    if (defaults == NULL) {
        rc = NGX_ERROR;

    } else {
        rc = complete(pool, given, defaults, keywords, values);
        PQconninfoFree(defaults);
    }

    PQconninfoFree(given);

    return rc;
}


ngx_int_t
api_db_conninfo_fallback(ngx_pool_t *pool, const ngx_str_t *conninfo,
    const char *const **keywords, const char *const **values)
{
    ngx_int_t                rc;
    const char              *why;
    PQconninfoOption        *given, *defaults;

    static PQconninfoOption  none;

    rc = parse(pool, conninfo, &given, &why);

    if (rc != NGX_OK) {
        return rc;
    }

    defaults = read_defaults(find(given, "service"));

    if (defaults == NULL) {
        rc = NGX_ERROR;

    } else {
        rc = complete(pool, &none, defaults, keywords, values);
        PQconninfoFree(defaults);
    }

    PQconninfoFree(given);

    return rc;
}


ngx_int_t
api_db_conninfo_again(ngx_pool_t *pool, const ngx_str_t *conninfo,
    const char *const *fallback_keywords, const char *const *fallback_values,
    const char *const **keywords, const char *const **values,
    const char **why)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    PQconninfoOption  *given, *option;

    rc = parse(pool, conninfo, &given, why);

    if (rc != NGX_OK) {
        return rc;
    }

    /* nothing but what was found then stands behind it */

    for (option = given; rc == NGX_OK && option->keyword != NULL; option++) {

        if (option->val != NULL && option->val[0] != '\0') {
            continue;
        }

        for (i = 0; fallback_keywords[i] != NULL; i++) {
            if (ngx_strcmp(fallback_keywords[i], option->keyword) == 0) {

                free(option->val);
                option->val = strdup(fallback_values[i]);

                if (option->val == NULL) {
                    rc = NGX_ERROR;
                }

                break;
            }
        }
    }

    if (rc == NGX_OK) {
        rc = complete(pool, given, given, keywords, values);
    }

    PQconninfoFree(given);

    return rc;
}


static ngx_int_t
parse(ngx_pool_t *pool, const ngx_str_t *conninfo, PQconninfoOption **given,
    const char **why)
{
    char  *text, *message;

    *why = check_text(conninfo);
    if (*why != NULL) {
        return NGX_DECLINED;
    }

    text = ngx_pnalloc(pool, conninfo->len + 1);
    if (text == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text, conninfo->data, conninfo->len);
    text[conninfo->len] = '\0';

    message = NULL;
    *given = PQconninfoParse(text, &message);

    ngx_explicit_memzero(text, conninfo->len);

    if (*given != NULL) {
        return NGX_OK;
    }

    if (message == NULL) {
        return NGX_ERROR;
    }

    PQfreemem(message);

    *why = "is not a valid connection string: write "
           "postgresql://user@host/db or pairs as host=… dbname=… "
           "user=…, with libpq's own keywords";

    return NGX_DECLINED;
}


static const char *
check_text(const ngx_str_t *conninfo)
{
    size_t  i;

    for (i = 0; i < conninfo->len; i++) {
        if (conninfo->data[i] != ' '
            && (conninfo->data[i] < '\t' || conninfo->data[i] > '\r'))
        {
            break;
        }
    }

    if (i == conninfo->len) {
        return "is empty: write postgresql://user@host/db or pairs as "
               "host=… dbname=… user=…";
    }

    if (ngx_strlchr(conninfo->data, conninfo->data + conninfo->len, '\0')) {
        return "holds a NUL byte: a connection string is text";
    }

    return NULL;
}


static ngx_int_t
complete(ngx_pool_t *pool, const PQconninfoOption *given,
    const PQconninfoOption *defaults, const char *const **keywords,
    const char *const **values)
{
    ngx_uint_t               n;
    const char             **keyword, **value, *chosen;
    const PQconninfoOption  *option;

    for (n = 0; defaults[n].keyword != NULL; n++) { /* void */ }

    keyword = ngx_pcalloc(pool, (n + 1) * sizeof(char *));
    value = ngx_pcalloc(pool, (n + 1) * sizeof(char *));

    if (keyword == NULL || value == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (option = defaults; option->keyword != NULL; option++) {

        chosen = choose(given, option);

        if (chosen == NULL || *chosen == '\0') {
            continue;
        }

        keyword[n] = copy(pool, option->keyword);
        value[n] = copy(pool, chosen);

        if (keyword[n] == NULL || value[n] == NULL) {
            return NGX_ERROR;
        }

        n++;
    }

    *keywords = keyword;
    *values = value;

    return NGX_OK;
}


/* PQconndefaults() finds a service only through the environment */

static PQconninfoOption *
read_defaults(const char *service)
{
    api_db_environ_t   env;
    PQconninfoOption  *defaults;

    if (service == NULL || *service == '\0') {
        return PQconndefaults();
    }

    if (api_db_environ_begin(&env, "PGSERVICE", service) != NGX_OK) {
        return NULL;
    }

    defaults = PQconndefaults();

    api_db_environ_end(&env);

    return defaults;
}


static const char *
choose(const PQconninfoOption *given, const PQconninfoOption *fallback)
{
    const char  *value;

    /* what the service file says is among the defaults already */

    if (ngx_strcmp(fallback->keyword, "service") == 0) {
        return NULL;
    }

    if (ngx_strcmp(fallback->keyword, "client_encoding") == 0) {
        return "UTF8";
    }

    value = find(given, fallback->keyword);

    if (value == NULL || *value == '\0') {
        value = fallback->val;

        /*
         * libpq's default is the user who asks; left open for the one who
         * connects
         */

        if (ngx_strcmp(fallback->keyword, "user") == 0
            && getenv("PGUSER") == NULL
            && getenv("PGSERVICE") == NULL
            && find(given, "service") == NULL)
        {
            return NULL;
        }
    }

    if ((value == NULL || *value == '\0')
        && ngx_strcmp(fallback->keyword, "fallback_application_name") == 0)
    {
        return "nginx";
    }

    if (value != NULL
        && ngx_strcmp(fallback->keyword, "target_session_attrs") == 0)
    {
        return attrs(value);
    }

    return value;
}


/*
 * For libpq a session that is read-only by default, as ours are for GET
 * routes, is not a writable one, whatever the server is.
 */

static const char *
attrs(const char *value)
{
    if (ngx_strcmp(value, "read-write") == 0) {
        return "primary";
    }

    if (ngx_strcmp(value, "read-only") == 0) {
        return "standby";
    }

    return value;
}


static const char *
find(const PQconninfoOption *options, const char *keyword)
{
    for ( /* void */ ; options->keyword != NULL; options++) {
        if (ngx_strcmp(options->keyword, keyword) == 0) {
            return options->val;
        }
    }

    return NULL;
}


static char *
copy(ngx_pool_t *pool, const char *text)
{
    char    *p;
    size_t   size;

    size = ngx_strlen(text) + 1;

    p = ngx_pnalloc(pool, size);

    if (p != NULL) {
        ngx_memcpy(p, text, size);
    }

    return p;
}
