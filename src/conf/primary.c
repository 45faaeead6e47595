
#include "conf/primary.h"
#include "conf/env.h"
#include "conf/file.h"
#include "conf/place.h"
#include "check/conninfo_fault.h"
#include "db/conninfo.h"


static char *read_env(ngx_conf_t *cf, const ngx_str_t *name,
    ngx_str_t *value);
static char *read_secret(ngx_conf_t *cf, api_http_conninfo_t *conninfo);


/* nothing that is returned or logged quotes the value: it may hold a
   password */

char *
api_conf_primary(ngx_conf_t *cf, const ngx_str_t *name,
    const api_http_database_t *database, api_http_conninfo_t *conninfo,
    const ngx_str_t *value)
{
    char        *rv;
    ngx_int_t    rc;
    ngx_str_t    from;
    const char  *why;

    if (conninfo->text.data != NULL) {
        return "is duplicate";
    }

    conninfo->text = *value;
    ngx_str_null(&from);

    /* "nginx -s" runs where the environment may be another one; it needs no
       database */

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    rv = NGX_CONF_OK;

    if (ngx_strncmp(value->data, "env:", 4) == 0) {
        from = *value;
        rv = read_env(cf, name, &conninfo->text);

    } else if (ngx_strncmp(value->data, "file:", 5) == 0) {
        from = *value;
        rv = read_secret(cf, conninfo);

    } else if (value->len > 0 && value->data[0] == '$') {
        return "cannot be a variable: write env:NAME to take it from nginx's "
               "environment";
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rc = api_db_conninfo_parse(cf->pool, &conninfo->text, &conninfo->keywords,
                               &conninfo->values, &why);

    if (rc == NGX_OK) {
        why = api_check_conninfo_fault(cf->pool, (char *) conninfo->text.data,
                                       conninfo->keywords, conninfo->values);
        rc = (why == NULL) ? NGX_OK : NGX_DECLINED;
    }

    if (rc == NGX_DECLINED) {
        api_conf_wrong(cf, 1, "\"%V\" of api_postgres \"%V\"%s%V%s %s", name,
                       &database->db.name, from.len ? " (" : "", &from,
                       from.len ? ")" : "", why);
    }

    if (rc == NGX_OK && conninfo->secret != NULL) {
        rc = api_db_conninfo_fallback(cf->pool, &conninfo->text,
                                      &conninfo->fallback_keywords,
                                      &conninfo->fallback_values);
    }

    return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
read_env(ngx_conf_t *cf, const ngx_str_t *name, ngx_str_t *value)
{
    ngx_int_t    rc;
    ngx_str_t    variable;
    const char  *why;

    variable.data = value->data + 4;
    variable.len = value->len - 4;

    rc = api_conf_env(cf, &variable, value, &why);

    if (rc == NGX_DECLINED) {
        api_conf_wrong(cf, 1, "\"%V\" says \"env:%V\", but the environment "
                       "variable \"%V\" is %s: export it where nginx is "
                       "started (for systemd Environment= in a drop-in, and "
                       "a restart)",
                       name, &variable, &variable, why);
    }

    return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
read_secret(ngx_conf_t *cf, api_http_conninfo_t *conninfo)
{
    ngx_str_t        name, text;
    api_place_t      place;
    ngx_file_info_t  info;

    name.len = conninfo->text.len - 5;
    name.data = conninfo->text.data + 5;

    if (name.len == 0) {
        return "needs a file's name behind \"file:\"";
    }

    if (api_conf_file(cf, 1, &name, API_DB_CONNINFO_MAX, &text) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_file_info(name.data, &info) != NGX_FILE_ERROR
        && (info.st_mode & (S_IROTH|S_IWOTH)))
    {
        api_conf_place(cf, &place);
        place.word = 1;

        api_conf_log(NGX_LOG_WARN, cf, &place,
                     "\"%V\" may be read or written by everybody: it holds a "
                     "secret, so chmod 640 or 600", &name);
    }

    while (text.len > 0 && (text.data[text.len - 1] == LF
                            || text.data[text.len - 1] == CR))
    {
        text.len--;
    }

    text.data[text.len] = '\0';
    conninfo->text = text;
    conninfo->secret = (const char *) name.data;

    return NGX_CONF_OK;
}
