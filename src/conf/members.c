
#include "conf/members.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "conf/words.h"
#include "core/value_number.h"
#include "json/write.h"


#define MEMBERS_MOST     100
#define MEMBERS_DEPTH    8
#define MEMBERS_LITERAL  (64 * 1024)


/* a block that is being read */
typedef struct {
    api_http_members_t         *members;
    api_http_route_t           *route;
    const char                 *what;
    ngx_int_t                 (*line)(ngx_conf_t *cf, void *data);
    void                       *data;
    ngx_uint_t                  depth;
} members_block_t;


static api_http_members_t *make(ngx_conf_t *cf, api_http_reader_t *reader);
static ngx_int_t read_block(ngx_conf_t *cf, members_block_t *block);
static ngx_uint_t read_within(ngx_conf_t *cf, members_block_t *block);
static void tell(ngx_conf_t *cf, const members_block_t *block,
    const ngx_str_t *name, const char *why);
static const char *add_member(ngx_conf_t *cf, members_block_t *block,
    const ngx_str_t *name, api_http_member_t **out);
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
    ngx_int_t           rc;
    ngx_conf_t          save;
    members_block_t     block;
    api_http_reader_t  *reader;

    reader = api_conf_reader_add(cf, route, what);
    if (reader == NULL) {
        return NULL;
    }

    reader->json = 1;

    block.route = route;
    block.what = what;
    block.line = line;
    block.data = data;
    block.depth = 0;
    block.members = make(cf, reader);

    if (block.members == NULL) {
        return NULL;
    }

    /* an include of the block's has nginx's reader */

    save = *cf;
    cf->handler = read_line;
    cf->handler_conf = (void *) &block;

    rc = read_block(cf, &block);

    *cf = save;

    return rc == NGX_OK ? block.members : NULL;
}


static api_http_members_t *
make(ngx_conf_t *cf, api_http_reader_t *reader)
{
    api_http_members_t  *members;

    members = ngx_pcalloc(cf->pool, sizeof(api_http_members_t));

    if (members == NULL
        || ngx_array_init(&members->list, cf->pool, 4,
                          sizeof(api_http_member_t))
           != NGX_OK)
    {
        return NULL;
    }

    members->reader = reader;

    return members;
}


/* to its "}"; nginx's own reader would take no block within */

static ngx_int_t
read_block(ngx_conf_t *cf, members_block_t *block)
{
    api_words_e  end;

    for ( ;; ) {

        if (api_conf_words(cf, &end) != NGX_OK) {
            return NGX_ERROR;
        }

        if (end == API_WORDS_CLOSE) {
            break;
        }

        if ((end == API_WORDS_OPEN
             ? read_within(cf, block)
             : cf->args->nelts == 0 || read_line(cf, NULL, block)
                                       == NGX_CONF_OK)
            == 0)
        {
            return NGX_ERROR;
        }
    }

    if (block->members->list.nelts == 0) {
        api_conf_wrong(cf, 0, "%s of \"%V\" is empty: say \"name $value;\" "
                       "for each member", block->what, &block->route->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* name { … }: an object in it; 1, or 0 (told, or memory) */

static ngx_uint_t
read_within(ngx_conf_t *cf, members_block_t *block)
{
    ngx_str_t          *value;
    const char         *why;
    members_block_t     within;
    api_http_member_t  *member;

    member = NULL;
    value = cf->args->elts;

    if (cf->args->nelts != 1) {
        api_conf_wrong(cf, 0, "%s of \"%V\": an object in it is written: "
                       "name { name $value; … }", block->what,
                       &block->route->name);
        return 0;
    }

    why = (block->depth == MEMBERS_DEPTH)
          ? "is an object too deep: there are at most 8 in each other"
          : add_member(cf, block, &value[0], &member);

    if (why != NULL) {
        tell(cf, block, &value[0], why);
        return 0;
    }

    within = *block;
    within.line = NULL;
    within.depth++;
    within.members = make(cf, block->members->reader);

    if (within.members == NULL) {
        return 0;
    }

    member->members = within.members;

    return read_block(cf, &within) == NGX_OK;
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

        /* what is included belongs into this block */
        cf->handler_conf = (void *) block;

        return ngx_conf_include(cf, cmd, conf);
    }

    rc = block->line ? block->line(cf, block->data) : NGX_DECLINED;

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    why = read_member(cf, block);

    if (why != NULL) {
        tell(cf, block, &value[0], why);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
tell(ngx_conf_t *cf, const members_block_t *block, const ngx_str_t *name,
    const char *why)
{
    api_conf_wrong(cf, 0, "%s of \"%V\": \"%V\" %s", block->what,
                   &block->route->name, name, why);
}


static const char *
read_member(ngx_conf_t *cf, members_block_t *block)
{
    ngx_str_t          *value;
    const char         *why;
    api_http_member_t  *member;

    value = cf->args->elts;

    if (cf->args->nelts != 2) {
        return "takes one value, $name or a constant: put it in quotes if it "
               "has spaces";
    }

    why = add_member(cf, block, &value[0], &member);

    return why != NULL ? why : read_value(cf, block, &value[1], member);
}


/* *out stays while no other is added */

static const char *
add_member(ngx_conf_t *cf, members_block_t *block, const ngx_str_t *name,
    api_http_member_t **out)
{
    ngx_uint_t          i;
    api_http_member_t  *member;

    if (block->members->list.nelts == MEMBERS_MOST) {
        return "is one too many: there are at most 100";
    }

    member = block->members->list.elts;

    for (i = 0; i < block->members->list.nelts; i++) {
        if (api_str_equal(&member[i].name, name)) {
            return "is there twice: keep one";
        }
    }

    member = ngx_array_push(&block->members->list);
    if (member == NULL) {
        return "cannot be kept: no memory";
    }

    ngx_memzero(member, sizeof(api_http_member_t));
    member->name = *name;

    *out = member;

    return quote(cf, name, ':', &member->key) == NGX_OK
           ? NULL : "cannot be kept: no memory";
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


/* appends the text as a JSON string; behind: one more character, or NUL for
   none */

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
