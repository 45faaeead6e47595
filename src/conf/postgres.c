
#include "conf/postgres.h"
#include "conf/check_word.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/pooler.h"
#include "conf/primary.h"
#include "core/near.h"


typedef struct api_http_setting_s  api_http_setting_t;

/* a line of the block */
struct api_http_setting_s {
    ngx_str_t     name;
    char       *(*set)(ngx_conf_t *cf, const api_http_setting_t *setting,
                       api_http_database_t *database, ngx_str_t *value);
    size_t        offset;
    ngx_uint_t    min;
    ngx_uint_t    max;
};


static api_http_database_t *create(ngx_conf_t *cf, const ngx_str_t *name);
static char *read_setting(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const api_http_setting_t *near_setting(const ngx_str_t *name);
static char *set_primary(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_pooler(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_folder(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_number(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_batch(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_time(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_flag(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *set_timestamps(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value);
static char *finish(ngx_conf_t *cf, api_http_database_t *database);


#define db_field(name)  offsetof(api_http_database_t, db.name)

/* numbers are counts, times milliseconds: at most 24 days, as PostgreSQL */

#define API_HTTP_TIME_MAX  (24UL * 24 * 60 * 60 * 1000)

static const api_http_setting_t  settings[] = {

    { ngx_string("primary"),
      set_primary, offsetof(api_http_database_t, primary), 0, 0 },

    { ngx_string("direct"),
      set_primary, offsetof(api_http_database_t, direct), 0, 0 },

    { ngx_string("pooler"),
      set_pooler, 0, 0, 0 },

    { ngx_string("migrations"),
      set_folder, 0, 0, 0 },

    { ngx_string("max_connections"),
      set_number, db_field(max_connections), 1, 10000 },

    { ngx_string("min_connections"),
      set_number, db_field(min_connections), 0, 10000 },

    { ngx_string("queue"),
      set_number, db_field(queue), 0, 1000000 },

    { ngx_string("acquire_timeout"),
      set_time, db_field(acquire_timeout), 1, API_HTTP_TIME_MAX },

    { ngx_string("connect_timeout"),
      set_time, db_field(connect_timeout), 1, API_HTTP_TIME_MAX },

    { ngx_string("idle_timeout"),
      set_time, db_field(idle_timeout), 1, API_HTTP_TIME_MAX },

    { ngx_string("max_lifetime"),
      set_time, db_field(max_lifetime), 1, API_HTTP_TIME_MAX },

    { ngx_string("statement_timeout"),
      set_time, db_field(statement_timeout), 1, API_HTTP_TIME_MAX },

    { ngx_string("read_batch"),
      set_batch, db_field(read_batch), 2, 64 },

    { ngx_string("prepare"),
      set_flag, db_field(prepare), 0, 0 },

    { ngx_string("timestamps"),
      set_timestamps, 0, 0, 0 },

    { ngx_string("check"),
      NULL, 0, 0, 0 },           /* several words: conf_check's */

    { ngx_null_string, NULL, 0, 0, 0 }
};


/* api_postgres NAME { } */

char *
api_conf_postgres(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                  *rv;
    ngx_str_t             *value;
    ngx_conf_t             save;
    const char            *why;
    api_http_database_t   *database;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }, beside the "
                                   "servers: declare it there and choose it "
                                   "here with api_database NAME");
    }

    if (cf->args->nelts != 2) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is written: api_postgres NAME { primary "
                                   "…; }");
    }

    value = cf->args->elts;

    why = api_conf_database_name(&value[1]);
    if (why != NULL) {
        api_conf_wrong(cf, 1,
                       "api_postgres: %s", why);
        return NGX_CONF_ERROR;
    }

    database = create(cf, &value[1]);
    if (database == NULL) {
        return NGX_CONF_ERROR;
    }

    save = *cf;
    cf->handler = read_setting;
    cf->handler_conf = (void *) database;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return finish(cf, database);
}


/* a name that is none is not quoted: it may be a connection string */

const char *
api_conf_database_name(const ngx_str_t *name)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < name->len; i++) {

        ch = name->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-'))
        {
            return "a name has letters, digits, \"_\" and \"-\"; where the "
                   "database is goes into primary, inside the block";
        }
    }

    if (name->len == 0 || name->len > 63) {
        return "a name has 1 to 63 characters";
    }

    return NULL;
}


static api_http_database_t *
create(ngx_conf_t *cf, const ngx_str_t *name)
{
    ngx_uint_t              i;
    api_http_database_t    *database, **databases;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    databases = amcf->databases.elts;

    for (i = 0; i < amcf->databases.nelts; i++) {
        if (api_str_equal(&databases[i]->db.name, name)) {
            api_conf_wrong(cf, 1,
                           "api_postgres \"%V\" is declared in %V:%ui "
                           "already: give this one another name", name,
                           &databases[i]->place.file,
                           databases[i]->place.line);
            return NULL;
        }
    }

    database = ngx_pcalloc(cf->pool, sizeof(api_http_database_t));
    if (database == NULL) {
        return NULL;
    }

    databases = ngx_array_push(&amcf->databases);
    if (databases == NULL) {
        return NULL;
    }

    *databases = database;

    database->index = amcf->databases.nelts - 1;
    database->db.name = *name;
    api_conf_place(cf, &database->place);

    database->db.max_connections = NGX_CONF_UNSET_UINT;
    database->db.read_batch = NGX_CONF_UNSET_UINT;
    database->db.min_connections = NGX_CONF_UNSET_UINT;
    database->db.queue = NGX_CONF_UNSET_UINT;
    database->db.acquire_timeout = NGX_CONF_UNSET_MSEC;
    database->db.connect_timeout = NGX_CONF_UNSET_MSEC;
    database->db.idle_timeout = NGX_CONF_UNSET_MSEC;
    database->db.max_lifetime = NGX_CONF_UNSET_MSEC;
    database->db.statement_timeout = NGX_CONF_UNSET_MSEC;
    database->db.prepare = NGX_CONF_UNSET;
    database->db.utc = NGX_CONF_UNSET;

    return database;
}


static char *
read_setting(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_database_t *database = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_uint_t                 i;
    const api_http_setting_t  *setting;

    value = cf->args->elts;

    if (ngx_strcmp(value[0].data, "include") == 0 && cf->args->nelts == 2) {
        return ngx_conf_include(cf, cmd, conf);
    }

    for (setting = settings; setting->name.len != 0; setting++) {
        if (api_str_equal(&setting->name, &value[0])) {
            break;
        }
    }

    if (setting->name.len == 0
        && api_conf_database_name(&value[0]) != NULL)
    {
        api_conf_wrong(cf, 0,
                       "a line of api_postgres"
                       " \"%V\" begins with no directive: a connection"
                       " string has \"primary\" in front",
                       &database->db.name);
        return NGX_CONF_ERROR;
    }

    if (setting->name.len == 0) {
        setting = near_setting(&value[0]);

        api_conf_wrong(cf, 0,
                       "unknown directive \"%V\" in api_postgres \"%V\"%s%V",
                       &value[0], &database->db.name,
                       setting->name.len ? ": perhaps " : "",
                       &setting->name);
        return NGX_CONF_ERROR;
    }

    if (cf->args->nelts != 2
        && (setting->set != NULL || cf->args->nelts < 2))
    {
        api_conf_wrong(cf, 0,
                       "\"%V\" of api_postgres \"%V\" takes one value: "
                       "put it in quotes if it has spaces", &value[0],
                       &database->db.name);
        return NGX_CONF_ERROR;
    }

    rv = NGX_CONF_OK;

    for (i = 1; i < cf->args->nelts && rv == NGX_CONF_OK; i++) {
        rv = setting->set
             ? setting->set(cf, setting, database, &value[i])
             : api_conf_check_word(cf, database, &value[i]);
    }

    if (rv != NGX_CONF_OK && rv != NGX_CONF_ERROR) {
        api_conf_wrong(cf, 1,
                       "\"%V\" of api_postgres \"%V\" %s", &value[0],
                       &database->db.name, rv);
        return NGX_CONF_ERROR;
    }

    return rv;
}


/* one that may be meant, or the last, which has no name */

static const api_http_setting_t *
near_setting(const ngx_str_t *name)
{
    const api_http_setting_t  *setting;

    for (setting = settings; setting->name.len != 0; setting++) {
        if (api_near(name, &setting->name)) {
            break;
        }
    }

    return setting;
}


static char *
set_primary(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    return api_conf_primary(cf, &setting->name, database,
                            (api_http_conninfo_t *) (void *)
                                ((u_char *) database + setting->offset),
                            value);
}


static char *
set_pooler(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    return  api_conf_pooler(database, value);
}


static char *
set_folder(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    if (database->migrations.data != NULL) {
        return "is duplicate";
    }

    if (value->len == 0) {
        return "needs the name of a folder";
    }

    database->migrations = *value;

    if (ngx_conf_full_name(cf->cycle, &database->migrations, 1) != NGX_OK
        || api_conf_place_said(cf, 1, &database->migrations_where)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
set_number(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    ngx_int_t    n;
    ngx_uint_t  *field;

    field = (ngx_uint_t *) ((u_char *) database + setting->offset);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    n = ngx_atoi(value->data, value->len);

    if (n == NGX_ERROR || (ngx_uint_t) n < setting->min
        || (ngx_uint_t) n > setting->max)
    {
        api_conf_wrong(cf, 1,
                       "\"%V\" of api_postgres \"%V\" must be a number "
                       "from %ui to %ui, not \"%V\"", &setting->name,
                       &database->db.name, setting->min, setting->max,
                       value);
        return NGX_CONF_ERROR;
    }

    *field = (ngx_uint_t) n;

    return NGX_CONF_OK;
}


static char *
set_batch(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    if (!api_str_is(value, "off")) {
        return set_number(cf, setting, database, value);
    }

    if (database->db.read_batch != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    database->db.read_batch = 1;

    return NGX_CONF_OK;
}


static char *
set_time(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    ngx_int_t    n;
    ngx_msec_t  *field;

    field = (ngx_msec_t *) ((u_char *) database + setting->offset);

    if (*field != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || (ngx_uint_t) n < setting->min
        || (ngx_uint_t) n > setting->max)
    {
        api_conf_wrong(cf, 1,
                       "\"%V\" of api_postgres \"%V\" must be a time "
                       "above 0 and at most 24d, as 500ms, 3s or 10m, not "
                       "\"%V\"", &setting->name, &database->db.name,
                       value);
        return NGX_CONF_ERROR;
    }

    *field = (ngx_msec_t) n;

    return NGX_CONF_OK;
}


static char *
set_flag(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    ngx_flag_t  *field;

    field = (ngx_flag_t *) ((u_char *) database + setting->offset);

    if (*field != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (api_str_is(value, "on")) {
        *field = 1;

    } else if (api_str_is(value, "off")) {
        *field = 0;

    } else {
        return "must be on or off";
    }

    return NGX_CONF_OK;
}


static char *
set_timestamps(ngx_conf_t *cf, const api_http_setting_t *setting,
    api_http_database_t *database, ngx_str_t *value)
{
    if (database->db.utc != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (api_str_is(value, "utc")) {
        database->db.utc = 1;

    } else if (api_str_is(value, "plain")) {
        database->db.utc = 0;

    } else {
        return "must be utc (\"Z\" behind those without a time zone) or plain";
    }

    return NGX_CONF_OK;
}


static char *
finish(ngx_conf_t *cf, api_http_database_t *database)
{
    api_db_conf_t  *db;

    db = &database->db;

    if (database->primary.text.data == NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &database->place,
                     "api_postgres \"%V\" has no primary: say where the "
                     "database is, as primary env:DATABASE_URL;", &db->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(db->max_connections, 20);
    ngx_conf_init_uint_value(db->min_connections,
                             ngx_min(5, db->max_connections));
    ngx_conf_init_uint_value(db->queue, 1024);
    ngx_conf_init_uint_value(db->read_batch, 16);
    ngx_conf_init_msec_value(db->acquire_timeout, 3000);
    ngx_conf_init_msec_value(db->connect_timeout, 5000);
    ngx_conf_init_msec_value(db->idle_timeout, 600000);
    ngx_conf_init_msec_value(db->max_lifetime, 1800000);
    ngx_conf_init_msec_value(db->statement_timeout, 10000);
    db->prepare_given = (db->prepare != NGX_CONF_UNSET);
    ngx_conf_init_value(db->utc, 0);
    ngx_conf_init_value(db->prepare,
                        db->pooler != API_DB_POOLER_TRANSACTION);

    if (api_conf_pooler_finish(cf, database) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    db->keywords = database->primary.keywords;
    db->values = database->primary.values;
    db->secret = database->primary.secret;
    db->fallback_keywords = database->primary.fallback_keywords;
    db->fallback_values = database->primary.fallback_values;

    if (db->min_connections > db->max_connections) {
        api_conf_log(NGX_LOG_EMERG, cf, &database->place,
                     "api_postgres \"%V\" has min_connections %ui above "
                     "max_connections %ui: lower the one or raise the other",
                     &db->name, db->min_connections, db->max_connections);
        return NGX_CONF_ERROR;
    }

    db->zone = api_db_zone_add(cf, &db->name, &ngx_http_api_module);

    return db->zone == NULL ? NGX_CONF_ERROR : NGX_CONF_OK;
}
