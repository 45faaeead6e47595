
#include "http/chapter.h"


ngx_int_t
api_http_chapter_add(ngx_conf_t *cf, api_http_chapter_t *chapter)
{
    api_http_chapter_t    **place;
    api_http_main_conf_t   *amcf;

    /* a chapter keeps its slot: requests that an earlier configuration still
       serves have it, too */

    static ngx_uint_t  slots = 1;

    if (chapter->slot == 0) {

        if (slots == API_HTTP_CHAPTERS) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "api: too many chapters are loaded, at \"%s\"",
                          chapter->name);
            return NGX_ERROR;
        }

        chapter->slot = slots++;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    place = ngx_array_push(&amcf->chapters);
    if (place == NULL) {
        return NGX_ERROR;
    }

    *place = chapter;

    return NGX_OK;
}


const char *
api_http_chapter_idle(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t               i;
    const char              *directive;
    api_http_chapter_t     **chapter;
    api_http_main_conf_t    *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    chapter = amcf->chapters.elts;

    for (i = 0; i < amcf->chapters.nelts; i++) {

        directive = (chapter[i]->idle != NULL) ? chapter[i]->idle(route) : NULL;

        if (directive != NULL) {
            return directive;
        }
    }

    return NULL;
}
