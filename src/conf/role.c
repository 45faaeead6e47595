
#include "conf/settings.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/setting.h"


/* PostgreSQL's NAMEDATALEN, without the NUL */
#define ROLE_NAME_MAX  63

/* roles of a route at most: each has prepared statements of its own */
#define ROLE_ROLES     32


static const char *read_roles(ngx_conf_t *cf, const ngx_str_t *word,
    api_conf_settings_t *scf);
static const char *add_role(ngx_conf_t *cf, api_conf_settings_t *scf,
    const ngx_str_t *name);
static ngx_uint_t lists(const ngx_array_t *roles, const ngx_str_t *role);


/* api_role VALUE [in=ROLE,...] | off */

char *
api_conf_role(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_conf_settings_t *scf = conf;

    ngx_str_t            *value;
    ngx_uint_t            word;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    value = cf->args->elts;

    if (scf->off || scf->role.value.data != NULL) {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "is duplicate: a level has one role");
    }

    if (cf->args->nelts > 3
        || (cf->args->nelts == 3
            && ngx_strncmp(value[2].data, "in=", 3) != 0))
    {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "is written: api_role VALUE in=ROLE,ROLE…, "
                                   "or api_role off");
    }

    scf->own = 1;

    if (api_str_is(&value[1], "off") && cf->args->nelts == 2) {
        scf->off = 1;
        return NGX_CONF_OK;
    }

    api_conf_place(cf, &scf->role.place);
    scf->role.place.word = 1;
    ngx_str_set(&scf->role.name, "role");

    word = 1;
    why = (value[1].len != 0)
          ? api_conf_setting_value(cf, &value[1], &scf->role)
          : "a role is missing";

    if (why == NULL && cf->args->nelts == 3) {
        word = 2;
        why = read_roles(cf, &value[2], scf);

    } else if (why == NULL) {
        why = (scf->role.variable.len == 0)
              ? add_role(cf, scf, &scf->role.literal)
              : "which roles it may be has to be said: in=ROLE,ROLE…";
    }

    if (why == NULL && scf->role.literal.len != 0
        && !lists(scf->roles, &scf->role.literal))
    {
        why = "the role that it is by default belongs to the list, too";
    }

    if (why == NULL) {
        return NGX_CONF_OK;
    }

    ngx_str_null(&scf->role.value);
    scf->off = 1;

    api_conf_wrong(cf, word, "api_role \"%V\": %s", &value[word], why);

    return api_conf_keep(cf, alcf->route, 1);
}


/* in=web_user,web_admin */

static const char *
read_roles(ngx_conf_t *cf, const ngx_str_t *word, api_conf_settings_t *scf)
{
    u_char      *p, *end, *comma;
    ngx_str_t    name;
    const char  *why;

    p = word->data + 3;
    end = word->data + word->len;

    do {
        comma = ngx_strlchr(p, end, ',');

        name.data = p;
        name.len = (size_t) ((comma ? comma : end) - p);

        why = add_role(cf, scf, &name);

        p = comma ? comma + 1 : end;

    } while (comma != NULL && why == NULL);

    return why;
}


static const char *
add_role(ngx_conf_t *cf, api_conf_settings_t *scf, const ngx_str_t *name)
{
    ngx_str_t  *role;

    if (name->len == 0 || name->len > ROLE_NAME_MAX || api_str_is(name, "none"))
    {
        return "that is no name of a role; between two of a list stands a "
               "comma and nothing else";
    }

    if (scf->roles == NULL) {
        scf->roles = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (scf->roles == NULL) {
            return "no memory";
        }
    }

    if (lists(scf->roles, name)) {
        return "a role is there twice";
    }

    if (scf->roles->nelts == ROLE_ROLES) {
        return "a list has at most 32 roles: each has statements of its own";
    }

    role = ngx_array_push(scf->roles);

    if (role == NULL
        || api_conf_setting_word(cf, name->data, name->len, role) != NGX_OK)
    {
        return "no memory";
    }

    return NULL;
}


static ngx_uint_t
lists(const ngx_array_t *roles, const ngx_str_t *role)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    name = roles->elts;

    for (i = 0; i < roles->nelts; i++) {
        if (api_str_equal(&name[i], role)) {
            return 1;
        }
    }

    return 0;
}
