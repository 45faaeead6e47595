
/*
 * api_settings and api_role: what they say, to what a route's transactions
 * set.
 */


#ifndef API_CONF_SETTINGS_H
#define API_CONF_SETTINGS_H


#include "http/route.h"


/* of a location, and with what it inherits */
typedef struct {
    ngx_array_t                *list;        /* of api_http_setting_t; NULL:
                                                none */
    api_http_setting_t          role;        /* value.data NULL: it says none */
    ngx_array_t                *roles;       /* "in=", of ngx_str_t */
    unsigned                    off:1;       /* api_role off */
    unsigned                    own:1;       /* said right here */
} api_conf_settings_t;


/* of all lists of names those that differ */
typedef struct {
    api_db_conf_t              *db;
    ngx_str_t                   source;
    api_sql_statement_t        *sql;
    ngx_uint_t                  id;
} api_conf_settings_list_t;


typedef struct {
    ngx_array_t                 lists;       /* of api_conf_settings_list_t */
} api_conf_settings_main_t;


extern ngx_module_t  ngx_http_api_settings_module;


/* conf/role: the directive */
char *api_conf_role(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* conf/settings_route: route->settings, if it has any.  NGX_OK or NGX_ERROR
   (told, or memory) */
API_MUST_CHECK ngx_int_t api_conf_settings_route(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_SETTINGS_H */
