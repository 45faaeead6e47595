
#include "http/location.h"


static ngx_int_t search(ngx_http_request_t *r, api_http_location_t *found);
static ngx_int_t search_static(ngx_http_request_t *r,
    ngx_http_location_tree_node_t *node, api_http_location_t *found);
static ngx_int_t search_regex(ngx_http_request_t *r,
    const ngx_http_core_loc_conf_t *pclcf, api_http_location_t *found);
static ngx_http_core_loc_conf_t *core_conf(const api_http_location_t *found);


ngx_int_t
api_http_location_find(ngx_http_request_t *r, api_http_location_t *found)
{
    ngx_int_t  rc;

    ngx_memzero(found, sizeof(api_http_location_t));

    found->loc_conf = r->loc_conf;

    rc = search(r, found);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DONE) {
        found->redirect = 1;
        found->unasked = 1;
    }

    return NGX_OK;
}


ngx_int_t
api_http_location_ask(ngx_http_request_t *r, api_http_location_t *found)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    rc = search_regex(r, clcf, found);

    if (rc == NGX_OK) {
        found->redirect = 0;
        found->unasked = 0;
    }

    return rc;
}


/*
 * NGX_OK: an exact location or an expression; NGX_DONE: a redirect;
 * NGX_DECLINED: found is as it was, or its prefix location has no better one
 * inside; NGX_ERROR.
 */

static ngx_int_t
search(ngx_http_request_t *r, api_http_location_t *found)
{
    ngx_int_t                  rc;
    ngx_uint_t                 noregex, outermost;
    ngx_http_core_loc_conf_t  *pclcf, *clcf;

    noregex = 0;
    pclcf = core_conf(found);
    outermost = (found->loc_conf == r->loc_conf);

    rc = search_static(r, pclcf->static_locations, found);

    if (rc == NGX_AGAIN) {
        clcf = core_conf(found);
        noregex = clcf->noregex;

        if (noregex && outermost) {
            found->shield = clcf;
            found->unasked = 1;
        }

        rc = search(r, found);
    }

    if (rc != NGX_DECLINED || noregex) {
        return rc;
    }

    return search_regex(r, pclcf, found);
}


/*
 * NGX_OK: an exact location; NGX_AGAIN: a prefix; NGX_DONE: a redirect;
 * NGX_DECLINED: none
 */

static ngx_int_t
search_static(ngx_http_request_t *r, ngx_http_location_tree_node_t *node,
    api_http_location_t *found)
{
    u_char                    *uri;
    size_t                     len, n;
    ngx_int_t                  rc, rv;
    ngx_http_core_loc_conf_t  *clcf;

    rv = NGX_DECLINED;
    uri = r->uri.data;
    len = r->uri.len;

    while (node != NULL) {

        n = ngx_min(len, (size_t) node->len);

        rc = ngx_filename_cmp(uri, node->name, n);

        if (rc != 0) {
            node = (rc < 0) ? node->left : node->right;
            continue;
        }

        if (len > (size_t) node->len) {

            if (node->inclusive == NULL) {
                node = node->right;
                continue;
            }

            found->loc_conf = node->inclusive->loc_conf;
            rv = NGX_AGAIN;

            node = node->tree;
            uri += n;
            len -= n;
            continue;
        }

        clcf = node->exact ? node->exact : node->inclusive;

        if (len == (size_t) node->len) {
            found->loc_conf = clcf->loc_conf;
            return node->exact ? NGX_OK : NGX_AGAIN;
        }

        if (len + 1 == (size_t) node->len && node->auto_redirect) {

            if (rv != NGX_DONE) {
                found->under = found->loc_conf;
            }

            found->loc_conf = clcf->loc_conf;
            rv = NGX_DONE;
        }

        node = node->left;
    }

    return rv;
}


/* NGX_OK: one fits; NGX_DECLINED: none; NGX_ERROR */

static ngx_int_t
search_regex(ngx_http_request_t *r, const ngx_http_core_loc_conf_t *pclcf,
    api_http_location_t *found)
{
#if (NGX_PCRE)

    ngx_int_t                   rc;
    ngx_http_core_loc_conf_t  **clcfp;

    if (pclcf->regex_locations == NULL) {
        return NGX_DECLINED;
    }

    for (clcfp = pclcf->regex_locations; *clcfp; clcfp++) {

        rc = ngx_http_regex_exec(r, (*clcfp)->regex, &r->uri);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        found->loc_conf = (*clcfp)->loc_conf;

        rc = search(r, found);

        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

#endif

    return NGX_DECLINED;
}


static ngx_http_core_loc_conf_t *
core_conf(const api_http_location_t *found)
{
    return found->loc_conf[ngx_http_core_module.ctx_index];
}
