
#include "conf/param.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "core/scan.h"
#include "core/value_number.h"
#include "json/numbers.h"


static ngx_int_t read_param(ngx_conf_t *cf, api_http_input_t *input,
    ngx_uint_t *word, const char **why);
static ngx_int_t check_default(ngx_conf_t *cf, const api_rule_t *rule,
    const char **why);
static const char *read_source(api_http_input_t *input,
    const ngx_str_t *source);
static const char *check_source(const api_http_input_t *input);
static ngx_int_t name_header(ngx_conf_t *cf, api_http_input_t *input);
static api_http_input_t *push_param(ngx_conf_t *cf,
    api_http_loc_conf_t *alcf, const api_http_input_t *input);
static ngx_int_t inherit(api_http_route_t *route, const ngx_array_t *own,
    const ngx_array_t *inherited);
static ngx_int_t add_segments(api_http_route_t *route);
static api_http_input_t *find_segment(api_http_route_t *route,
    const ngx_str_t *name);
static const char *type_segment(api_http_route_t *route,
    api_http_input_t *input, const api_http_input_t *param);
static api_segment_t *value_segment(api_http_route_t *route, ngx_uint_t n);
static ngx_uint_t has_name(const ngx_array_t *inputs, const ngx_str_t *name);


/* api_param NAME TYPE [required] [default=] [min=] [max=] [in=] */

char *
api_conf_param(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    ngx_int_t          rc;
    ngx_str_t         *value;
    ngx_uint_t         word;
    const char        *why;
    const ngx_str_t   *wrong;
    api_http_input_t   input;

    if (!(cf->cmd_type & NGX_HTTP_LOC_CONF)) {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "belongs in an api_route { }, or in a "
                                   "location { } for all routes inside");
    }

    if (cf->args->nelts < 3) {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "is written: api_param NAME TYPE "
                                   "[required] [default=] [min=] [max=] "
                                   "[in=query|header|cookie]");
    }

    ngx_memzero(&input, sizeof(api_http_input_t));
    api_conf_place(cf, &input.place);
    input.place.word = 1;

    value = cf->args->elts;
    word = 1;

    rc = read_param(cf, &input, &word, &why);

    if (rc == NGX_OK && alcf->params != NULL
        && has_name(alcf->params, &input.name))
    {
        rc = NGX_DECLINED;
        why = "it is declared twice here: keep one";
    }

    if (rc == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    if (rc == NGX_DECLINED) {
        wrong = (word > 1) ? &value[word]
                           : api_rule_blamed(&value[3], cf->args->nelts - 3,
                                             why);

        if (wrong != NULL) {
            api_conf_refuse(cf, "api_param", &value[1], wrong, why);

        } else {
            api_conf_wrong(cf, 1, "api_param \"%V\": %s", &value[1], why);
        }

        /* without a name nobody knows which one the statements mean */

        if (api_conf_keep(cf, alcf->route, api_conf_name(&value[1]) != NULL)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }

        /* the name is known all the same */

        if (alcf->params != NULL && has_name(alcf->params, &input.name)) {
            return NGX_CONF_OK;
        }

        ngx_memzero(&input.rule, sizeof(api_rule_t));
        input.in = API_IN_QUERY;
        input.in_given = 0;
    }

    return push_param(cf, alcf, &input) ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
read_param(ngx_conf_t *cf, api_http_input_t *input, ngx_uint_t *word,
    const char **why)
{
    ngx_int_t   rc;
    ngx_str_t  *value;
    ngx_uint_t  i;

    value = cf->args->elts;
    input->in = API_IN_QUERY;
    input->name = value[1];

    *why = api_conf_name(&input->name);
    if (*why != NULL) {
        return NGX_DECLINED;
    }

    *word = 2;
    rc = api_type_parse(cf->pool, &value[2], &input->rule.type, why);

    for (i = 3; rc == NGX_OK && i < cf->args->nelts; i++) {

        *word = i;

        if (ngx_strncmp(value[i].data, "in=", 3) == 0) {
            *why = read_source(input, &value[i]);
            rc = (*why == NULL) ? NGX_OK : NGX_DECLINED;

        } else if (api_str_is(&value[i], "nullable")) {
            *why = "only fields of a body can be null: drop \"nullable\", a "
                   "parameter that is absent is NULL in SQL";
            rc = NGX_DECLINED;

        } else {
            rc = api_rule_word(cf->pool, &input->rule, &value[i], why);
        }
    }

    if (rc == NGX_OK) {
        *word = 1;
        rc = api_rule_finish(cf->pool, &input->rule, why);
    }

    if (rc == NGX_OK) {
        rc = check_default(cf, &input->rule, why);
    }

    if (rc == NGX_OK) {
        *why = check_source(input);
        rc = (*why == NULL) ? name_header(cf, input) : NGX_DECLINED;
    }

    return rc;
}


/* of all types core/rule cannot read this one */

static ngx_int_t
check_default(ngx_conf_t *cf, const api_rule_t *rule, const char **why)
{
    size_t              left;
    ngx_int_t           rc;
    api_json_t         *json;
    api_error_t         error;

    if (!rule->has_default || rule->type.kind != API_TYPE_JSON) {
        return NGX_OK;
    }

    *why = "default= is not JSON, as null, 1 or {\"a\":1} are (in quotes if it "
           "has spaces)";

    rc = api_json_read(cf->temp_pool, &rule->fallback, NULL, &json, &error);

    left = API_VALUE_NUMBER_MORE(rule->fallback.len);

    if (rc == NGX_OK && !api_json_numbers_short(json, &left)) {
        *why = "default= has numbers of too many digits when they are written "
               "without exponents";
        return NGX_DECLINED;
    }

    return rc;
}


static const char *
read_source(api_http_input_t *input, const ngx_str_t *source)
{
    if (input->in_given) {
        return "has \"in=\" twice: keep one";
    }

    input->in_given = 1;

    if (api_str_is(source, "in=query")) {
        input->in = API_IN_QUERY;

    } else if (api_str_is(source, "in=header")) {
        input->in = API_IN_HEADER;

    } else if (api_str_is(source, "in=cookie")) {
        input->in = API_IN_COOKIE;

    } else if (api_str_is(source, "in=path")) {
        return "what stands in the path is declared there, as \":name\": drop "
               "\"in=path\", the name alone gives the segment its type";

    } else if (api_str_is(source, "in=body")) {
        return "fields of the body are declared with api_body";

    } else {
        return "\"in=\" must be in=query, in=header or in=cookie";
    }

    return NULL;
}


static const char *
check_source(const api_http_input_t *input)
{
    if (input->rule.type.kind == API_TYPE_JSON
        && input->in == API_IN_HEADER && input->rule.type.array)
    {
        return "a list of json cannot be told apart in a header: take it from "
               "the body";
    }

    return NULL;
}


/* as nginx keeps names of headers; cookies go by their own name */

static ngx_int_t
name_header(ngx_conf_t *cf, api_http_input_t *input)
{
    size_t  i;

    if (input->in != API_IN_HEADER) {
        return NGX_OK;
    }

    input->lowcase.len = input->name.len;
    input->lowcase.data = ngx_pnalloc(cf->pool, input->name.len + 1);
    if (input->lowcase.data == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < input->name.len; i++) {
        input->lowcase.data[i] = (input->name.data[i] == '_')
                                 ? (u_char) '-'
                                 : ngx_tolower(input->name.data[i]);
    }

    input->lowcase.data[i] = '\0';
    input->hash = ngx_hash_key(input->lowcase.data, input->lowcase.len);

    return NGX_OK;
}


static api_http_input_t *
push_param(ngx_conf_t *cf, api_http_loc_conf_t *alcf,
    const api_http_input_t *input)
{
    api_http_input_t  *pushed;

    if (alcf->params == NULL) {
        alcf->params = ngx_array_create(cf->pool, 4,
                                        sizeof(api_http_input_t));
        if (alcf->params == NULL) {
            return NULL;
        }
    }

    pushed = ngx_array_push(alcf->params);

    if (pushed != NULL) {
        *pushed = *input;
    }

    return pushed;
}


const char *
api_conf_name(const ngx_str_t *name)
{
    size_t  i;

    if (name->len == 0 || !api_scan_is_name_start(name->data[0])) {
        return "a name begins with a letter or \"_\", without \"$\" or "
               "\":\" in front";
    }

    for (i = 0; i < name->len; i++) {
        if (!api_scan_is_name(name->data[i])) {
            return "a name has letters, digits and \"_\" (a header's, too: "
                   "\"_\" stands for \"-\" there)";
        }
    }

    if (api_str_is(name, "body") || api_str_is(name, "jwt")) {
        return "\"$body\" is the whole body in SQL, and \"$jwt\" the claims of "
               "a token: choose another name";
    }

    return NULL;
}


const char *
api_conf_name_dollar(const ngx_str_t *word, ngx_str_t *name)
{
    if (word->len == 0 || word->data[0] != '$') {
        return "both names begin with \"$\"";
    }

    name->data = word->data + 1;
    name->len = word->len - 1;

    return NULL;
}


const char *
api_conf_name_dots(const ngx_str_t *path)
{
    size_t       i, from;
    ngx_str_t    part;
    const char  *why;

    from = 0;

    for (i = 0; i <= path->len; i++) {

        if (i != path->len && path->data[i] != '.') {
            continue;
        }

        part.data = path->data + from;
        part.len = i - from;
        from = i + 1;

        why = api_conf_name(&part);
        if (why != NULL) {
            return why;
        }
    }

    return NULL;
}


/*
 * The route's own parameters, and those of its location that they do not
 * override.  A parameter with the name of a segment gives the segment its
 * type and rule; the location's does so where the route leaves it open.
 */

ngx_int_t
api_conf_inputs(ngx_conf_t *cf, api_http_route_t *route,
    const ngx_array_t *own, const ngx_array_t *inherited)
{
    const char              *why;
    ngx_uint_t               i, n;
    api_http_input_t        *input;
    const api_http_input_t  *param;

    if (add_segments(route) != NGX_OK) {
        return NGX_ERROR;
    }

    n = (own == NULL) ? 0 : own->nelts;
    param = (own == NULL) ? NULL : own->elts;

    for (i = 0; i < n; i++) {

        input = find_segment(route, &param[i].name);

        if (input == NULL) {
            input = ngx_array_push(&route->inputs);
            if (input == NULL) {
                return NGX_ERROR;
            }

            *input = param[i];
            continue;
        }

        why = type_segment(route, input, &param[i]);

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &param[i].place,
                         "api_param \"%V\" of \"%V\": %s",
                         &param[i].name, &route->name, why);

            if (api_conf_keep(cf, route, 0) != NGX_CONF_OK) {
                return NGX_ERROR;
            }
        }
    }

    return inherit(route, own, inherited);
}


static ngx_int_t
inherit(api_http_route_t *route, const ngx_array_t *own,
    const ngx_array_t *inherited)
{
    ngx_uint_t               i;
    api_http_input_t        *input;
    const api_http_input_t  *param;

    if (inherited == NULL) {
        return NGX_OK;
    }

    param = inherited->elts;

    for (i = 0; i < inherited->nelts; i++) {

        if (own != NULL && has_name(own, &param[i].name)) {
            continue;
        }

        input = find_segment(route, &param[i].name);

        if (input != NULL) {
            /* what does not suit the segment speaks of other routes */
            (void) type_segment(route, input, &param[i]);
            continue;
        }

        input = ngx_array_push(&route->inputs);
        if (input == NULL) {
            return NGX_ERROR;
        }

        *input = param[i];
        input->used = 1;
    }

    return NGX_OK;
}


static ngx_int_t
add_segments(api_http_route_t *route)
{
    ngx_uint_t         i;
    api_segment_t     *segment;
    api_http_input_t  *input;

    for (i = 0; i < route->pattern.nvalues; i++) {

        segment = value_segment(route, i);

        input = ngx_array_push(&route->inputs);
        if (input == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(input, sizeof(api_http_input_t));

        input->name = segment->text;
        input->in = API_IN_PATH;
        input->segment = i;
        input->rule.type = segment->type;
        input->rule.required = 1;
        input->place = route->place;
    }

    return NGX_OK;
}


static api_http_input_t *
find_segment(api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t         i;
    api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->pattern.nvalues; i++) {
        if (api_str_equal(&input[i].name, name)) {
            return &input[i];
        }
    }

    return NULL;
}


/* NULL, or why the parameter cannot be the segment's type */

static const char *
type_segment(api_http_route_t *route, api_http_input_t *input,
    const api_http_input_t *param)
{
    api_segment_t  *segment;

    segment = value_segment(route, input->segment);

    if (segment->kind == API_SEGMENT_TYPED) {
        return "the path declares that name with a type already: keep one of "
               "the two";
    }

    if (param->in_given) {
        return "the path has a segment of that name: rename one, or drop "
               "\"in=\" to give the segment its type";
    }

    if (param->rule.has_default) {
        return "it is a segment of the path, which is never absent: drop "
               "\"default=\"";
    }

    if (param->rule.type.array) {
        return "it is a segment of the path, which is one value: drop the "
               "\"[]\"";
    }

    if (segment->kind == API_SEGMENT_REST) {

        if (param->rule.type.kind != API_TYPE_STRING) {
            return "it is the rest of the path, which is a string";
        }

    } else {
        segment->kind = API_SEGMENT_TYPED;
        segment->type = param->rule.type;
    }

    input->rule = param->rule;
    input->rule.required = 1;
    input->place = param->place;

    return NULL;
}


/* the segment that value number n of a match comes from */

static api_segment_t *
value_segment(api_http_route_t *route, ngx_uint_t n)
{
    api_segment_t  *segment;

    segment = route->pattern.segments.elts;

    for ( /* void */ ; ; segment++) {

        if (segment->kind == API_SEGMENT_TEXT) {
            continue;
        }

        if (n-- == 0) {
            return segment;
        }
    }
}


static ngx_uint_t
has_name(const ngx_array_t *inputs, const ngx_str_t *name)
{
    ngx_uint_t               i;
    const api_http_input_t  *input;

    input = inputs->elts;

    for (i = 0; i < inputs->nelts; i++) {
        if (api_str_equal(&input[i].name, name)) {
            return 1;
        }
    }

    return 0;
}
