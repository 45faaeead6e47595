
#include "conf/directives.h"
#include "conf/keep.h"
#include "http/route.h"


#define AMOUNTS_LEAST  1024
#define AMOUNTS_MOST   (1024 * 1024 * 1024)


static char *set_size(ngx_conf_t *cf, ngx_command_t *cmd, size_t *size,
    ssize_t least, const char *why);


/* api_timeout TIME */

char *
api_conf_timeout(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (alcf->timeout != NGX_CONF_UNSET_MSEC) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;
    n = ngx_parse_time(&value[1], 0);

    if (n == NGX_ERROR || n == 0) {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "must be a time above 0, as 500ms, 10s or "
                                 "1m: it is what a whole request has");
    }

    alcf->timeout = (ngx_msec_t) n;

    return NGX_CONF_OK;
}


/* api_slow_log TIME|off [values] */

char *
api_conf_slow_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (alcf->slow != NGX_CONF_UNSET_MSEC) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && api_str_is(&value[1], "off")) {
        alcf->slow = 0;
        return NGX_CONF_OK;
    }

    n = ngx_parse_time(&value[1], 0);

    if (n == NGX_ERROR || n == 0
        || (cf->args->nelts == 3 && !api_str_is(&value[2], "values")))
    {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "is written: api_slow_log 500ms, with "
                                 "\"values\" behind it where the log may have "
                                 "what clients send, or api_slow_log off");
    }

    alcf->slow = (ngx_msec_t) n;
    alcf->slow_values = (cf->args->nelts == 3);

    return NGX_CONF_OK;
}


/* api_max_answer SIZE */

char *
api_conf_max_answer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    if (alcf->max_answer != NGX_CONF_UNSET_SIZE) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    return set_size(cf, cmd, &alcf->max_answer, AMOUNTS_LEAST,
                    "must be a size from 1k to 1024m, as 500k or 8m: that of "
                    "the largest answer");
}


/* api_max_body SIZE */

char *
api_conf_max_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    if (alcf->max_body != NGX_CONF_UNSET_SIZE) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    return set_size(cf, cmd, &alcf->max_body, 1,
                    "must be a size from 1 to 1024m, as 500k or 1m: that of "
                    "the largest body that is held in memory");
}


/* api_max_unsent SIZE */

char *
api_conf_max_unsent(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_main_conf_t *amcf = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: it is for all that "
                                   "a worker answers");
    }

    if (amcf->max_unsent != NGX_CONF_UNSET_SIZE) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < AMOUNTS_LEAST) {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "must be a size from 1k: that of all answers "
                                 "together that a worker keeps for clients to "
                                 "read, as 128m");
    }

    amcf->max_unsent = (size_t) size;

    return NGX_CONF_OK;
}


static char *
set_size(ngx_conf_t *cf, ngx_command_t *cmd, size_t *size, ssize_t least,
    const char *why)
{
    ssize_t     n;
    ngx_str_t  *value;

    value = cf->args->elts;
    n = ngx_parse_size(&value[1]);

    if (n < least || n > AMOUNTS_MOST) {
        return api_conf_keep_why(cf, cmd, NULL, why);
    }

    *size = (size_t) n;

    return NGX_CONF_OK;
}
