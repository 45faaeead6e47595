
#include "db/environ.h"


ngx_int_t
api_db_environ_begin(api_db_environ_t *env, const char *name,
    const char *value)
{
    char    **p, **last;
    size_t    len, n;

    len = ngx_strlen(name);

    for (n = 0; environ != NULL && environ[n] != NULL; n++) { /* void */ }

    env->saved = environ;
    env->text = NULL;
    env->list = malloc((n + 2) * sizeof(char *));

    if (env->list == NULL) {
        return NGX_ERROR;
    }

    last = env->list;

    for (p = environ; n > 0; p++, n--) {
        if (ngx_strncmp(*p, name, len) != 0 || (*p)[len] != '=') {
            *last++ = *p;
        }
    }

    if (value != NULL) {
        env->text = malloc(len + 1 + ngx_strlen(value) + 1);

        if (env->text == NULL) {
            free(env->list);
            return NGX_ERROR;
        }

        (void) ngx_sprintf((u_char *) env->text, "%s=%s%Z", name, value);
        *last++ = env->text;
    }

    *last = NULL;

    environ = env->list;

    return NGX_OK;
}


void
api_db_environ_end(api_db_environ_t *env)
{
    environ = env->saved;

    free(env->text);
    free(env->list);
}
