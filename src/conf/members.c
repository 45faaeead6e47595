
#include "conf/members.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "core/value_number.h"
#include "json/write.h"


#define MEMBERS_MOST     100
#define MEMBERS_LITERAL  (64 * 1024)


/* a block that is being read */
typedef struct {
    api_http_members_t         *members;
    api_http_route_t           *route;
    const char                 *what;
    ngx_int_t                 (*line)(ngx_conf_t *cf, void *data);
    void                       *data;
} members_block_t;


static char *read_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_member(ngx_conf_t *cf, members_block_t *block);
static const char *read_value(ngx_conf_t *cf, members_block_t *block,
    const ngx_str_t *word, api_http_member_t *member);
static ngx_int_t quote(ngx_conf_t *cf, const ngx_str_t *text, u_char behind,
    ngx_str_t *out);
static ngx_uint_t is_plain(const ngx_str_t *word);


api_http_members_t *
api_conf_members(ngx_conf_t *cf, api_http_route_t *route, const char *what,
    ngx_int_t (*line)(ngx_conf_t *cf, void *data), void *data)
{
    char             *rv;
    ngx_conf_t        save;
    members_block_t   block;

    block.members = ngx_pcalloc(cf->pool, sizeof(api_http_members_t));
    if (block.members == NULL) {
        return NULL;
    }

    block.members->reader = api_conf_reader_add(cf, route, what);

    if (block.members->reader == NULL
        || ngx_array_init(&block.members->list, cf->pool, 4,
                          sizeof(api_http_member_t))
           != NGX_OK)
    {
        return NULL;
    }

    block.members->reader->json = 1;
    block.route = route;
    block.what = what;
    block.line = line;
    block.data = data;

    save = *cf;
    cf->handler = read_line;
    cf->handler_conf = (void *) &block;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return NULL;
    }

    if (block.members->list.nelts == 0) {
        api_conf_wrong(cf, 0, "%s of \"%V\" is empty: say \"name $value;\" "
                       "for each member", what, &route->name);
        return NULL;
    }

    return block.members;
}


static char *
read_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    members_block_t *block = conf;

    ngx_int_t    rc;
    ngx_str_t   *value;
    const char  *why;

    value = cf->args->elts;

    if (ngx_strcmp(value[0].data, "include") == 0 && cf->args->nelts == 2) {
        return ngx_conf_include(cf, cmd, conf);
    }

    rc = block->line ? block->line(cf, block->data) : NGX_DECLINED;

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    why = read_member(cf, block);

    if (why != NULL) {
        api_conf_wrong(cf, 0, "%s of \"%V\": \"%V\" %s", block->what,
                       &block->route->name, &value[0], why);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static const char *
read_member(ngx_conf_t *cf, members_block_t *block)
{
    ngx_str_t          *value;
    ngx_uint_t          i;
    const char         *why;
    api_http_member_t  *member, read;

    value = cf->args->elts;

    if (cf->args->nelts != 2) {
        return "takes one value, $name or a constant: put it in quotes if it "
               "has spaces";
    }

    if (block->members->list.nelts == MEMBERS_MOST) {
        return "is one too many: there are at most 100";
    }

    member = block->members->list.elts;

    for (i = 0; i < block->members->list.nelts; i++) {
        if (api_str_equal(&member[i].name, &value[0])) {
            return "is there twice: keep one";
        }
    }

    ngx_memzero(&read, sizeof(api_http_member_t));
    read.name = value[0];

    if (quote(cf, &value[0], ':', &read.key) != NGX_OK) {
        return "cannot be kept: no memory";
    }

    why = read_value(cf, block, &value[1], &read);
    if (why != NULL) {
        return why;
    }

    member = ngx_array_push(&block->members->list);
    if (member == NULL) {
        return "cannot be kept: no memory";
    }

    *member = read;

    return NULL;
}


static const char *
read_value(ngx_conf_t *cf, members_block_t *block, const ngx_str_t *word,
    api_http_member_t *member)
{
    ngx_str_t           name;
    const char         *why;
    api_http_reader_t  *reader;

    reader = block->members->reader;

    if (api_conf_name_dollar(word, &name) == NULL) {

        why = api_conf_name_dots(&name);
        if (why != NULL) {
            return why;
        }

        member->read = reader->reads.nelts;

        return api_conf_reader_name(cf, reader, &name) == NGX_OK
               ? NULL : "cannot be kept: no memory";
    }

    if (ngx_strlchr(word->data, word->data + word->len, '$') != NULL) {
        return "has a \"$\" inside its value: it is one $name, or a constant "
               "without";
    }

    if (is_plain(word)) {
        member->literal = *word;
        return NULL;
    }

    return quote(cf, word, '\0', &member->literal) == NGX_OK
           ? NULL : "cannot be kept: no memory";
}


/* as JSON; behind: a character more, or none */

static ngx_int_t
quote(ngx_conf_t *cf, const ngx_str_t *text, u_char behind, ngx_str_t *out)
{
    api_buf_t  buf;

    if (api_buf_init(&buf, cf->pool, text->len + 4, MEMBERS_LITERAL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_json_write_untrusted(&buf, text->data, text->len);

    if (behind != '\0') {
        api_buf_add_char(&buf, behind);
    }

    return api_buf_string(&buf, out);
}


/* true, false, null, a number as JSON has them */

static ngx_uint_t
is_plain(const ngx_str_t *word)
{
    api_value_number_t  n;

    return api_str_is(word, "true") || api_str_is(word, "false")
           || api_str_is(word, "null") || api_value_number_parse(word, &n);
}
