
/*
 * What $name of a statement may be: the other half of http/source.h's table,
 * while the configuration is read.
 */


#ifndef API_CONF_SOURCE_H
#define API_CONF_SOURCE_H


#include "conf/declared.h"
#include "http/source.h"


/* a name of a statement whose source is looked for */
typedef struct {
    ngx_conf_t              *cf;
    api_http_route_t        *route;
    ngx_uint_t               step;       /* the statement, of route->queries */
    ngx_str_t                name;       /* without "$" and "?", perhaps with
                                            dots; lives as the statement does */
    api_sql_param_t         *param;
    api_http_bind_t         *bind;
    const char              *why;        /* the end of a sentence that begins
                                            with the name */
} api_conf_sought_t;


/*
 * A row, of static memory.  Where a function is NULL the source has nothing to
 * say.
 */
typedef struct {
    const api_http_source_t *source;     /* its half of the requests */

    /*
     * Is the name its own?  NGX_OK: yes, bind->index is set, and what else it
     * wants of bind and param (declared, the OID that PostgreSQL is told where
     * it cannot infer one); NGX_DECLINED: no; NGX_ERROR: it would be, but
     * (why).
     */
    ngx_int_t              (*find)(api_conf_sought_t *s);

    /* the names that the route gives it, each to api_conf_declared_add(): none
       is two things.  NGX_OK or NGX_ERROR (memory) */
    ngx_int_t              (*declare)(const api_http_route_t *route,
                                      api_conf_declared_t *declared);

    /* of names that only asking tells: what the name is here, too, and where
       that is said; NULL: nothing */
    const char            *(*also)(const api_http_route_t *route,
                                   const ngx_str_t *name, api_place_t *place);

    /* is $name by itself one of its values? */
    ngx_uint_t             (*knows)(const api_http_route_t *route,
                                    const ngx_str_t *name);

    /* warns of what no statement has named, by api_conf_declared_unused().
       NGX_OK or NGX_ERROR (memory) */
    ngx_int_t              (*unused)(ngx_conf_t *cf,
                                     const api_http_route_t *route);

    /*
     * Instead of all these, where a directive makes names for texts: the n-th
     * that it makes in the route, from 0; NULL: there are no more.
     * bind->index is n.
     */
    api_http_made_t       *(*made)(const api_http_route_t *route,
                                   ngx_uint_t n);
    const char              *directive;  /* that makes them */
    const char              *thing;      /* "the hash", for a warning */
    const char              *variable;   /* $variableNAME of nginx's is it, too;
                                            or NULL */
    const char              *early;      /* why, of a statement before
                                            made->from */
} api_conf_source_t;


/* the core's, each in conf/source_NAME (a field's is the body's) */

#define API_CONF_SOURCE(name)  extern const api_conf_source_t                 \
                                   api_conf_source_##name;
#include "conf/source_list.h"
#undef API_CONF_SOURCE


/*
 * In a chapter's preconfiguration: a source more, asked for names behind the
 * fields of the body.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_conf_source_add(ngx_conf_t *cf,
    const api_conf_source_t *source);

/* a row's answers: what its functions say, or what follows from its names */

API_MUST_CHECK ngx_int_t api_conf_source_find(const api_conf_source_t *source,
    api_conf_sought_t *s);
API_MUST_CHECK ngx_int_t api_conf_source_declare(
    const api_conf_source_t *source, const api_http_route_t *route,
    api_conf_declared_t *declared);
ngx_uint_t api_conf_source_knows(const api_conf_source_t *source,
    const api_http_route_t *route, const ngx_str_t *name);
API_MUST_CHECK ngx_int_t api_conf_source_unused(
    const api_conf_source_t *source, ngx_conf_t *cf,
    const api_http_route_t *route);

/* the n-th of all in the order they are asked in, from 0; NULL: there are no
   more */
const api_conf_source_t *api_conf_source_get(ngx_conf_t *cf, ngx_uint_t n);


#endif /* API_CONF_SOURCE_H */
