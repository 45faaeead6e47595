
#include "conf/rewrite.h"
#include "conf/others.h"


#define CONF_REWRITE  "ngx_http_rewrite_module"


static const ngx_array_t *find_codes(ngx_conf_t *cf, void **loc_conf);


ngx_uint_t
api_conf_rewrites(ngx_conf_t *cf, void **loc_conf)
{
    const ngx_array_t  *codes;

    codes = find_codes(cf, loc_conf);

    return codes != NULL && codes->nelts != 0;
}


/*
 * A code is a function's address and what belongs to it, all in whole words.
 * A "return" in an "if" is a condition, not the answer.
 */

ngx_uint_t
api_conf_returns(ngx_conf_t *cf, void **loc_conf)
{
    u_char                    *p, *last;
    uintptr_t                  word;
    const ngx_array_t         *codes;
    ngx_http_script_if_code_t *branch;

    codes = find_codes(cf, loc_conf);

    if (codes == NULL) {
        return 0;
    }

    p = codes->elts;
    last = p + codes->nelts;

    while ((size_t) (last - p) >= sizeof(uintptr_t)) {

        ngx_memcpy(&word, p, sizeof(uintptr_t));

        if (word == (uintptr_t) ngx_http_script_return_code) {
            return 1;
        }

        if (word == (uintptr_t) ngx_http_script_break_code) {
            return 0;
        }

        if (word == (uintptr_t) ngx_http_script_if_code) {
            branch = (ngx_http_script_if_code_t *) (void *) p;
            p += branch->next;
            continue;
        }

        p += sizeof(uintptr_t);
    }

    return 0;
}


/* "set" and "break" alone lead nowhere; the address of a code's function is a
   whole word, and an "if" may begin with an expression as well */

const char *
api_conf_leads(ngx_conf_t *cf, void **loc_conf)
{
    size_t              i;
    const char         *leads;
    const uintptr_t    *word;
    const ngx_array_t  *codes;

    codes = find_codes(cf, loc_conf);
    leads = NULL;

    if (codes == NULL) {
        return NULL;
    }

    word = codes->elts;

    for (i = 0; i < codes->nelts / sizeof(uintptr_t); i++) {

        if (word[i] == (uintptr_t) ngx_http_script_if_code) {
            return "if";
        }

#if (NGX_PCRE)
        if (word[i] == (uintptr_t) ngx_http_script_regex_start_code) {
            leads = "rewrite";
        }
#endif
    }

    return leads;
}


/* what the module's other directives say is kept */

ngx_int_t
api_conf_unwritten(ngx_conf_t *cf, void **parent, void **loc_conf,
    void ***out)
{
    void               *conf;
    ngx_module_t       *module;
    ngx_http_module_t  *http;

    *out = loc_conf;

    if (!api_conf_rewrites(cf, loc_conf)) {
        return NGX_OK;
    }

    module = api_conf_other_module(cf, CONF_REWRITE);
    http = module->ctx;

    *out = ngx_palloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    conf = http->create_loc_conf(cf);

    if (*out == NULL || conf == NULL
        || http->merge_loc_conf(cf, parent[module->ctx_index], conf)
           != NGX_CONF_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(*out, loc_conf, sizeof(void *) * ngx_http_max_module);
    (*out)[module->ctx_index] = conf;

    return NGX_OK;
}


/* the module's configuration begins with them */

static const ngx_array_t *
find_codes(ngx_conf_t *cf, void **loc_conf)
{
    ngx_array_t  **codes;

    codes = api_conf_other(cf, loc_conf, CONF_REWRITE);

    return codes == NULL ? NULL : *codes;
}
