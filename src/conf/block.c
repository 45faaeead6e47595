
#include "conf/block.h"
#include "conf/place.h"
#include "core/near.h"


static char *read_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const api_conf_setting_t *find(const api_conf_block_t *block,
    const ngx_str_t *name);
static char *refuse_name(ngx_conf_t *cf, const api_conf_block_t *block,
    const ngx_str_t *name);
static char *set_values(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting);
static ngx_uint_t *field_of(const api_conf_block_t *block,
    const api_conf_setting_t *setting);
static const api_conf_word_t *word_of(const api_conf_setting_t *setting,
    const ngx_str_t *value);


ngx_int_t
api_conf_block_init(ngx_conf_t *cf, api_conf_block_t *block)
{
    u_char                    *p;
    const api_conf_setting_t  *setting;

    p = ngx_pnalloc(cf->pool, ngx_strlen(block->directive) + block->name.len
                              + sizeof(" \"\""));
    if (p == NULL) {
        return NGX_ERROR;
    }

    block->title.data = p;

    p = (block->name.len != 0)
        ? ngx_sprintf(p, "%s \"%V\"", block->directive, &block->name)
        : ngx_sprintf(p, "%s", block->directive);

    block->title.len = (size_t) (p - block->title.data);

    for (setting = block->settings; setting->name.len != 0; setting++) {
        if (setting->fallback != NULL) {
            *field_of(block, setting) = NGX_CONF_UNSET_UINT;
        }
    }

    return NGX_OK;
}


char *
api_conf_block_read(ngx_conf_t *cf, api_conf_block_t *block)
{
    char        *rv;
    ngx_conf_t   save;

    save = *cf;
    cf->handler = read_line;
    cf->handler_conf = (void *) block;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    return rv;
}


static char *
read_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_conf_block_t *block = conf;

    ngx_str_t                 *value;
    const api_conf_setting_t  *setting;

    value = cf->args->elts;

    if (ngx_strcmp(value[0].data, "include") == 0 && cf->args->nelts == 2) {
        return ngx_conf_include(cf, cmd, conf);
    }

    setting = find(block, &value[0]);

    if (setting == NULL) {
        return refuse_name(cf, block, &value[0]);
    }

    if (cf->args->nelts < 2 || (cf->args->nelts > 2 && !setting->many)) {
        api_conf_wrong(cf, 0,
                       "\"%V\" of %V takes one value: put it in quotes if it "
                       "has spaces", &value[0], &block->title);
        return NGX_CONF_ERROR;
    }

    return set_values(cf, block, setting);
}


static const api_conf_setting_t *
find(const api_conf_block_t *block, const ngx_str_t *name)
{
    const api_conf_setting_t  *setting;

    for (setting = block->settings; setting->name.len != 0; setting++) {
        if (api_str_equal(&setting->name, name)) {
            return setting;
        }
    }

    return NULL;
}


static char *
refuse_name(ngx_conf_t *cf, const api_conf_block_t *block,
    const ngx_str_t *name)
{
    const char                *why;
    const api_conf_setting_t  *setting;

    why = block->stray ? block->stray(name) : NULL;

    if (why != NULL) {
        api_conf_wrong(cf, 0, "a line of %V %s", &block->title, why);
        return NGX_CONF_ERROR;
    }

    /* one that may be meant, or the last, which has no name */

    for (setting = block->settings; setting->name.len != 0; setting++) {
        if (api_near(name, &setting->name)) {
            break;
        }
    }

    api_conf_wrong(cf, 0, "unknown directive \"%V\" in %V%s%V", name,
                   &block->title, setting->name.len ? ": perhaps " : "",
                   &setting->name);

    return NGX_CONF_ERROR;
}


static char *
set_values(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    rv = NGX_CONF_OK;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts && rv == NGX_CONF_OK; i++) {
        rv = setting->set(cf, block, setting, &value[i]);
    }

    if (rv == NGX_CONF_OK || rv == NGX_CONF_ERROR) {
        return rv;
    }

    api_conf_wrong(cf, 1, "\"%V\" of %V %s", &value[0], &block->title, rv);

    return NGX_CONF_ERROR;
}


char *
api_conf_block_settle(ngx_conf_t *cf, const api_conf_block_t *block)
{
    ngx_str_t                  value;
    const api_conf_setting_t  *setting;

    for (setting = block->settings; setting->name.len != 0; setting++) {

        if (setting->fallback == NULL
            || *field_of(block, setting) != NGX_CONF_UNSET_UINT)
        {
            continue;
        }

        value.data = api_unconst(setting->fallback);
        value.len = ngx_strlen(setting->fallback);

        if (setting->set(cf, block, setting, &value) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* NGX_CONF_UNSET_UINT, _MSEC and _FLAG are the same bits */

static ngx_uint_t *
field_of(const api_conf_block_t *block, const api_conf_setting_t *setting)
{
    return (ngx_uint_t *) (void *) ((u_char *) block->conf + setting->offset);
}


static const api_conf_word_t *
word_of(const api_conf_setting_t *setting, const ngx_str_t *value)
{
    const api_conf_word_t  *word;

    if (setting->words == NULL) {
        return NULL;
    }

    for (word = setting->words; word->name != NULL; word++) {
        if (value->len == ngx_strlen(word->name)
            && ngx_memcmp(value->data, word->name, value->len) == 0)
        {
            return word;
        }
    }

    return NULL;
}


char *
api_conf_block_number(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_int_t               n;
    ngx_uint_t             *field;
    const api_conf_word_t  *word;

    field = field_of(block, setting);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    word = word_of(setting, value);

    if (word != NULL) {
        *field = word->value;
        return NGX_CONF_OK;
    }

    n = ngx_atoi(value->data, value->len);

    if (n == NGX_ERROR || (ngx_uint_t) n < setting->min
        || (ngx_uint_t) n > setting->max)
    {
        api_conf_wrong(cf, 1,
                       "\"%V\" of %V must be a number from %ui to %ui, not "
                       "\"%V\"", &setting->name, &block->title, setting->min,
                       setting->max, value);
        return NGX_CONF_ERROR;
    }

    *field = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


char *
api_conf_block_time(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_int_t    n;
    ngx_uint_t  *field;

    field = field_of(block, setting);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || (ngx_uint_t) n < setting->min
        || (ngx_uint_t) n > setting->max)
    {
        api_conf_wrong(cf, 1,
                       "\"%V\" of %V must be a time above 0 and at most 24d, "
                       "as 500ms, 3s or 10m, not \"%V\"", &setting->name,
                       &block->title, value);
        return NGX_CONF_ERROR;
    }

    *field = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


char *
api_conf_block_word(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_uint_t             *field;
    const api_conf_word_t  *word;

    field = field_of(block, setting);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    word = word_of(setting, value);

    if (word == NULL) {
        return api_unconst(setting->must);
    }

    *field = word->value;

    return NGX_CONF_OK;
}
