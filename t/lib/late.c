
/*
 * A module of nginx for tests: what its directive late_handler names answers
 * "late", by a handler that is set in its postconfiguration, behind those of
 * all modules that were loaded before.  t/system/guest.py builds it.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


static char *late_handler(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t late_init(ngx_conf_t *cf);
static ngx_int_t late_answer(ngx_http_request_t *r);

static ngx_http_core_loc_conf_t  *places[16];
static ngx_uint_t                 nplaces;


static ngx_command_t  late_commands[] = {
    { ngx_string("late_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      late_handler,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  late_module_ctx = {
    NULL, late_init, NULL, NULL, NULL, NULL, NULL, NULL
};


ngx_module_t  ngx_http_late_module = {
    NGX_MODULE_V1,
    &late_module_ctx,
    late_commands,
    NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};


ngx_module_t  *ngx_modules[] = { &ngx_http_late_module, NULL };
char  *ngx_module_names[] = { "ngx_http_late_module", NULL };
char  *ngx_module_order[] = { NULL };


static char *
late_handler(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    if (nplaces == sizeof(places) / sizeof(places[0])) {
        return "is there too often";
    }

    places[nplaces++] = ngx_http_conf_get_module_loc_conf(cf,
                                                        ngx_http_core_module);

    return NGX_CONF_OK;
}


static ngx_int_t
late_init(ngx_conf_t *cf)
{
    while (nplaces > 0) {
        places[--nplaces]->handler = late_answer;
    }

    return NGX_OK;
}


static ngx_int_t
late_answer(ngx_http_request_t *r)
{
    ngx_int_t                 rc;
    ngx_http_complex_value_t  cv;

    static ngx_str_t  type = ngx_string("text/plain");

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    ngx_str_set(&cv.value, "late");

    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &cv);
}
