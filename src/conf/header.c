
#include "conf/header.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "http/vars.h"


static ngx_uint_t is_one_of(const ngx_str_t *name, const ngx_str_t *names);
static const char *check_name(const ngx_str_t *name);
static ngx_int_t find_columns(ngx_conf_t *cf, api_http_header_t *header);
static ngx_uint_t is_word(u_char ch);
static ngx_uint_t stays(const ngx_array_t *own,
    const api_http_header_t *theirs);


/* what nginx says itself, or could only say wrongly */
static const ngx_str_t  kept[] = {
    ngx_string("Connection"),
    ngx_string("Content-Encoding"),
    ngx_string("Content-Length"),
    ngx_string("Content-Range"),
    ngx_string("Content-Type"),
    ngx_string("Date"),
    ngx_string("Keep-Alive"),
    ngx_string("Server"),
    ngx_string("Trailer"),
    ngx_string("Transfer-Encoding"),
    ngx_string("Upgrade"),
    ngx_string("X-Request-Id"),
    ngx_null_string
};

/* each line of these is a thing of its own: none replaces another */
static const ngx_str_t  several[] = {
    ngx_string("Link"),
    ngx_string("Server-Timing"),
    ngx_string("Set-Cookie"),
    ngx_string("Vary"),
    ngx_string("WWW-Authenticate"),
    ngx_null_string
};


static ngx_uint_t
is_one_of(const ngx_str_t *name, const ngx_str_t *names)
{
    for ( /* void */ ; names->len != 0; names++) {
        if (names->len == name->len
            && ngx_strncasecmp(names->data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* api_header NAME VALUE [always] */

char *
api_conf_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    size_t                             i;
    ngx_str_t                         *value;
    const char                        *why;
    api_http_header_t                 *header;
    ngx_http_compile_complex_value_t   ccv;

    value = cf->args->elts;

    if (cf->args->nelts < 3 || cf->args->nelts > 4
        || (cf->args->nelts == 4 && !api_str_is(&value[3], "always")))
    {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is written: api_header NAME VALUE "
                                   "[always]");
    }

    why = check_name(&value[1]);

    for (i = 0; why == NULL && i < value[2].len; i++) {
        if (value[2].data[i] < 0x20 || value[2].data[i] == 0x7f) {
            why = "the value holds a line break or another control character, "
                  "which no header may";
        }
    }

    if (why != NULL) {
        api_conf_wrong(cf, i ? 2 : 1, "api_header \"%V\": %s", &value[1],
                       why);
        return api_conf_keep(cf, alcf->route, 0);
    }

    if (alcf->headers == NULL) {
        alcf->headers = ngx_array_create(cf->pool, 4,
                                         sizeof(api_http_header_t));
        if (alcf->headers == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    header = ngx_array_push(alcf->headers);
    if (header == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(header, sizeof(api_http_header_t));

    header->name = value[1];
    header->source = value[2];
    header->always = (cf->args->nelts == 4);

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[2];
    ccv.complex_value = &header->value;

    if (ngx_http_compile_complex_value(&ccv) != NGX_OK
        || find_columns(cf, header) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* RFC 9110, 5.6.2: a token; "$" is one of its characters, but not of ours */

static const char *
check_name(const ngx_str_t *name)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (ch == '$') {
            return "a name holds no variable: only the value does";
        }

        if (ch <= 0x20 || ch >= 0x7f
            || ngx_strchr("\"(),/:;<=>?@[\\]{}", ch) != NULL)
        {
            return "a header's name is letters, digits and \"-\", as in "
                   "api_header X-Frame-Options DENY";
        }
    }

    if (name->len == 0) {
        return "a header needs a name, as in api_header X-Frame-Options DENY";
    }

    return is_one_of(name, kept)
           ? "nginx or this module sends that one itself" : NULL;
}


/* the variables $api_row_NAME in the value: without them it says nothing */

static ngx_int_t
find_columns(ngx_conf_t *cf, api_http_header_t *header)
{
    u_char      *p, *last;
    ngx_int_t    n;
    ngx_str_t    name;
    ngx_uint_t  *index;

    p = header->source.data;
    last = p + header->source.len;

    while (p < last) {

        if (*p++ != '$') {
            continue;
        }

        if (p < last && *p == '{') {
            p++;
        }

        name.data = p;

        while (p < last && is_word(*p)) {
            p++;
        }

        name.len = (size_t) (p - name.data);

        if (name.len <= sizeof(API_HTTP_VARS_ROW) - 1
            || ngx_strncasecmp(name.data, api_unconst(API_HTTP_VARS_ROW),
                               sizeof(API_HTTP_VARS_ROW) - 1)
               != 0)
        {
            continue;
        }

        if (header->columns == NULL) {
            header->columns = ngx_array_create(cf->pool, 1,
                                               sizeof(ngx_uint_t));
            if (header->columns == NULL) {
                return NGX_ERROR;
            }
        }

        n = ngx_http_get_variable_index(cf, &name);
        index = ngx_array_push(header->columns);

        if (n == NGX_ERROR || index == NULL) {
            return NGX_ERROR;
        }

        *index = (ngx_uint_t) n;
    }

    return NGX_OK;
}


static ngx_uint_t
is_word(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9') || ch == '_';
}


/* the level's own, then those from around it that it does not replace */

ngx_int_t
api_conf_headers(ngx_conf_t *cf, ngx_array_t *prev, ngx_array_t **headers)
{
    ngx_uint_t          i, own;
    ngx_array_t        *merged;
    api_http_header_t  *header, *mine, *theirs;

    if (prev == NULL) {
        return NGX_OK;
    }

    if (*headers == NULL) {
        *headers = prev;
        return NGX_OK;
    }

    own = (*headers)->nelts;

    merged = ngx_array_create(cf->pool, own + prev->nelts,
                              sizeof(api_http_header_t));
    if (merged == NULL) {
        return NGX_ERROR;
    }

    mine = (*headers)->elts;
    theirs = prev->elts;

    for (i = 0; i < own + prev->nelts; i++) {

        if (i >= own && !stays(*headers, &theirs[i - own])) {
            continue;
        }

        header = ngx_array_push(merged);
        if (header == NULL) {
            return NGX_ERROR;
        }

        *header = (i < own) ? mine[i] : theirs[i - own];
    }

    *headers = merged;

    return NGX_OK;
}


/* an empty value takes back what is around, of every name */

static ngx_uint_t
stays(const ngx_array_t *own, const api_http_header_t *theirs)
{
    ngx_uint_t          i, same;
    api_http_header_t  *mine;

    mine = own->elts;

    for (i = 0; i < own->nelts; i++) {

        same = mine[i].name.len == theirs->name.len
               && ngx_strncasecmp(mine[i].name.data, theirs->name.data,
                                  theirs->name.len)
                  == 0;

        if (same
            && (mine[i].source.len == 0 || !is_one_of(&theirs->name, several)))
        {
            return 0;
        }
    }

    return 1;
}
