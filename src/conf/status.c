
/*
 * api_status: the status of success, a number or what a row says.
 */

#include "conf/demand.h"
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "http/chapter.h"
#include "http/reader.h"
#include "http/source.h"


#define STATUS_MOST  16


/* a route's own: nothing flows down to it */
typedef struct {
    api_http_reader_t   *reader;     /* NULL: a number, route->status */
    ngx_array_t         *codes;      /* of ngx_uint_t: of a boolean column that
                                        of true and that of false, else those
                                        that an integer may be; NULL: none */
    ngx_uint_t           boolean;
    api_place_t          place;
} status_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_column(ngx_conf_t *cf, status_loc_conf_t *slcf,
    ngx_str_t *name);
static const char *read_list(const ngx_str_t *word, ngx_array_t *codes);
static const char *read_code(u_char *data, size_t len, ngx_array_t *codes);
static ngx_int_t bind_column(ngx_conf_t *cf, api_http_route_t *route,
    status_loc_conf_t *slcf, const ngx_str_t *name);
static ngx_uint_t leads(ngx_uint_t code);
static status_loc_conf_t *conf_of(void **loc_conf);
static ngx_int_t check(ngx_conf_t *cf, api_http_route_t *route);
static ngx_uint_t has_location(const api_http_route_t *route);
static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t choose(api_http_ctx_t *ctx);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_status"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      read_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_status_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_http_step_t  steps[] = {
    { "status", API_PHASE_ANSWER, is_used, choose, NULL },
    { NULL, API_PHASE_ANSWER, NULL, NULL, NULL }
};

static api_http_chapter_t  chapter = {
    .name = "status",
    .steps = steps,
    .idle = directive_of
};

static const api_conf_pass_t  pass = {
    "status", check, API_PASS_SOUND, .statements = 1, .after = "binds"
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(status_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &chapter) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return conf_of(route->loc_conf)->codes != NULL ? "api_status" : NULL;
}


static status_loc_conf_t *
conf_of(void **loc_conf)
{
    return loc_conf[ngx_http_api_status_module.ctx_index];
}


/* api_status CODE | $row.column CODE CODE | $row.column in=CODE,… */

static char *
read_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    status_loc_conf_t *slcf = conf;

    char                 *why;
    ngx_str_t            *value, name;
    const char           *wrong;
    api_http_route_t     *route;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    route = alcf->route;

    why = api_conf_inside(cf, alcf);
    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, why);
    }

    if (slcf->codes != NULL) {
        return api_conf_keep_why(cf, cmd, route, "is duplicate");
    }

    slcf->codes = ngx_array_create(cf->pool, 2, sizeof(ngx_uint_t));
    if (slcf->codes == NULL) {
        return NGX_CONF_ERROR;
    }

    api_conf_place(cf, &slcf->place);

    value = cf->args->elts;

    if (cf->args->nelts == 2 && value[1].data[0] != '$') {

        wrong = read_code(value[1].data, value[1].len, slcf->codes);

        if (wrong == NULL) {
            route->status = *(ngx_uint_t *) slcf->codes->elts;
            return NGX_CONF_OK;
        }

        return api_conf_keep_why(cf, cmd, route, wrong);
    }

    wrong = read_column(cf, slcf, &name);

    if (wrong != NULL) {
        return api_conf_keep_whole(cf, cmd, route, wrong);
    }

    return bind_column(cf, route, slcf, &name) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static const char *
read_column(ngx_conf_t *cf, status_loc_conf_t *slcf, ngx_str_t *name)
{
    ngx_uint_t   i;
    ngx_str_t   *value;
    const char  *why;

    static const char  form[] =
        "is written: api_status CODE, or api_status $row.column CODE_TRUE "
        "CODE_FALSE of a boolean column, or api_status $row.column "
        "in=CODE,CODE of an integer one, where $row is the \"as=row\" of a "
        "statement above";

    value = cf->args->elts;

    if (cf->args->nelts < 3 || cf->args->nelts > 4
        || api_conf_name_dollar(&value[1], name) != NULL
        || api_conf_name_dots(name) != NULL)
    {
        return form;
    }

    if (cf->args->nelts == 3) {
        return ngx_strncmp(value[2].data, "in=", 3) == 0
               ? read_list(&value[2], slcf->codes) : form;
    }

    slcf->boolean = 1;

    for (i = 2; i < 4; i++) {
        why = read_code(value[i].data, value[i].len, slcf->codes);

        if (why != NULL) {
            return why;
        }
    }

    return NULL;
}


/* in=200,303 */

static const char *
read_list(const ngx_str_t *word, ngx_array_t *codes)
{
    u_char      *p, *end, *comma;
    const char  *why;

    p = word->data + 3;
    end = word->data + word->len;

    for ( ;; ) {

        comma = ngx_strlchr(p, end, ',');

        if (comma == NULL) {
            comma = end;
        }

        if (codes->nelts == STATUS_MOST) {
            return "has more than 16 statuses";
        }

        why = read_code(p, (size_t) (comma - p), codes);

        if (why != NULL || comma == end) {
            return why;
        }

        p = comma + 1;
    }
}


static const char *
read_code(u_char *data, size_t len, ngx_array_t *codes)
{
    ngx_int_t    code;
    ngx_uint_t  *slot;

    code = ngx_atoi(data, len);

    if (len != 3 || !((code >= 200 && code <= 299) || leads((ngx_uint_t) code)))
    {
        return "must be the status of success, a number from 200 to 299, or "
               "301, 302, 303, 307, 308 with a Location; api_error sets those "
               "of failures, api_check and none= those of refusals";
    }

    slot = ngx_array_push(codes);
    if (slot == NULL) {
        return "cannot be kept: no memory";
    }

    *slot = (ngx_uint_t) code;

    return NULL;
}


/* elsewhere */

static ngx_uint_t
leads(ngx_uint_t code)
{
    return code == NGX_HTTP_MOVED_PERMANENTLY
           || code == NGX_HTTP_MOVED_TEMPORARILY
           || code == NGX_HTTP_SEE_OTHER
           || code == NGX_HTTP_TEMPORARY_REDIRECT
           || code == NGX_HTTP_PERMANENT_REDIRECT;
}


static ngx_int_t
bind_column(ngx_conf_t *cf, api_http_route_t *route, status_loc_conf_t *slcf,
    const ngx_str_t *name)
{
    api_http_demand_t  demand;

    slcf->reader = api_conf_reader_add(cf, route, "api_status");

    if (slcf->reader == NULL
        || api_conf_reader_name(cf, slcf->reader, name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (slcf->boolean) {
        slcf->reader->want = API_HTTP_WANT_BOOL;
        return NGX_OK;
    }

    /* what is not in the list is known before anything is committed */

    slcf->reader->want = API_HTTP_WANT_INT;

    ngx_memzero(&demand, sizeof(api_http_demand_t));

    demand.reader = slcf->reader;
    demand.among = slcf->codes;

    return api_conf_demand_add(cf, route, &demand);
}


static ngx_int_t
check(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t               i, *code;
    const api_http_read_t   *read;
    status_loc_conf_t       *slcf;

    slcf = conf_of(route->loc_conf);

    if (slcf->codes == NULL) {
        return NGX_OK;
    }

    if (slcf->reader != NULL) {
        read = slcf->reader->reads.elts;

        if (read->bind.source != &api_http_source_row) {
            api_conf_log(NGX_LOG_EMERG, cf, &slcf->place,
                         "api_status of \"%V\": \"$%V\" is no column of a row: "
                         "name one of a statement above, $row.column of "
                         "\"as=row\"", &route->name, &read->param.name);
            return NGX_ERROR;
        }
    }

    code = slcf->codes->elts;

    for (i = 0; i < slcf->codes->nelts; i++) {

        if (leads(code[i]) && !has_location(route)) {
            api_conf_log(NGX_LOG_WARN, cf, &slcf->place,
                         "api_status of \"%V\" may be %ui, which leads nowhere "
                         "without a Location: add api_header Location "
                         "/path/$api_row_id", &route->name, code[i]);
            break;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
has_location(const api_http_route_t *route)
{
    ngx_uint_t            i;
    api_http_header_t    *header;
    api_http_loc_conf_t  *alcf;

    alcf = route->loc_conf[ngx_http_api_module.ctx_index];

    if (alcf->headers == NULL) {
        return 0;
    }

    header = alcf->headers->elts;

    for (i = 0; i < alcf->headers->nelts; i++) {
        if (header[i].name.len == sizeof("Location") - 1
            && ngx_strncasecmp(header[i].name.data, (u_char *) "Location",
                               header[i].name.len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    return conf_of(loc_conf)->reader != NULL;
}


static ngx_int_t
choose(api_http_ctx_t *ctx)
{
    ngx_int_t           n;
    ngx_uint_t         *code;
    api_value_t         value;
    status_loc_conf_t  *slcf;

    if (ctx->none != 0) {
        return NGX_OK;
    }

    slcf = conf_of(ctx->route->loc_conf);

    if (api_http_reader_value(ctx, slcf->reader, 0, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    code = slcf->codes->elts;

    if (slcf->boolean) {
        ctx->status = !value.null && api_str_is(&value.text, "t")
                      ? code[0] : code[1];
        return NGX_OK;
    }

    /* one of the list: conf/demand has seen to it */

    if (!value.null) {
        n = ngx_atoi(value.text.data, value.text.len);
        ctx->status = n > 0 ? (ngx_uint_t) n : 0;
    }

    return NGX_OK;
}
