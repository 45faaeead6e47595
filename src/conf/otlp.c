
#include "conf/otlp.h"
#include "conf/block.h"
#include "conf/env.h"
#include "conf/place.h"
#include "core/buf.h"


#define HEAD_MOST  (16 * 1024)

#define MINUTE     (60 * 1000)
#define HOUR       (60 * MINUTE)


/* as it is read */
typedef struct {
    api_http_otlp_conf_t  *conf;
    ngx_url_t              url;
    ngx_array_t            headers;          /* of ngx_str_t: name, value, … */
    ngx_str_t              service;
    ngx_str_t              trusted;
    ngx_uint_t             batch;
    ngx_uint_t             interval;
    ngx_uint_t             queue;
    ngx_uint_t             timeout;
    ngx_uint_t             server_span;
    ngx_uint_t             verify;
    unsigned               tls:1;
} otlp_read_t;


static char *set_endpoint(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static const char *header_fault(const ngx_str_t *name, const ngx_str_t *value);
static char *set_service(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_resource(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_trusted(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_text(ngx_str_t *field, const ngx_str_t *value);
static ngx_uint_t has_pair(const ngx_array_t *pairs, const ngx_str_t *key);
static ngx_int_t push_pair(ngx_array_t *pairs, const ngx_str_t *key,
    const ngx_str_t *value);
static ngx_int_t finish(ngx_conf_t *cf, otlp_read_t *read);
static ngx_int_t make_place(ngx_conf_t *cf, otlp_read_t *read);
static ngx_int_t make_head(ngx_conf_t *cf, otlp_read_t *read);
static ngx_int_t make_tls(ngx_conf_t *cf, otlp_read_t *read);


static const api_conf_word_t  flag_words[] = {
    { "on", 1 },
    { "off", 0 },
    { NULL, 0 }
};


#define field(name)  offsetof(otlp_read_t, name)

static const api_conf_setting_t  settings[] = {

    { .name = ngx_string("endpoint"), .set = set_endpoint },

    { .name = ngx_string("header"), .set = set_header, .many = 1 },

    { .name = ngx_string("service"), .set = set_service },

    { .name = ngx_string("resource"), .set = set_resource, .many = 1 },

    { .name = ngx_string("batch"), .set = api_conf_block_number,
      .offset = field(batch), .fallback = "512", .min = 1, .max = 10000 },

    { .name = ngx_string("interval"), .set = api_conf_block_time,
      .offset = field(interval), .fallback = "5s", .min = 100, .max = HOUR },

    { .name = ngx_string("queue"), .set = api_conf_block_number,
      .offset = field(queue), .fallback = "2048", .min = 16, .max = 1000000 },

    { .name = ngx_string("timeout"), .set = api_conf_block_time,
      .offset = field(timeout), .fallback = "10s", .min = 100,
      .max = 10 * MINUTE },

    { .name = ngx_string("server_span"), .set = api_conf_block_word,
      .offset = field(server_span), .fallback = "on", .words = flag_words,
      .must = "must be on or off" },

    { .name = ngx_string("trusted"), .set = set_trusted },

    { .name = ngx_string("verify"), .set = api_conf_block_word,
      .offset = field(verify), .fallback = "on", .words = flag_words,
      .must = "must be on or off" },

    { .name = ngx_null_string }
};


api_http_otlp_conf_t *
api_conf_otlp_block(ngx_conf_t *cf)
{
    otlp_read_t            read;
    api_conf_block_t       block;
    api_http_otlp_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(api_http_otlp_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    ngx_memzero(&read, sizeof(otlp_read_t));
    ngx_memzero(&block, sizeof(api_conf_block_t));

    read.conf = conf;

    block.settings = settings;
    block.directive = "api_otlp";
    block.conf = &read;

    if (ngx_array_init(&conf->pairs, cf->pool, 8, sizeof(ngx_str_t)) != NGX_OK
        || ngx_array_init(&read.headers, cf->pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || api_conf_block_init(cf, &block) != NGX_OK
        || api_conf_block_read(cf, &block) != NGX_CONF_OK
        || api_conf_block_settle(cf, &block) != NGX_CONF_OK
        || finish(cf, &read) != NGX_OK)
    {
        return NULL;
    }

    return conf;
}


/* http://HOST[:PORT]/PATH */

static char *
set_endpoint(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    size_t        skip;
    ngx_url_t    *url;
    otlp_read_t  *read;

    (void) setting;

    read = block->conf;
    url = &read->url;

    if (read->conf->place.url.len != 0) {
        return "is duplicate";
    }

    if (ngx_strncasecmp(value->data, (u_char *) "http://", 7) == 0) {
        skip = 7;

    } else if (ngx_strncasecmp(value->data, (u_char *) "https://", 8) == 0) {
        skip = 8;
        read->tls = 1;

    } else {
        return "is the URL of a collector's OTLP over HTTP, as "
               "http://127.0.0.1:4318/v1/traces";
    }

    url->url.data = value->data + skip;
    url->url.len = value->len - skip;
    url->default_port = read->tls ? 443 : 80;
    url->uri_part = 1;
    url->no_resolve = 1;

    if (ngx_parse_url(cf->pool, url) != NGX_OK || url->host.len == 0
        || url->family == AF_UNIX)
    {
        return "has no host that can be read: it is written "
               "http://HOST[:PORT]/v1/traces";
    }

    if (url->uri.len == 0 || api_str_is(&url->uri, "/")) {
        return "has no path: collectors take spans at /v1/traces";
    }

    read->conf->place.url = *value;

    return NGX_CONF_OK;
}


/* header NAME VALUE; both come here, and the first brings the second */

static char *
set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_str_t    *word, name, text;
    const char   *why;
    otlp_read_t  *read;

    (void) setting;

    read = block->conf;
    word = cf->args->elts;

    if (value != &word[1]) {
        return NGX_CONF_OK;
    }

    if (cf->args->nelts != 3) {
        return "is written: header NAME VALUE, or header NAME env:VARIABLE";
    }

    text = word[2];

    if (text.len > 4 && ngx_strncmp(text.data, "env:", 4) == 0) {

        name.data = text.data + 4;
        name.len = text.len - 4;

        switch (api_conf_env(cf, &name, &text, &why)) {

        case NGX_OK:
            break;

        case NGX_DECLINED:
            api_conf_wrong(cf, 2, "\"header\" of api_otlp: the variable \"%V\" "
                           "of the environment is %s", &name, why);
            return NGX_CONF_ERROR;

        default:
            return NGX_CONF_ERROR;
        }
    }

    why = header_fault(&word[1], &text);

    if (why != NULL) {
        return api_unconst(why);
    }

    return push_pair(&read->headers, &word[1], &text) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static const char *
header_fault(const ngx_str_t *name, const ngx_str_t *value)
{
    u_char      ch;
    size_t      i;
    ngx_uint_t  k;

    static const char *const  ours[] = {
        "host", "content-length", "content-type", "transfer-encoding",
        "connection"
    };

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_'))
        {
            return "is a header's name and its value, as header Authorization "
                   "env:OTLP_TOKEN";
        }
    }

    for (k = 0; k < sizeof(ours) / sizeof(ours[0]); k++) {
        if (name->len == ngx_strlen(ours[k])
            && ngx_strncasecmp(name->data, api_unconst(ours[k]), name->len)
               == 0)
        {
            return "is one that is sent anyway";
        }
    }

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < ' ' || value->data[i] == 0x7f) {
            return "has a control character in its value";
        }
    }

    return name->len == 0 ? "has no name" : NULL;
}


static char *
set_service(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    otlp_read_t  *read;

    (void) cf;
    (void) setting;

    read = block->conf;

    return set_text(&read->service, value);
}


/* resource KEY=VALUE … */

static char *
set_resource(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    u_char       *equals;
    ngx_str_t     key, text;
    otlp_read_t  *read;

    (void) cf;
    (void) setting;

    read = block->conf;

    equals = ngx_strlchr(value->data, value->data + value->len, '=');

    if (equals == NULL || equals == value->data) {
        return "is written: resource KEY=VALUE, as "
               "deployment.environment.name=prod";
    }

    key.data = value->data;
    key.len = (size_t) (equals - value->data);
    text.data = equals + 1;
    text.len = value->len - key.len - 1;

    if (api_str_is(&key, "service.name")) {
        return "names the service: write it as service NAME";
    }

    if (has_pair(&read->conf->pairs, &key)) {
        return "has a key that is there already: a collector takes each once";
    }

    return push_pair(&read->conf->pairs, &key, &text) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
set_trusted(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    otlp_read_t  *read;

    (void) cf;
    (void) setting;

    read = block->conf;

    return set_text(&read->trusted, value);
}


static char *
set_text(ngx_str_t *field, const ngx_str_t *value)
{
    if (field->data != NULL) {
        return "is duplicate";
    }

    if (value->len == 0) {
        return "is empty";
    }

    *field = *value;

    return NGX_CONF_OK;
}


static ngx_uint_t
has_pair(const ngx_array_t *pairs, const ngx_str_t *key)
{
    ngx_uint_t        i;
    const ngx_str_t  *pair;

    pair = pairs->elts;

    for (i = 0; i + 1 < pairs->nelts; i += 2) {
        if (api_str_equal(&pair[i], key)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
push_pair(ngx_array_t *pairs, const ngx_str_t *key, const ngx_str_t *value)
{
    ngx_str_t  *pair;

    pair = ngx_array_push_n(pairs, 2);
    if (pair == NULL) {
        return NGX_ERROR;
    }

    pair[0] = *key;
    pair[1] = *value;

    return NGX_OK;
}


static ngx_int_t
finish(ngx_conf_t *cf, otlp_read_t *read)
{
    ngx_str_t              key;
    api_http_otlp_conf_t  *conf;

    conf = read->conf;

    if (conf->place.url.len == 0) {
        api_conf_wrong(cf, 0, "api_otlp has no \"endpoint\": say where spans "
                       "go, as endpoint http://127.0.0.1:4318/v1/traces;");
        return NGX_ERROR;
    }

    conf->batch = ngx_min(read->batch, read->queue);
    conf->interval = read->interval;
    conf->queue = read->queue;
    conf->served = read->server_span;
    conf->place.timeout = read->timeout;

    if (read->service.len == 0) {
        ngx_str_set(&read->service, "nginx");
    }

    ngx_str_set(&key, "service.name");

    if (push_pair(&conf->pairs, &key, &read->service) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&key, "host.name");

    if (!has_pair(&conf->pairs, &key)
        && push_pair(&conf->pairs, &key, &cf->cycle->hostname) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (make_place(cf, read) != NGX_OK) {
        return NGX_ERROR;
    }

    return make_head(cf, read);
}


static ngx_int_t
make_place(ngx_conf_t *cf, otlp_read_t *read)
{
    u_char                 *p;
    ngx_url_t              *url;
    api_http_otlp_place_t  *place;

    url = &read->url;
    place = &read->conf->place;

    p = ngx_pnalloc(cf->pool, url->host.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    place->host.data = p;
    place->host.len = url->host.len;

    *ngx_cpymem(p, url->host.data, url->host.len) = '\0';

    place->port = url->port;

    /* a literal address needs no name server */

    if (url->naddrs != 0) {
        place->addrs = url->addrs;
        place->naddrs = url->naddrs;
    }

    return make_tls(cf, read);
}


static ngx_int_t
make_head(ngx_conf_t *cf, otlp_read_t *read)
{
    api_buf_t    b;
    ngx_str_t   *header;
    ngx_uint_t   i;

    if (api_buf_init(&b, cf->pool, 512, HEAD_MOST) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&b, "POST ");
    api_buf_add_str(&b, &read->url.uri);
    api_buf_add_literal(&b, " HTTP/1.1" CRLF "Host: ");
    api_buf_add(&b, read->url.url.data,
                read->url.url.len - read->url.uri.len);
    api_buf_add_literal(&b, CRLF "User-Agent: ngx_http_api_module/" API_VERSION
                        CRLF "Content-Type: application/json" CRLF);

    header = read->headers.elts;

    for (i = 0; i + 1 < read->headers.nelts; i += 2) {
        api_buf_add_str(&b, &header[i]);
        api_buf_add_literal(&b, ": ");
        api_buf_add_str(&b, &header[i + 1]);
        api_buf_add_literal(&b, CRLF);
    }

    api_buf_add_literal(&b, "Content-Length: ");

    return api_buf_string(&b, &read->conf->head);
}


#if (NGX_SSL)

/* as proxy_pass does it, but that a certificate is looked at unless one says
   otherwise */

static ngx_int_t
make_tls(ngx_conf_t *cf, otlp_read_t *read)
{
    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    read->conf->place.verify = read->verify ? 1 : 0;

    if (!read->tls) {
        return NGX_OK;
    }

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (ssl == NULL) {
        return NGX_ERROR;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    read->conf->place.ssl = ssl;

    if (read->trusted.len != 0) {
        return ngx_ssl_trusted_certificate(cf, ssl, &read->trusted, 4);
    }

    return SSL_CTX_set_default_verify_paths(ssl->ctx) == 1 ? NGX_OK : NGX_ERROR;
}

#else

static ngx_int_t
make_tls(ngx_conf_t *cf, otlp_read_t *read)
{
    if (!read->tls) {
        return NGX_OK;
    }

    api_conf_wrong(cf, 0, "api_otlp: this nginx is built without TLS, so that "
                   "\"endpoint\" can be no https");

    return NGX_ERROR;
}

#endif
