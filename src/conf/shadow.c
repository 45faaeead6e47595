
#include "conf/shadow.h"
#include "conf/place.h"
#include "conf/rank.h"
#include "conf/rewrite.h"
#include "conf/says.h"
#include "route/reach.h"


/* the first location that takes paths of a route, and how many more do */
typedef struct {
    const api_conf_level_t  *first;
    ngx_uint_t               n;
} shadow_t;


static ngx_int_t find_shadows(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_http_route_t *route, shadow_t *shadow);
static ngx_uint_t stands_beside(const api_http_srv_conf_t *ascf,
    const api_http_route_t *route, ngx_uint_t n, size_t *len,
    ngx_uint_t *noregex);
static ngx_uint_t is_regex(const api_conf_level_t *level);
static ngx_uint_t takes(ngx_conf_t *cf, const api_conf_level_t *level,
    const api_http_route_t *route, size_t len);
static ngx_int_t matches(ngx_conf_t *cf, const api_conf_level_t *level,
    const api_conf_level_t *around, const api_http_route_t *route);
static void warn_of_shadow(ngx_conf_t *cf, const api_http_route_t *route,
    const shadow_t *shadow);
static void warn_of_precedence(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_http_route_t *route);
static const api_conf_level_t *goes_before(const api_http_srv_conf_t *ascf,
    const api_http_route_t *route);
static void warn_of_return(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    ngx_uint_t n);


ngx_int_t
api_conf_shadows(ngx_conf_t *cf, const api_http_srv_conf_t *ascf)
{
    shadow_t            shadow;
    ngx_uint_t          i;
    api_http_route_t  **route;

    route = ascf->routes->elts;

    for (i = 0; i < ascf->routes->nelts; i++) {

        if (find_shadows(cf, ascf, route[i], &shadow) != NGX_OK) {
            return NGX_ERROR;
        }

        if (shadow.n != 0) {
            warn_of_shadow(cf, route[i], &shadow);
        }

        if (route[i]->of_server) {
            warn_of_precedence(cf, ascf, route[i]);
        }
    }

    for (i = 0; i < ascf->levels->nelts; i++) {
        warn_of_return(cf, ascf, i);
    }

    return NGX_OK;
}


static ngx_int_t
find_shadows(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_http_route_t *route, shadow_t *shadow)
{
    size_t             len;
    ngx_int_t          rc;
    ngx_uint_t         i, noregex;
    api_conf_level_t  *level;

    ngx_memzero(shadow, sizeof(shadow_t));

    level = ascf->levels->elts;

    for (i = 1; i < ascf->levels->nelts; i++) {

        if (level[i].loc_conf == route->parent_loc_conf
            || !stands_beside(ascf, route, i, &len, &noregex))
        {
            continue;
        }

        if (!is_regex(&level[i])) {
            rc = takes(cf, &level[i], route, len) ? NGX_OK : NGX_DECLINED;

        } else if (noregex) {
            rc = NGX_DECLINED;

        } else {
            rc = matches(cf, &level[i], &level[level[i].parent], route);
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK && shadow->n++ == 0) {
            shadow->first = &level[i];
        }
    }

    return NGX_OK;
}


/*
 * Does nginx choose between that location and what leads to the route?  Inside
 * the route's home it does, and beside each location around it, whose name has
 * *len bytes.  A route of the server is compared with all of them.
 */

static ngx_uint_t
stands_beside(const api_http_srv_conf_t *ascf, const api_http_route_t *route,
    ngx_uint_t n, size_t *len, ngx_uint_t *noregex)
{
    ngx_uint_t         around;
    api_conf_level_t  *level;

    level = ascf->levels->elts;

    *len = 0;
    *noregex = 0;

    if (route->of_server) {
        *len = api_pattern_literal(&route->pattern);

        return !level[level[n].parent].in_regex;
    }

    if (level[n].parent == route->home) {
        return 1;
    }

    for (around = route->home; around != 0; around = level[around].parent) {

        if (level[n].parent == level[around].parent) {
            *len = level[around].clcf->name.len;
            *noregex = level[around].clcf->noregex;

            return n != around;
        }
    }

    return 0;
}


static ngx_uint_t
is_regex(const api_conf_level_t *level)
{
#if (NGX_PCRE)
    return level->clcf->regex != NULL;
#else
    return 0;
#endif
}


/* does the location, which has no regular expression, take a path of the
   route? */

static ngx_uint_t
takes(ngx_conf_t *cf, const api_conf_level_t *level,
    const api_http_route_t *route, size_t len)
{
    ngx_str_t   name;
    ngx_uint_t  exact;

    name = level->clcf->name;
    exact = level->clcf->exact_match;

    if ((exact || name.len > len)
        && api_reach_prefix(cf->temp_pool, &route->pattern, &name, exact))
    {
        return 1;
    }

    if (!level->clcf->auto_redirect) {
        return 0;
    }

    /* the path without the last "/" is redirected */

    name.len--;

    return name.len > len
           && api_reach_prefix(cf->temp_pool, &route->pattern, &name, 1);
}


/*
 * Does the expression fit a path of the route?  Two are tried, with letters and
 * with digits for what has no type: of "\.php$" one is not warned.
 */

static ngx_int_t
matches(ngx_conf_t *cf, const api_conf_level_t *level,
    const api_conf_level_t *around, const api_http_route_t *route)
{
#if (NGX_PCRE)

    ngx_str_t    path, *prefix;
    ngx_uint_t   i;

    static const char *const  words[] = { "x", "1" };

    prefix = &around->clcf->name;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {

        if (api_reach_sample(cf->temp_pool, &route->pattern, words[i], &path)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (path.len >= prefix->len
            && ngx_filename_cmp(path.data, prefix->data, prefix->len) == 0
            && ngx_regex_exec(level->clcf->regex->regex, &path, NULL, 0) >= 0)
        {
            return NGX_OK;
        }
    }

#endif

    return NGX_DECLINED;
}


static void
warn_of_shadow(ngx_conf_t *cf, const api_http_route_t *route,
    const shadow_t *shadow)
{
    u_char                     more[NGX_INT_T_LEN + sizeof(" and  more")];
    u_char                    *last;
    const char                *mark;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = shadow->first->clcf;
    last = more;

    if (shadow->n > 1) {
        last = ngx_sprintf(more, " and %ui more", shadow->n - 1);
    }

    mark = clcf->exact_match ? "= "
           : clcf->noregex ? "^~ "
           : is_regex(shadow->first) ? "~ "
           : "";

    api_conf_log(NGX_LOG_WARN, cf, &route->place,
                 "api_route \"%V\" is not asked for paths that nginx "
                 "gives to the location \"%s%V\" in %s:%ui%*s: what is "
                 "to be answered there belongs into that location",
                 &route->name, mark, &clcf->name, shadow->first->file,
                 shadow->first->line, (size_t) (last - more), more);
}


/*
 * A route of the server goes before the location that nginx would choose for
 * its paths, and nothing of that holds for it, access rules neither.  Of one
 * with the same prefix that is always told; of one with a shorter prefix, which
 * takes other paths besides, when it says what an answer would lack.
 */

static void
warn_of_precedence(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_http_route_t *route)
{
    ngx_str_t               *name;
    ngx_uint_t               equal;
    const char              *said;
    const api_conf_level_t  *level, *server;

    level = goes_before(ascf, route);

    if (level == NULL) {
        return;
    }

    server = ascf->levels->elts;
    name = &level->clcf->name;
    equal = (name->len > 1
             && name->len == api_pattern_literal(&route->pattern));
    said = (equal || route->parent_loc_conf != server->loc_conf)
           ? NULL : api_conf_says(cf, ascf, level, route);

    if (equal) {
        api_conf_log(NGX_LOG_WARN, cf, &route->place,
                     "api_route \"%V\" of the server goes before the "
                     "location \"%V\" in %s:%ui, and nothing that "
                     "location says holds for it: if it should, declare "
                     "the route in there",
                     &route->name, name, level->file, level->line);

    } else if (said != NULL) {
        api_conf_log(NGX_LOG_WARN, cf, &route->place,
                     "api_route \"%V\" of the server goes before the "
                     "location \"%V\" in %s:%ui, whose \"%s\" does not "
                     "hold for it then: if it should, declare the route "
                     "in there",
                     &route->name, name, level->file, level->line, said);
    }
}


/* of all locations whose name its path begins with, nginx would choose the one
   with the longest; NULL: there is none */

static const api_conf_level_t *
goes_before(const api_http_srv_conf_t *ascf, const api_http_route_t *route)
{
    ngx_uint_t               i;
    const api_conf_level_t  *level, *found;

    level = ascf->levels->elts;
    found = NULL;

    for (i = 1; i < ascf->levels->nelts; i++) {

        if (api_conf_ranks(&level[i], route)
            && (found == NULL
                || level[i].clcf->name.len > found->clcf->name.len))
        {
            found = &level[i];
        }
    }

    return found;
}


/* unless a condition stands before it, "return" answers all */

static void
warn_of_return(ngx_conf_t *cf, const api_http_srv_conf_t *ascf, ngx_uint_t n)
{
    ngx_uint_t          i;
    api_conf_level_t   *level;
    api_http_route_t  **route;

    level = ascf->levels->elts;
    level += n;

    if (!api_conf_returns(cf, level->loc_conf)) {
        return;
    }

    route = ascf->routes->elts;

    for (i = 0; i < ascf->routes->nelts; i++) {

        if (n == 0 || route[i]->home == n) {
            api_conf_log(NGX_LOG_WARN, cf, &route[i]->place,
                         "api_route \"%V\" is never asked: \"return\" "
                         "of its %s answers every request before it; "
                         "drop that, or put it into an \"if\"",
                         &route[i]->name,
                         n == 0 ? "server" : "location");
            return;
        }
    }
}
