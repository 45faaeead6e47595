
#include "conf/revoked.h"
#include "conf/aside.h"
#include "conf/place.h"
#include "auth/digest.h"
#include "http/jwt.h"


#define EVERY        5000                /* ms */
#define EVERY_LEAST  1000
#define EVERY_MOST   (60 * 60 * 1000)
#define MOST         100000

/* a zone's name: of its list, so that a reload keeps it */
#define ZONE         "api_revoked "


static const char *read_word(api_http_revoked_t *revoked,
    const ngx_str_t *word);
static ngx_int_t add_zone(ngx_conf_t *cf, api_http_revoked_t *revoked);


/* columns of the statement */
static const char *const  columns[] = { "jti", "sub", "not_before", NULL };

static const api_conf_aside_name_t  no_names[] = {
    { ngx_null_string, NULL }
};


char *
api_conf_revoked(ngx_conf_t *cf, api_http_revoked_t **out)
{
    ngx_str_t           *value;
    ngx_uint_t           i;
    const char          *why;
    api_http_revoked_t  *revoked;

    if (*out != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    revoked = ngx_pcalloc(cf->pool, sizeof(api_http_revoked_t));
    if (revoked == NULL) {
        return NGX_CONF_ERROR;
    }

    *out = revoked;

    revoked->every = EVERY;
    revoked->most = MOST;

    for (i = 2; i < cf->args->nelts; i++) {

        why = read_word(revoked, &value[i]);

        if (why != NULL) {
            api_conf_wrong(cf, i, "\"revoked\" of api_jwt %s, not \"%V\"", why,
                           &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    revoked->route = api_conf_aside(cf, "\"revoked\" of api_jwt", API_SQL_MANY,
                                    columns);

    return revoked->route != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static const char *
read_word(api_http_revoked_t *revoked, const ngx_str_t *word)
{
    ngx_int_t  n;
    ngx_str_t  value;

    if (word->len > 6 && ngx_strncmp(word->data, "every=", 6) == 0) {

        value.data = word->data + 6;
        value.len = word->len - 6;

        n = ngx_parse_time(&value, 0);

        if (n < EVERY_LEAST || n > EVERY_MOST) {
            return "has a time from 1s to 1h as \"every=\"";
        }

        revoked->every = (ngx_msec_t) n;

        return NULL;
    }

    if (word->len > 4 && ngx_strncmp(word->data, "max=", 4) == 0) {

        n = ngx_atoi(word->data + 4, word->len - 4);

        if (n < 1 || n > API_AUTH_REVOKED_MOST) {
            return "has a number of rows from 1 to 1000000 as \"max=\"";
        }

        revoked->most = (ngx_uint_t) n;

        return NULL;
    }

    return "is written: revoked \"SQL\" [every=5s] [max=100000]";
}


ngx_int_t
api_conf_revoked_finish(ngx_conf_t *cf, api_http_revoked_t *revoked)
{
    if (api_conf_aside_finish(cf, revoked->route, no_names) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a fault of it is told, and the reading goes on for others */

    if (revoked->route->parts == NULL) {
        return NGX_OK;
    }

    return add_zone(cf, revoked);
}


/* the same list, of two blocks or before and after a reload, is one */

static ngx_int_t
add_zone(ngx_conf_t *cf, api_http_revoked_t *revoked)
{
    char                       hex[API_AUTH_DIGEST_SIZE + 1];
    u_char                    *p;
    ngx_str_t                  name;
    ngx_shm_zone_t            *zone;
    const ngx_str_t           *source, *database;
    const api_http_query_t    *query;

    query = revoked->route->queries.elts;
    source = &query->sql.source;
    database = &revoked->route->database->db.name;

    name.data = ngx_pnalloc(cf->pool, sizeof(ZONE) + source->len + database->len
                                      + API_AUTH_DIGEST_SIZE
                                      + NGX_INT_T_LEN);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(name.data, "%V %V", database, source);
    name.len = (size_t) (p - name.data);

    api_auth_digest(&name, hex);

    p = ngx_sprintf(name.data, ZONE "%ui %s", revoked->most, hex);
    name.len = (size_t) (p - name.data);

    zone = ngx_shared_memory_add(cf, &name,
                                 api_http_revoked_zone_size(revoked->most),
                                 api_unconst(api_http_jwt_chapter.module));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    if (zone->data == NULL) {
        revoked->place = ngx_pcalloc(cf->pool,
                                     sizeof(api_http_revoked_place_t));
        if (revoked->place == NULL) {
            return NGX_ERROR;
        }

        revoked->place->most = revoked->most;

        zone->init = api_http_revoked_zone_init;
        zone->data = revoked->place;
    }

    revoked->place = zone->data;

    return NGX_OK;
}
