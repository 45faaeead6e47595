
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/schema.h"
#include "conf/words.h"


/* blocks within blocks: as deep as JSON may nest */
#define API_HTTP_BODY_DEPTH  API_JSON_DEPTH


static const char *check_method(const api_http_route_t *route);
static ngx_uint_t is_file(const ngx_str_t *word);
static ngx_int_t read_file(ngx_conf_t *cf, api_body_t *body,
    ngx_uint_t open, const char **why);
static ngx_int_t read_form(ngx_conf_t *cf, api_body_t *body,
    ngx_uint_t open, const ngx_str_t **word, const char **why);
static ngx_int_t unquote(ngx_str_t *word);
static ngx_uint_t is_shapeless(ngx_conf_t *cf, ngx_uint_t open,
    const ngx_str_t *word);
static ngx_int_t read_block(ngx_conf_t *cf, api_body_short_t *object,
    ngx_uint_t depth);
static ngx_int_t skip_block(ngx_conf_t *cf);
static ngx_int_t read_field(ngx_conf_t *cf, api_body_short_t *object,
    ngx_uint_t open, api_body_short_t **field);
static ngx_int_t parse_field(ngx_conf_t *cf, api_body_short_t *object,
    ngx_uint_t open, ngx_str_t *name, api_body_short_t **field,
    const ngx_str_t **word, const char **why);
static const char *check_name(const api_body_short_t *object,
    const ngx_str_t *name);
static ngx_uint_t is_directive(const ngx_str_t *name);
static ngx_uint_t is_list(const ngx_str_t *name);
static ngx_uint_t has(const ngx_str_t *word, const char *set);


static const char  shapes[] =
    "it is written: api_body { name type; … }, api_body array [min=] [max=] "
    "{ name type; … }, both with additional=on for other fields, too, api_body "
    "TYPE; or api_body FILE.json;";


/*
 * api_body FILE.json; api_body TYPE rules; or api_body [array] rules { … }.
 * nginx fixes for each directive whether a block follows it: the table has two
 * entries for this one, see api_conf_route().
 */

char *
api_conf_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char             *rv;
    ngx_int_t         rc;
    ngx_str_t        *value;
    ngx_uint_t        open;
    const char       *why;
    api_body_t       *body;
    const ngx_str_t  *word;

    rv = api_conf_inside(cf, alcf);
    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    body = ngx_pcalloc(cf->pool, sizeof(api_body_t));

    if (body == NULL
        || ngx_array_init(&body->fields, cf->pool, 4,
                          sizeof(api_body_field_t))
           != NGX_OK
        || api_schema_names_init(&body->names, cf->pool) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    api_conf_place(cf, &body->place);

    open = (cmd->type & NGX_CONF_BLOCK) ? 1 : 0;
    value = cf->args->elts;

    word = NULL;
    why = check_method(alcf->route);

    if (why != NULL) {
        rc = NGX_DECLINED;

    } else if (cf->args->nelts > 1 && is_file(&value[1])) {
        word = (cf->args->nelts > 2) ? &value[2] : NULL;
        rc = read_file(cf, body, open, &why);

    } else {
        rc = read_form(cf, body, open, &word, &why);
    }

    if (rc == NGX_DECLINED) {
        api_conf_refuse(cf, "api_body of", &alcf->route->name, word, why);
        rc = (open && !body->read) ? skip_block(cf) : NGX_DONE;
    }

    if (rc == NGX_DONE) {
        return api_conf_keep(cf, alcf->route, 1);
    }

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    alcf->route->body = body;

    return NGX_CONF_OK;
}


static const char *
check_method(const api_http_route_t *route)
{
    if (route->body != NULL) {
        return "it is declared twice: a route has one body";
    }

    if (route->method == API_METHOD_GET) {
        return "a GET request has no body: take the values with api_param, or "
               "make it POST";
    }

    if (route->method == API_METHOD_OPTIONS) {
        return "an OPTIONS request has no body here: drop it";
    }

    return NULL;
}


static ngx_uint_t
is_file(const ngx_str_t *word)
{
    return word->len > 5
           && ngx_memcmp(word->data + word->len - 5, ".json", 5) == 0;
}


/* it is compiled when all of http { } is known: api_schema_path may stand
   below */

static ngx_int_t
read_file(ngx_conf_t *cf, api_body_t *body, ngx_uint_t open,
    const char **why)
{
    ngx_str_t         *value;
    api_json_t        *document;
    api_words_e        end;

    value = cf->args->elts;
    body->file = value[1];

    if (cf->args->nelts > 2) {
        *why = "a schema file says all itself: drop what stands behind it";
        return NGX_DECLINED;
    }

    if (api_conf_schema_file(cf, 1, &body->file, &document) != NGX_OK) {
        return open ? skip_block(cf) : NGX_DONE;
    }

    body->document = document;

    if (!open) {
        return NGX_OK;
    }

    /* nginx took the entry with a block, because the end of the directive
       could not be seen in advance: the block has to be empty */

    if (api_conf_words(cf, &end) != NGX_OK) {
        return NGX_ERROR;
    }

    body->read = (end == API_WORDS_CLOSE);

    if (end == API_WORDS_OPEN && skip_block(cf) != NGX_DONE) {
        return NGX_ERROR;
    }

    *why = "a schema file says all itself: drop the fields behind it";

    return end == API_WORDS_CLOSE ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
read_form(ngx_conf_t *cf, api_body_t *body, ngx_uint_t open,
    const ngx_str_t **word, const char **why)
{
    ngx_int_t          rc;
    ngx_str_t         *value;
    ngx_uint_t         i;
    api_body_short_t  *form;

    form = ngx_pcalloc(cf->pool, sizeof(api_body_short_t));
    if (form == NULL) {
        return NGX_ERROR;
    }

    body->form = form;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (unquote(&value[i]) != NGX_OK) {
            *word = &value[i];
            *why = "a quote stands in front of the whole word here, as in "
                   "\"pattern=^[a-z ]+$\"";
            return NGX_DECLINED;
        }
    }

    rc = api_body_short_words(cf->pool, &value[1], cf->args->nelts - 1,
                              open, 0, form, word, why);

    if (rc == NGX_OK && (form->rule.required || form->rule.has_default)) {
        *why = "a body is always required and has no default: drop the word";
        rc = NGX_DECLINED;
    }

    if (rc == NGX_DECLINED && is_shapeless(cf, open, *word)) {
        *why = shapes;
    }

    if (rc != NGX_OK || !open) {
        return rc;
    }

    rc = read_block(cf, form, 1);
    body->read = 1;

    if (rc != NGX_OK) {
        return rc;
    }

    if (form->members.nelts == 0 && !form->additional) {
        *why = "it declares no field: write \"name type;\" lines, or drop it";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * pattern="…" as in a block, where quotes may stand behind "=": nginx cut these
 * words, and to it such a quote is a letter.
 */

static ngx_int_t
unquote(ngx_str_t *word)
{
    u_char  *p, *last;

    p = ngx_strlchr(word->data, word->data + word->len, '=');
    last = word->data + word->len - 1;

    if (p == NULL || p == last || (p[1] != '"' && p[1] != '\'')) {
        return NGX_OK;
    }

    if (p + 1 == last || *last != p[1]) {
        return NGX_DECLINED;
    }

    ngx_memmove(p + 1, p + 2, (size_t) (last - p - 2));
    word->len -= 2;

    return NGX_OK;
}


/* is what stands behind api_body at fault, or nothing there? */

static ngx_uint_t
is_shapeless(ngx_conf_t *cf, ngx_uint_t open, const ngx_str_t *word)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (word == NULL) {
        return !open && cf->args->nelts < 3;
    }

    if (word != &value[1] || has(word, "=") || api_str_is(word, "required")) {
        return 0;
    }

    return open || has(word, "./{");
}


/* NGX_OK; NGX_DONE: faults, which are told, and its end; NGX_ERROR */

static ngx_int_t
read_block(ngx_conf_t *cf, api_body_short_t *object, ngx_uint_t depth)
{
    ngx_int_t          rc, all;
    api_words_e        end;
    api_body_short_t  *field;

    all = NGX_OK;

    if (depth > API_HTTP_BODY_DEPTH) {
        api_conf_log(NGX_LOG_EMERG, cf, NULL, "api_body: blocks nest more"
                     " than 32 deep, and JSON may not");
        return skip_block(cf);
    }

    for ( ;; ) {

        if (api_conf_words(cf, &end) != NGX_OK) {
            return NGX_ERROR;
        }

        if (end == API_WORDS_CLOSE) {
            return all;
        }

        rc = read_field(cf, object, end == API_WORDS_OPEN, &field);

        if (end == API_WORDS_OPEN && rc != NGX_ERROR) {
            rc = (rc == NGX_OK) ? read_block(cf, field, depth + 1)
                                : skip_block(cf);
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc != NGX_OK) {
            all = NGX_DONE;
            continue;
        }

        if (end == API_WORDS_OPEN && field->members.nelts == 0
            && !field->additional)
        {
            api_conf_log(NGX_LOG_EMERG, cf, NULL, "api_body, field"
                         " \"%V\": it declares no field: write"
                         " \"name type;\" lines inside, or"
                         " \"%V object;\"", &field->name, &field->name);
            all = NGX_DONE;
        }
    }
}


/* the rest of a block: NGX_DONE, or NGX_ERROR */

static ngx_int_t
skip_block(ngx_conf_t *cf)
{
    ngx_uint_t   depth;
    api_words_e  end;

    for (depth = 1; depth > 0; /* void */ ) {

        if (api_conf_words(cf, &end) != NGX_OK) {
            return NGX_ERROR;
        }

        depth += (end == API_WORDS_OPEN);
        depth -= (end == API_WORDS_CLOSE);
    }

    return NGX_DONE;
}


static ngx_int_t
read_field(ngx_conf_t *cf, api_body_short_t *object, ngx_uint_t open,
    api_body_short_t **field)
{
    ngx_int_t         rc;
    ngx_str_t         name;
    const char       *why;
    const ngx_str_t  *word;

    word = NULL;
    ngx_str_null(&name);

    rc = parse_field(cf, object, open, &name, field, &word, &why);

    if (rc == NGX_DECLINED) {
        api_conf_refuse(cf, "api_body, field", &name, word, why);
    }

    return rc;
}


/* NGX_DECLINED: why, which read_field() tells */

static ngx_int_t
parse_field(ngx_conf_t *cf, api_body_short_t *object, ngx_uint_t open,
    ngx_str_t *name, api_body_short_t **field, const ngx_str_t **word,
    const char **why)
{
    ngx_int_t         rc;
    ngx_str_t        *value;
    ngx_uint_t        list;
    api_place_t       place;
    api_body_short_t  read;

    value = cf->args->elts;

    if (cf->args->nelts == 0) {
        *why = "a block has a name in front: name { … }";
        return NGX_DECLINED;
    }

    *name = value[0];

    list = open && is_list(name);

    if (list) {
        name->len -= 2;
    }

    *why = check_name(object, name);
    if (*why != NULL) {
        return NGX_DECLINED;
    }

    if (api_body_short_member(object, name) != NULL) {
        *why = "it is declared twice: keep one";
        return NGX_DECLINED;
    }

    rc = api_body_short_words(cf->pool, &value[1], cf->args->nelts - 1,
                              open, list, &read, word, why);

    if (rc == NGX_DECLINED && is_directive(name)) {
        *word = NULL;
        *why = "this is a directive, and no field: a \"}\" that ends api_body "
               "is missing before it";
    }

    if (rc != NGX_OK) {
        return rc;
    }

    *field = api_body_short_add(cf->pool, object, name);
    if (*field == NULL) {
        return NGX_ERROR;
    }

    api_conf_place(cf, &place);

    **field = read;
    (*field)->name = *name;
    (*field)->line = place.line;
    (*field)->end = place.end;

    return NGX_OK;
}


/* what SQL names as $name, or in an object of the body as $object.name */

static const char *
check_name(const api_body_short_t *object, const ngx_str_t *name)
{
    const char  *why;

    why = api_conf_name(name);

    if (why == NULL) {
        return NULL;
    }

    if (is_list(name)) {
        return "\"name[]\" is for a block, of the fields that each has: "
               "an array of values is \"name type[];\"";
    }

    if (api_str_is(name, "body") || api_str_is(name, "jwt")) {
        /* the body itself has no name */
        return object->name.len == 0 && !object->rule.type.array ? why : NULL;
    }

    return "a field's name here is one that SQL can say: letters, digits and "
           "\"_\", not a digit first; what is in an object stands in its "
           "block, and for other names there are schema files, api_body "
           "FILE.json";
}


/* what may stand behind an api_body in its route; a field may be called so,
   too, if it has a type */

static ngx_uint_t
is_directive(const ngx_str_t *name)
{
    ngx_uint_t  i;

    static const char *const  names[] = {
        "api_query", "api_param", "api_status", "api_hash_password", NULL
    };

    for (i = 0; names[i] != NULL; i++) {
        if (ngx_strcmp(name->data, names[i]) == 0) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_list(const ngx_str_t *name)
{
    return name->len > 2
           && ngx_memcmp(name->data + name->len - 2, "[]", 2) == 0;
}


static ngx_uint_t
has(const ngx_str_t *word, const char *set)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (ngx_strchr(set, word->data[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}
