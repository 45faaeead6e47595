
#include "conf/setting.h"
#include "core/text.h"


const char *
api_conf_setting_value(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_setting_t *setting)
{
    u_char  *bar, *end;

    setting->value = *word;

    if (word->len == 0 || word->data[0] != '$') {
        return api_conf_setting_word(cf, word->data, word->len,
                                     &setting->literal)
               == NGX_OK ? NULL : "no memory";
    }

    end = word->data + word->len;
    bar = ngx_strlchr(word->data, end, '|');

    setting->variable.data = word->data + 1;
    setting->variable.len = (size_t) ((bar ? bar : end) - word->data) - 1;

    if (setting->variable.len == 0
        || (setting->variable.len == 1 && setting->variable.data[0] == '?'))
    {
        return "a name is missing behind \"$\"";
    }

    if (setting->variable.data[setting->variable.len - 1] == '?') {
        return "\"?\" is for statements: here a value is, or is absent, which "
               "is an empty text or what stands behind \"|\"";
    }

    bar = bar ? bar + 1 : end;

    return api_conf_setting_word(cf, bar, (size_t) (end - bar),
                                 &setting->literal)
           == NGX_OK ? NULL : "no memory";
}


ngx_int_t
api_conf_setting_word(ngx_conf_t *cf, const u_char *data, size_t len,
    ngx_str_t *out)
{
    return api_text_copy(cf->pool, data, len, out);
}
