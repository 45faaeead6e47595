
/*
 * api_answer raw: its module, from the directive to the step.
 */

#include "conf/ahead.h"
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "http/raw.h"
#include "http/source.h"


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *set_raw(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, api_http_route_t *route,
    api_http_raw_loc_conf_t *rlcf);
static const char *read_word(ngx_conf_t *cf, api_http_route_t *route,
    api_http_raw_loc_conf_t *rlcf, const ngx_str_t *word);
static const char *read_column(ngx_conf_t *cf, api_http_route_t *route,
    u_char *data, size_t len, api_http_reader_t **reader);
static ngx_int_t check(ngx_conf_t *cf, api_http_route_t *route);


static ngx_command_t  commands[] = {

    /* route */

    /* the other entry is that of conf/compose, see conf/ahead.h */

    { ngx_string("api_answer"),
      API_CONF_RAW|NGX_CONF_ANY,
      set_raw,
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


ngx_module_t  ngx_http_api_raw_module = {
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


static const api_http_step_t  step = {
    "raw", API_PHASE_QUERY, NULL, api_http_raw, NULL
};

/* before statements say which of them is the answer */
static const api_conf_pass_t  pass = {
    "raw", check, API_PASS_BEHIND, .statements = 1, .after = "readers"
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_raw_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    api_http_raw_chapter.module = &ngx_http_api_raw_module;

    if (api_http_chapter_add(cf, &api_http_raw_chapter) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


/* api_answer raw $row.data type=TYPE|$row.type [name=$row.name] [inline] */

static char *
set_raw(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_raw_loc_conf_t *rlcf = conf;

    char                 *rv;
    const char           *why;
    api_http_route_t     *route;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    route = alcf->route;

    rv = api_conf_inside(cf, alcf);

    if (rv == NULL && (rlcf->data != NULL || route->composed)) {
        rv = "is duplicate";
    }

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, route, rv);
    }

    api_conf_place(cf, &rlcf->place);

    why = read_words(cf, route, rlcf);

    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, route, why);
    }

    if (api_conf_part_add(cf, route, route->queries.nelts, &step) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    route->composed = 1;

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, api_http_route_t *route,
    api_http_raw_loc_conf_t *rlcf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;
    const char  *why;

    value = cf->args->elts;

    if (cf->args->nelts < 2 || !api_str_is(&value[1], "raw")) {
        return "is written: api_answer { name $value; … }, or api_answer raw "
               "$row.data type=TYPE [name=$row.name] [inline]";
    }

    for (i = 2; i < cf->args->nelts; i++) {
        why = read_word(cf, route, rlcf, &value[i]);

        if (why != NULL) {
            return why;
        }
    }

    if (rlcf->data == NULL) {
        return "needs the column that is answered: api_answer raw $row.data "
               "type=image/png, of a statement above with \"as=row\"";
    }

    if (rlcf->type == NULL && rlcf->constant.len == 0) {
        return "needs the type of what is answered: type=image/png, or "
               "type=$row.type";
    }

    if (rlcf->inline_ && rlcf->name == NULL) {
        return "needs \"name=\" for \"inline\": without a name it is shown "
               "anyway";
    }

    return NULL;
}


static const char *
read_word(ngx_conf_t *cf, api_http_route_t *route,
    api_http_raw_loc_conf_t *rlcf, const ngx_str_t *word)
{
    const char  *why;

    if (ngx_strncmp(word->data, "type=", 5) == 0
        && rlcf->type == NULL && rlcf->constant.len == 0)
    {
        if (word->len > 5 && word->data[5] == '$') {
            return read_column(cf, route, word->data + 5, word->len - 5,
                               &rlcf->type);
        }

        rlcf->constant.data = word->data + 5;
        rlcf->constant.len = word->len - 5;

        return api_http_raw_is_type(&rlcf->constant)
               ? NULL : "needs a media type behind \"type=\", as image/png";
    }

    if (ngx_strncmp(word->data, "name=", 5) == 0 && rlcf->name == NULL) {
        return read_column(cf, route, word->data + 5, word->len - 5,
                           &rlcf->name);
    }

    if (api_str_is(word, "inline") && !rlcf->inline_) {
        rlcf->inline_ = 1;
        return NULL;
    }

    if (word->len != 0 && word->data[0] == '$' && rlcf->data == NULL) {
        why = read_column(cf, route, word->data, word->len, &rlcf->data);

        if (why == NULL) {
            rlcf->data->want = API_HTTP_WANT_BYTES;
        }

        return why;
    }

    return "takes one $row.column, \"type=\", \"name=$row.column\" and "
           "\"inline\", each once";
}


static const char *
read_column(ngx_conf_t *cf, api_http_route_t *route, u_char *data, size_t len,
    api_http_reader_t **reader)
{
    ngx_str_t  word, name;

    word.data = data;
    word.len = len;

    if (api_conf_name_dollar(&word, &name) != NULL
        || api_conf_name_dots(&name) != NULL)
    {
        return "needs columns of a row above, $row.column of \"as=row\"";
    }

    *reader = api_conf_reader_add(cf, route, "api_answer");

    return *reader == NULL
           || api_conf_reader_name(cf, *reader, &name) != NGX_OK
           ? "cannot be kept: no memory" : NULL;
}


static ngx_int_t
check(ngx_conf_t *cf, api_http_route_t *route)
{
    const char               *why;
    const api_http_read_t    *read;
    api_http_raw_loc_conf_t  *rlcf;

    rlcf = route->loc_conf[ngx_http_api_raw_module.ctx_index];

    if (rlcf->data == NULL) {
        return NGX_OK;
    }

    read = rlcf->data->reads.elts;

    why = (read->bind.source != &api_http_source_row)
              ? "answers what is no column of a row: name one of a statement "
                "above, $row.column of \"as=row\""
          : (rlcf->data->at != route->queries.nelts)
              ? "stands above a statement, and is made when all have run: "
                "let it be the last"
          : (route->answer != NGX_CONF_UNSET_UINT)
              ? "is the answer, and so is a statement that says \"answer\": "
                "keep one"
              : NULL;

    if (why == NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &rlcf->place, "api_answer of \"%V\" %s",
                 &route->name, why);

    return NGX_ERROR;
}
