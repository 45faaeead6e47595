
/*
 * A chapter: a part of the API that is an nginx module of its own, in the same
 * .so or in another one.  Its directives, their merging and defaults, its
 * variables and filters are that module's; what it hands to the core is here,
 * and for names of SQL and checks of a route in conf/source.h and conf/pass.h.
 * The core names no chapter.
 *
 * conf/hash and http/request_id are two; docs/adding-a-chapter.md shows how one
 * is made.
 */


#ifndef API_HTTP_CHAPTER_H
#define API_HTTP_CHAPTER_H


#include "http/step.h"
#include "observe/observe.h"


/* the module's own, as long as it is loaded */
typedef struct {
    const char                 *name;        /* one word, for the log */

    /* a row without a name ends them; NULL: none */
    const api_http_step_t      *steps;

    /*
     * Its directive in the route's block, if there is one that nobody would
     * look at when a handler of nginx answers; NULL: none.  Asked when the
     * block has ended.  May be NULL.
     */
    const char               *(*idle)(const api_http_route_t *route);

    /*
     * Of a chapter that stands in http/, while its module stands in conf/: the
     * module sets this before it adds the chapter, for api_http_chapter_conf().
     */
    const ngx_module_t         *module;

    /*
     * A worker begins, the chapter's own init_process has run: who is to be
     * told what happens in it; or NULL, nobody.  May be NULL.
     */
    api_observer_pt           (*observer)(void);
    uint64_t                    events;      /* of api_observe_bit() */

    ngx_uint_t                  slot;        /* of api_http_ctx_t's; set by
                                                api_http_chapter_add() */
} api_http_chapter_t;


/*
 * In the preconfiguration of its module.  NGX_OK or NGX_ERROR (logged): there
 * are too many.
 */
API_MUST_CHECK ngx_int_t api_http_chapter_add(ngx_conf_t *cf,
    api_http_chapter_t *chapter);

/* the first directive that is idle in the route, as above; NULL: none */
const char *api_http_chapter_idle(ngx_conf_t *cf,
    const api_http_route_t *route);

/* of a location's configurations (r->loc_conf, route->loc_conf) that of the
   chapter's module */
#define api_http_chapter_conf(loc_conf, chapter)                              \
    (loc_conf)[(chapter)->module->ctx_index]

/* what the chapter keeps of a request: NULL until it has put something there;
   in the request's pool, or given up by forget() of a step */
#define api_http_chapter_of(ctx, chapter)  (ctx)->slots[(chapter)->slot]


#endif /* API_HTTP_CHAPTER_H */
