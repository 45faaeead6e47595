
/*
 * Statements that are no route's: a line of a block has one, and a worker asks
 * for it by itself.  It stands in a route that nothing matches, so that it is
 * checked, planned and prepared as all others are.
 */


#ifndef API_CONF_ASIDE_H
#define API_CONF_ASIDE_H


#include "http/source.h"


/* a name that it may say */
typedef struct {
    ngx_str_t                   name;        /* without "$"; empty: the last */
    const api_http_source_t    *source;      /* its name is for sentences; it is
                                                text */
} api_conf_aside_name_t;


/*
 * While the line is read: its first word is the statement, or a file's name.
 * what: "\"revoked\" of api_jwt", for sentences; knows: as in api_http_query_t.
 * NULL: told, or memory.
 */
api_http_route_t *api_conf_aside(ngx_conf_t *cf, const char *what,
    api_sql_result_e result, const char *const *knows);

/*
 * When all of http { } is read, in a chapter's postconfiguration: its database,
 * which is that of the level around the block, and its plan, which only reads.
 * NGX_OK or NGX_ERROR (told, or memory).
 */
API_MUST_CHECK ngx_int_t api_conf_aside_finish(ngx_conf_t *cf,
    api_http_route_t *route, const api_conf_aside_name_t *names);


#endif /* API_CONF_ASIDE_H */
