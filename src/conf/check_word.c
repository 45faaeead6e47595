
#include "conf/check_word.h"


#define CHECK_ROWS    10000    /* D of "check plan" */
#define CHECK_FILE    (sizeof("file=") - 1)


static char *set_lock(ngx_conf_t *cf, api_http_database_t *database,
    const ngx_str_t *word);


char *
api_conf_check_word(ngx_conf_t *cf, api_http_database_t *database,
    ngx_str_t *word)
{
    ngx_int_t         n;
    ngx_str_t         number;
    ngx_uint_t        i;

    static const struct {
        const char       *name;
        api_http_check_e  mode;
    } modes[] = {
        { "on", API_HTTP_CHECK_ON },
        { "required", API_HTTP_CHECK_REQUIRED },
        { "off", API_HTTP_CHECK_OFF },
        { NULL, API_HTTP_CHECK_ON }
    };

    for (i = 0; modes[i].name != NULL; i++) {

        if (ngx_strcmp(word->data, modes[i].name) != 0) {
            continue;
        }

        if (database->check != NGX_CONF_UNSET_UINT) {
            return "has two of on, required and off: keep one";
        }

        database->check = modes[i].mode;

        return NGX_CONF_OK;
    }

    if (ngx_strncmp(word->data, "plan", 4) == 0
        && (word->len == 4 || word->data[4] == '='))
    {
        if (database->check_rows) {
            return "has \"plan\" twice: keep one";
        }

        database->check_rows = CHECK_ROWS;

        if (word->len == 4) {
            return NGX_CONF_OK;
        }

        number.data = word->data + 5;
        number.len = word->len - 5;

        n = ngx_atoi(number.data, number.len);

        if (n < 1) {
            return "needs a number of rows in \"plan=\", as plan=10000";
        }

        database->check_rows = (ngx_uint_t) n;

        return NGX_CONF_OK;
    }

    if (ngx_strncmp(word->data, "file=", CHECK_FILE) == 0) {
        return set_lock(cf, database, word);
    }

    return "must be on, required or off, plan=ROWS or file=NAME";
}


static char *
set_lock(ngx_conf_t *cf, api_http_database_t *database, const ngx_str_t *word)
{
    if (database->lock.len != 0) {
        return "has \"file=\" twice: keep one";
    }

    if (word->len == CHECK_FILE) {
        return "needs a file's name in \"file=\", as file=api.lock";
    }

    database->lock.data = word->data + CHECK_FILE;
    database->lock.len = word->len - CHECK_FILE;

    return (ngx_conf_full_name(cf->cycle, &database->lock, 1) == NGX_OK)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}
