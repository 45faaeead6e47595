

#include "conf/schema.h"
#include "conf/directives.h"
#include "conf/file.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/schema_fault.h"
#include "auth/random.h"


/* bytes of a schema's file; and its depth and values, of which a schema of the
   short form has some for each field */
#define API_HTTP_SCHEMA_MAX     (4 * 1024 * 1024)
#define API_HTTP_SCHEMA_DEPTH   512
#define API_HTTP_SCHEMA_VALUES  1000000


/* for load() */
typedef struct {
    ngx_conf_t             *cf;
    const api_body_t       *body;
} schema_load_t;


static const char *check_path(const ngx_str_t *uri, const ngx_str_t *name);
static ngx_int_t check_defaults(ngx_conf_t *cf, const api_body_t *body);
static ngx_int_t compile(ngx_conf_t *cf, api_http_route_t *route,
    api_schema_fault_t *fault);
static ngx_int_t read_form(ngx_conf_t *cf, api_body_t *body,
    api_schema_fault_t *fault);
static ngx_int_t read_json(ngx_conf_t *cf, const ngx_str_t *text,
    api_json_t **document, api_error_t *error);
static ngx_int_t file_uri(ngx_conf_t *cf, const ngx_str_t *file,
    ngx_str_t *uri);
static ngx_int_t load(void *data, const ngx_str_t *uri,
    api_json_t **document, ngx_str_t *file, ngx_str_t *why);
static ngx_int_t locate(ngx_conf_t *cf, const api_body_t *body,
    const ngx_str_t *uri, ngx_str_t *file, ngx_str_t *why);
static ngx_int_t join(ngx_conf_t *cf, const ngx_str_t *directory,
    const ngx_str_t *rest, ngx_str_t *file, ngx_str_t *why);
static ngx_uint_t is_inside(const ngx_str_t *path);
static ngx_uint_t is_allowed(ngx_conf_t *cf, const api_body_t *body,
    const ngx_str_t *file);
static ngx_uint_t is_below(const ngx_str_t *file, const ngx_str_t *directory);
static ngx_int_t is_file(ngx_conf_t *cf, ngx_str_t *file);
static void set(ngx_str_t *s, const char *text);


/* api_schema_path URI DIR */

char *
api_conf_schema_path(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_main_conf_t *amcf = conf;

    u_char                  *p;
    size_t                   i;
    ngx_str_t               *value, directory;
    const char              *why;
    api_http_schema_path_t  *path;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: schemas are the "
                                   "same for all servers");
    }

    value = cf->args->elts;

    why = check_path(&value[1], &value[2]);
    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, why);
    }

    path = amcf->schema_paths.elts;

    for (i = 0; i < amcf->schema_paths.nelts; i++) {
        if (api_str_equal(&path[i].uri, &value[1])) {
            return api_conf_keep_whole(cf, cmd, NULL,
                                       "is duplicate: a URI has one folder");
        }
    }

    directory = value[2];

    if (ngx_conf_full_name(cf->cycle, &directory, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    path = ngx_array_push(&amcf->schema_paths);
    p = ngx_pnalloc(cf->pool, directory.len + 2);

    if (path == NULL || p == NULL) {
        return NGX_CONF_ERROR;
    }

    path->uri = value[1];
    path->directory.data = p;

    p = ngx_cpymem(p, directory.data, directory.len);

    if (p[-1] != '/') {
        *p++ = '/';
    }

    *p = '\0';
    path->directory.len = (size_t) (p - path->directory.data);

    return NGX_CONF_OK;
}


static const char *
check_path(const ngx_str_t *uri, const ngx_str_t *name)
{
    if (name->len == 0) {
        return "needs a folder behind the URI";
    }

    if (uri->len < 3 || uri->data[uri->len - 1] != '/'
        || ngx_strlchr(uri->data, uri->data + uri->len, ':') == NULL
        || ngx_strlchr(uri->data, uri->data + uri->len, '#') != NULL)
    {
        return "is written: api_schema_path URI DIR, where URI is what the ids "
               "begin with, up to a \"/\", as https://example.com/schemas/";
    }

    return NULL;
}


ngx_int_t
api_conf_schema_file(ngx_conf_t *cf, ngx_uint_t word, ngx_str_t *file,
    api_json_t **document)
{
    ngx_int_t              rc;
    ngx_str_t              text;
    ngx_uint_t             i;
    api_error_t            error;
    api_http_schema_t     *known;
    api_http_main_conf_t  *amcf;

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    known = amcf->schemas.elts;

    for (i = 0; i < amcf->schemas.nelts; i++) {
        if (api_str_equal(&known[i].file, file)) {
            *document = known[i].document;
            return NGX_OK;
        }
    }

    if (api_conf_file(cf, word, file, API_HTTP_SCHEMA_MAX, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = read_json(cf, &text, document, &error);

    if (rc != NGX_OK) {
        if (rc == NGX_DECLINED) {
            api_conf_wrong(cf, word, "\"%V\" is no JSON: %V", file,
                           &error.detail);
        }

        return NGX_ERROR;
    }

    known = ngx_array_push(&amcf->schemas);
    if (known == NULL) {
        return NGX_ERROR;
    }

    known->file = *file;
    known->document = *document;

    return NGX_OK;
}


static ngx_int_t
read_json(ngx_conf_t *cf, const ngx_str_t *text, api_json_t **document,
    api_error_t *error)
{
    api_json_limits_t  limits;

    ngx_memzero(error, sizeof(api_error_t));

    limits.depth = API_HTTP_SCHEMA_DEPTH;
    limits.values = API_HTTP_SCHEMA_VALUES;

    return api_json_read(cf->pool, text, &limits, document, error);
}


ngx_int_t
api_conf_schema(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t             rc;
    api_schema_fault_t    fault;
    api_http_loc_conf_t  *alcf;

    if (route->body == NULL || route->body->schema != NULL) {
        return NGX_OK;
    }

    alcf = route->loc_conf[ngx_http_api_module.ctx_index];

    route->body->media = alcf->media
                         & (API_BODY_MEDIA_JSON|API_BODY_MEDIA_FORM);

    ngx_memzero(&fault, sizeof(api_schema_fault_t));

    rc = compile(cf, route, &fault);

    if (rc == NGX_OK) {
        api_conf_schema_warn(cf, route);
        return check_defaults(cf, route->body);
    }

    if (rc == NGX_DECLINED) {
        api_conf_schema_refuse(cf, route, &fault);
    }

    return NGX_ERROR;
}


/* what is wrong with a default is seen when there is a schema to ask */

static ngx_int_t
check_defaults(ngx_conf_t *cf, const api_body_t *body)
{
    ngx_int_t                rc;
    api_place_t              place;
    const api_body_short_t  *wrong;

    if (body->form == NULL) {
        return NGX_OK;
    }

    rc = api_body_short_defaults(cf->temp_pool, body->schema,
                                 api_schema_root(body->schema), body->form,
                                 &wrong);

    if (rc == NGX_DECLINED) {
        api_conf_schema_place(body, wrong, &place);

        api_conf_log(NGX_LOG_EMERG, cf, &place,
                     "api_body, field \"%V\": default= breaks the "
                     "pattern= or format= it stands beside", &wrong->name);
        return NGX_ERROR;
    }

    return rc;
}


static ngx_int_t
compile(ngx_conf_t *cf, api_http_route_t *route, api_schema_fault_t *fault)
{
    ngx_int_t            rc;
    schema_load_t        data;
    api_body_t          *body;
    api_schema_source_t  source;

    body = route->body;

    ngx_memzero(&source, sizeof(api_schema_source_t));

    if (body->form != NULL) {
        rc = read_form(cf, body, fault);

    } else {
        source.file = body->file;
        rc = file_uri(cf, &body->file, &source.base_uri);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    data.cf = cf;
    data.body = body;

    source.load = load;
    source.data = &data;

    /* not ngx_random(), which is the same at each start until workers run */
    api_random_bytes((u_char *) &source.seed, sizeof(source.seed));

    return api_schema_compile(cf->pool, body->document, &source,
                              &body->schema, fault);
}


static ngx_int_t
read_form(ngx_conf_t *cf, api_body_t *body, api_schema_fault_t *fault)
{
    ngx_int_t    rc;
    ngx_str_t    text;
    api_json_t  *document;
    api_error_t  error;

    if (api_body_short_text(cf->pool, body->form, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = read_json(cf, &text, &document, &error);

    if (rc == NGX_DECLINED) {
        /* each of its words was read before */
        set(&fault->why, "it has too many fields and defaults");
    }

    body->document = document;

    return rc;
}


/* a path may hold what a URI may not */

static ngx_int_t
file_uri(ngx_conf_t *cf, const ngx_str_t *file, ngx_str_t *uri)
{
    u_char     *p;
    uintptr_t   escapes;

    escapes = ngx_escape_uri(NULL, file->data, file->len, NGX_ESCAPE_URI);

    uri->data = ngx_pnalloc(cf->pool,
                            sizeof("file://") + file->len + 2 * escapes);
    if (uri->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(uri->data, "file://", sizeof("file://") - 1);
    p = (u_char *) ngx_escape_uri(p, file->data, file->len, NGX_ESCAPE_URI);

    uri->len = (size_t) (p - uri->data);

    return NGX_OK;
}


static ngx_int_t
load(void *data, const ngx_str_t *uri, api_json_t **document,
    ngx_str_t *file, ngx_str_t *why)
{
    schema_load_t *l = data;

    ngx_int_t  rc;

    rc = locate(l->cf, l->body, uri, file, why);

    if (rc != NGX_OK) {
        return rc;
    }

    if (!is_allowed(l->cf, l->body, file)) {
        set(why, "the file is outside the folders of nginx.conf, of the schema "
                 "and of api_schema_path");
        return NGX_DECLINED;
    }

    rc = is_file(l->cf, file);

    if (rc != NGX_OK) {
        set(why, "there is no such file");
        return rc;
    }

    return api_conf_schema_file(l->cf, 0, file, document);
}


/* file:///…, or what begins as an api_schema_path says, the longest first */

static ngx_int_t
locate(ngx_conf_t *cf, const api_body_t *body, const ngx_str_t *uri,
    ngx_str_t *file, ngx_str_t *why)
{
    ngx_str_t                rest, root;
    ngx_uint_t               i;
    api_http_main_conf_t    *amcf;
    api_http_schema_path_t  *path, *best;

    ngx_str_set(&root, "/");

    if (uri->len > 8 && ngx_memcmp(uri->data, "file:///", 8) == 0) {
        rest.data = uri->data + 8;
        rest.len = uri->len - 8;

        return join(cf, &root, &rest, file, why);
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    best = NULL;
    path = amcf->schema_paths.elts;

    for (i = 0; i < amcf->schema_paths.nelts; i++) {

        if (uri->len > path[i].uri.len
            && ngx_memcmp(uri->data, path[i].uri.data, path[i].uri.len) == 0
            && (best == NULL || path[i].uri.len > best->uri.len))
        {
            best = &path[i];
        }
    }

    if (best == NULL) {
        set(why, "nothing is fetched from the network: say with "
                 "\"api_schema_path URI DIR\" in http { } where such schemas "
                 "lie");
        return NGX_DECLINED;
    }

    rest.data = uri->data + best->uri.len;
    rest.len = uri->len - best->uri.len;

    return join(cf, &best->directory, &rest, file, why);
}


static ngx_int_t
join(ngx_conf_t *cf, const ngx_str_t *directory, const ngx_str_t *rest,
    ngx_str_t *file, ngx_str_t *why)
{
    u_char     *p, *dst, *src;
    ngx_str_t   tail;

    file->data = ngx_pnalloc(cf->pool, directory->len + rest->len + 1);
    if (file->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(file->data, directory->data, directory->len);

    dst = p;
    src = rest->data;
    ngx_unescape_uri(&dst, &src, rest->len, 0);
    *dst = '\0';

    file->len = (size_t) (dst - file->data);

    tail.data = p;
    tail.len = (size_t) (dst - p);

    if (!is_inside(&tail)) {
        set(why, "the name of the file leaves its folder");
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* no "..", no empty part, no NUL byte */

static ngx_uint_t
is_inside(const ngx_str_t *path)
{
    size_t  i, from;

    from = 0;

    for (i = 0; i <= path->len; i++) {

        if (i != path->len && path->data[i] == '\0') {
            return 0;
        }

        if (i != path->len && path->data[i] != '/') {
            continue;
        }

        if (i == from
            || (i - from == 2 && path->data[from] == '.'
                && path->data[from + 1] == '.'))
        {
            return 0;
        }

        from = i + 1;
    }

    return 1;
}


static ngx_uint_t
is_allowed(ngx_conf_t *cf, const api_body_t *body, const ngx_str_t *file)
{
    size_t                   len;
    ngx_str_t                own;
    ngx_uint_t               i;
    api_http_main_conf_t    *amcf;
    api_http_schema_path_t  *path;

    if (is_below(file, &cf->cycle->conf_prefix)) {
        return 1;
    }

    if (body->form == NULL) {

        for (len = body->file.len; len > 0 && body->file.data[len - 1] != '/';
             len--)
        {
            /* void */
        }

        own.data = body->file.data;
        own.len = len;

        if (is_below(file, &own)) {
            return 1;
        }
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    path = amcf->schema_paths.elts;

    for (i = 0; i < amcf->schema_paths.nelts; i++) {
        if (is_below(file, &path[i].directory)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_below(const ngx_str_t *file, const ngx_str_t *directory)
{
    return directory->len != 0 && file->len > directory->len
           && ngx_memcmp(file->data, directory->data, directory->len) == 0;
}


static ngx_int_t
is_file(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_file_info_t  info;

    if (ngx_file_info(file->data, &info) == NGX_FILE_ERROR
        || !ngx_is_file(&info))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static void
set(ngx_str_t *s, const char *text)
{
    s->data = (u_char *) (uintptr_t) text;
    s->len = ngx_strlen(text);
}
