
/*
 * api_errors, api_problem_type: the form of errors.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "http/shape.h"


/* a name of a member */
#define SHAPE_NAME  64
#define SHAPE_TYPE  512


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *set_errors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_fields(ngx_conf_t *cf,
    api_http_shape_loc_conf_t *slcf);
static const char *read_word(const ngx_str_t *word, api_json_fields_t *fields);
static char *read_type(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_uint_t is_prefix(const ngx_str_t *word);
static char *refuse(ngx_conf_t *cf, ngx_command_t *cmd, const char *why);
static void mark(ngx_conf_t *cf, const char *directive);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_errors"),
      API_CONF_LEVELS|NGX_CONF_1MORE,
      set_errors,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_problem_type"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      read_type,
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
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_shape_module = {
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


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_shape_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_shape_loc_conf_t *prev = parent;
    api_http_shape_loc_conf_t *conf = child;

    (void) cf;

    if (!conf->fields_given) {
        conf->fields = prev->fields;
    }

    if (!conf->type_given) {
        conf->type = prev->type;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    api_http_shape_chapter.module = &ngx_http_api_shape_module;

    return api_http_chapter_add(cf, &api_http_shape_chapter);
}


/* api_errors problem | fields=NAME [message=NAME] [default=NAME] */

static char *
set_errors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_shape_loc_conf_t *slcf = conf;

    ngx_str_t   *value;
    const char  *why;

    value = cf->args->elts;

    if (slcf->fields_given) {
        return refuse(cf, cmd, "is duplicate");
    }

    slcf->fields_given = 1;
    mark(cf, "api_errors");

    if (cf->args->nelts == 2 && api_str_is(&value[1], "problem")) {
        return NGX_CONF_OK;
    }

    why = read_fields(cf, slcf);

    return why == NULL ? NGX_CONF_OK : refuse(cf, cmd, why);
}


static const char *
read_fields(ngx_conf_t *cf, api_http_shape_loc_conf_t *slcf)
{
    ngx_str_t          *value;
    ngx_uint_t          i;
    const char         *why;
    api_json_fields_t  *fields;

    fields = ngx_pcalloc(cf->pool, sizeof(api_json_fields_t));
    if (fields == NULL) {
        return "cannot be kept: no memory";
    }

    slcf->fields = fields;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        why = read_word(&value[i], fields);

        if (why != NULL) {
            return why;
        }
    }

    if (fields->fields.len == 0) {
        return "needs \"fields=NAME\": the member that has what is wrong, as "
               "fields=errors; or say \"problem\"";
    }

    if (api_str_equal(&fields->fields, &fields->message)) {
        return "has one name for two members: rename that of \"message=\"";
    }

    if (fields->fallback.len == 0) {
        ngx_str_set(&fields->fallback, "body");
    }

    return NULL;
}


static const char *
read_word(const ngx_str_t *word, api_json_fields_t *fields)
{
    u_char     *p;
    ngx_str_t  *name;

    if (ngx_strncmp(word->data, "fields=", 7) == 0) {
        name = &fields->fields;

    } else if (ngx_strncmp(word->data, "message=", 8) == 0) {
        name = &fields->message;

    } else if (ngx_strncmp(word->data, "default=", 8) == 0) {
        name = &fields->fallback;

    } else {
        return "is written: api_errors problem, or api_errors fields=NAME "
               "[message=NAME] [default=NAME]";
    }

    if (name->len != 0) {
        return "says a word twice: keep one";
    }

    p = ngx_strlchr(word->data, word->data + word->len, '=') + 1;

    name->data = p;
    name->len = (size_t) (word->data + word->len - p);

    return name->len == 0 || name->len > SHAPE_NAME
           ? "needs a name behind each \"=\", of at most 64 bytes" : NULL;
}


/* api_problem_type PREFIX | about:blank */

static char *
read_type(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_shape_loc_conf_t *slcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (slcf->type_given) {
        return refuse(cf, cmd, "is duplicate");
    }

    slcf->type_given = 1;
    mark(cf, "api_problem_type");

    if (api_str_is(&value[1], "about:blank")) {
        return NGX_CONF_OK;
    }

    if (!is_prefix(&value[1])) {
        return refuse(cf, cmd, "needs what the types of problems begin with, a "
                      "URI or a path of at most 512 characters as "
                      "https://example.com/problems/, or about:blank; the "
                      "code comes behind it");
    }

    slcf->type = value[1];

    return NGX_CONF_OK;
}


/* what stands in JSON as it is: no quotes, blanks or others than ASCII */

static ngx_uint_t
is_prefix(const ngx_str_t *word)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (word->data[i] <= ' ' || word->data[i] >= 0x7f
            || word->data[i] == '"' || word->data[i] == '\\'
            || word->data[i] == '<' || word->data[i] == '>')
        {
            return 0;
        }
    }

    return word->len != 0 && word->len <= SHAPE_TYPE;
}


static char *
refuse(ngx_conf_t *cf, ngx_command_t *cmd, const char *why)
{
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    return api_conf_keep_why(cf, cmd, alcf->route, why);
}


static void
mark(ngx_conf_t *cf, const char *directive)
{
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = directive;
}
