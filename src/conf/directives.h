
/*
 * What the front door's tables point at: the directives' handlers, and the
 * moments of reading a configuration.
 */


#ifndef API_CONF_DIRECTIVES_H
#define API_CONF_DIRECTIVES_H


#include "http/route.h"


/*
 * Directives are known in more places than they are allowed in, so that a
 * wrong place gets a sentence of ours that says where they belong.
 */

#define API_CONF_LEVELS                                                       \
    (NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF)

#define API_CONF_ANYWHERE                                                     \
    (API_CONF_LEVELS|NGX_HTTP_SIF_CONF|NGX_HTTP_LIF_CONF|NGX_HTTP_LMT_CONF)

void *api_conf_create_main(ngx_conf_t *cf);
char *api_conf_init_main(ngx_conf_t *cf, void *conf);
void *api_conf_create_srv(ngx_conf_t *cf);
void *api_conf_create_loc(ngx_conf_t *cf);
char *api_conf_merge_loc(ngx_conf_t *cf, void *parent, void *child);

/* at the end of http { }: row names collected, statements checked, migrations
   rehearsed and, but for nginx -t, applied.  NGX_OK or NGX_ERROR (logged). */
API_MUST_CHECK ngx_int_t api_conf_finish(ngx_conf_t *cf);

/*
 * When all modules are configured, those behind ours, too, as a core module's
 * init_conf, whose error leaves the old configuration serving: that no route's
 * answer was replaced, and which locations have handlers of others.
 * NGX_CONF_OK or NGX_CONF_ERROR (logged).
 */
char *api_conf_settle(ngx_cycle_t *cycle, void *conf);

/* in init_module: warns when the databases may leave little of a worker's
   connections to its clients */
void api_conf_room(ngx_cycle_t *cycle);

char *api_conf_postgres(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_timeout(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_max_answer(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *api_conf_max_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_slow_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_max_unsent(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *api_conf_route(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_param(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_schema_path(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *api_conf_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_query(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_body_type(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_param_unknown(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *api_conf_error(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *api_conf_transaction(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* API_CONF_DIRECTIVES_H */
