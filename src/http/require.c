
#include "http/require.h"
#include "http/input.h"
#include "http/source.h"


static ngx_int_t holds(api_http_ctx_t *ctx, const api_http_require_t *line,
    const ngx_uint_t *inputs, const api_auth_claims_t *claims,
    const api_auth_policy_word_t **failed);
static ngx_int_t find_given(api_http_ctx_t *ctx, ngx_uint_t index,
    api_auth_policy_given_t *given);
static const api_rule_t *inferred(const api_http_route_t *route,
    ngx_uint_t index);


ngx_int_t
api_http_require(api_http_ctx_t *ctx, const api_auth_claims_t *claims,
    const ngx_str_t **failed, const ngx_str_t **scope)
{
    ngx_int_t                       rc;
    ngx_uint_t                      i, **given;
    api_http_require_t            **line;
    api_http_jwt_loc_conf_t        *jlcf, *route;
    const api_auth_policy_word_t   *word;

    static const ngx_str_t  nothing = ngx_null_string;

    jlcf = api_http_chapter_conf(ctx->request->loc_conf, &api_http_jwt_chapter);

    if (jlcf->requires == NULL) {
        return NGX_OK;
    }

    /* an "if" inside a route has the route's lines */

    given = NULL;

    if (ctx->route != NULL) {
        route = api_http_chapter_conf(ctx->route->loc_conf,
                                      &api_http_jwt_chapter);
        given = (route->requires == jlcf->requires) ? route->given : NULL;
    }

    line = jlcf->requires->elts;

    for (i = 0; i < jlcf->requires->nelts; i++) {

        rc = holds(ctx, line[i], given ? given[i] : NULL, claims, &word);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            *failed = &word->text;
            *scope = line[i]->scopes != NULL
                     ? &line[i]->scopes[word - line[i]->policy.words]
                     : &nothing;
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/* where no route was matched there are no values */

static ngx_int_t
holds(api_http_ctx_t *ctx, const api_http_require_t *line,
    const ngx_uint_t *inputs, const api_auth_claims_t *claims,
    const api_auth_policy_word_t **failed)
{
    ngx_uint_t                i;
    api_auth_policy_given_t  *given;

    given = NULL;

    if (line->names.nelts != 0) {

        given = ngx_pcalloc(ctx->request->pool,
                            line->names.nelts
                            * sizeof(api_auth_policy_given_t));
        if (given == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; inputs != NULL && i < line->names.nelts; i++) {
        if (find_given(ctx, inputs[i], &given[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    *failed = api_auth_policy_fails(&line->policy, claims->tree, given);

    return *failed == NULL ? NGX_OK : NGX_DECLINED;
}


/* a value that is not of its type counts as absent here; whoever may go on
   learns of it from the parameters' step */

static ngx_int_t
find_given(api_http_ctx_t *ctx, ngx_uint_t index,
    api_auth_policy_given_t *given)
{
    ngx_int_t                rc;
    api_rule_t               rule;
    api_value_t              value, canonical;
    api_failure_t            failure;
    const api_rule_t        *found;
    const api_http_input_t  *input;

    input = ctx->route->inputs.elts;
    input += index;

    ngx_memzero(&value, sizeof(api_value_t));
    ngx_memzero(&failure, sizeof(api_failure_t));

    rc = api_http_input_value(ctx, input, &value, &failure);

    if (rc != NGX_OK || value.null) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    rule = input->rule;
    found = (rule.type.kind == API_TYPE_NONE) ? inferred(ctx->route, index)
                                              : NULL;

    if (found != NULL) {
        rule = *found;

        rc = api_value_check(ctx->request->pool, &rule, &value.text,
                             &canonical, &failure);

        if (rc != NGX_OK) {
            return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
        }

        value = canonical;
    }

    given->text = value.text;
    given->fold = (rule.type.kind == API_TYPE_UUID);

    return NGX_OK;
}


/* as PostgreSQL has it, where nothing was declared */

static const api_rule_t *
inferred(const api_http_route_t *route, ngx_uint_t index)
{
    ngx_uint_t               i, n;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            bind = &query[i].binds[n];

            if (bind->source == &api_http_source_input && bind->index == index
                && bind->rule != NULL)
            {
                return bind->rule;
            }
        }
    }

    return NULL;
}
