
#include "conf/postgres.h"
#include "conf/block.h"
#include "conf/check_word.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/pooler.h"
#include "conf/primary.h"


static char *set_primary(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_folder(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_check(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static const char *is_stray(const ngx_str_t *word);
static api_http_database_t *create(ngx_conf_t *cf, const ngx_str_t *name);
static char *finish(ngx_conf_t *cf, const api_conf_block_t *block,
    api_http_database_t *database);


static const api_conf_word_t  pooler_words[] = {
    { "off", API_DB_POOLER_OFF },
    { "session", API_DB_POOLER_SESSION },
    { "transaction", API_DB_POOLER_TRANSACTION },
    { NULL, 0 }
};

static const api_conf_word_t  batch_words[] = { { "off", 1 }, { NULL, 0 } };

static const api_conf_word_t  flag_words[] = {
    { "on", 1 },
    { "off", 0 },
    { NULL, 0 }
};

static const api_conf_word_t  timestamps_words[] = {
    { "utc", 1 },
    { "plain", 0 },
    { NULL, 0 }
};


#define field(name)     offsetof(api_http_database_t, name)
#define db_field(name)  offsetof(api_http_database_t, db.name)

#define TIME_MAX        API_CONF_BLOCK_TIME_MAX

static const api_conf_setting_t  settings[] = {

    { ngx_string("primary"), set_primary, field(primary), .many = 0 },

    { ngx_string("direct"), set_primary, field(direct), .many = 0 },

    { ngx_string("pooler"), api_conf_block_word, db_field(pooler),
      .fallback = "off", .words = pooler_words,
      .must = "must be off, session or transaction, as the pooler's "
              "pool_mode" },

    { ngx_string("migrations"), set_folder, field(migrations), .many = 0 },

    { ngx_string("max_connections"), api_conf_block_number,
      db_field(max_connections), 1, 10000, .fallback = "20" },

    { ngx_string("min_connections"), api_conf_block_number,
      db_field(min_connections), 0, 10000, .fallback = "5" },

    { ngx_string("queue"), api_conf_block_number, db_field(queue), 0, 1000000,
      .fallback = "1024" },

    { ngx_string("acquire_timeout"), api_conf_block_time,
      db_field(acquire_timeout), 1, TIME_MAX, .fallback = "3s" },

    { ngx_string("connect_timeout"), api_conf_block_time,
      db_field(connect_timeout), 1, TIME_MAX, .fallback = "5s" },

    { ngx_string("idle_timeout"), api_conf_block_time, db_field(idle_timeout),
      1, TIME_MAX, .fallback = "600s" },

    { ngx_string("max_lifetime"), api_conf_block_time, db_field(max_lifetime),
      1, TIME_MAX, .fallback = "1800s" },

    { ngx_string("statement_timeout"), api_conf_block_time,
      db_field(statement_timeout), 1, TIME_MAX, .fallback = "10s" },

    { ngx_string("read_batch"), api_conf_block_number, db_field(read_batch),
      2, 64, .fallback = "16", .words = batch_words },

    { ngx_string("prepare"), api_conf_block_word, db_field(prepare),
      .fallback = "on", .words = flag_words, .must = "must be on or off" },

    { ngx_string("timestamps"), api_conf_block_word, db_field(utc),
      .fallback = "plain", .words = timestamps_words,
      .must = "must be utc (\"Z\" behind those without a time zone) or "
              "plain" },

    { ngx_string("check"), set_check, field(check), .fallback = "on",
      .many = 1 },

    { ngx_null_string, NULL, 0, .many = 0 }
};


/* api_postgres NAME { } */

char *
api_conf_postgres(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                  *rv;
    ngx_str_t             *value;
    const char            *why;
    api_conf_block_t       block;
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

    ngx_memzero(&block, sizeof(api_conf_block_t));

    block.settings = settings;
    block.directive = "api_postgres";
    block.name = value[1];
    block.conf = database;
    block.stray = is_stray;

    if (api_conf_block_init(cf, &block) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    rv = api_conf_block_read(cf, &block);

    return rv == NGX_CONF_OK ? finish(cf, &block, database) : rv;
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

    return database;
}


static const char *
is_stray(const ngx_str_t *word)
{
    return api_conf_database_name(word)
           ? "begins with no directive: a connection string has \"primary\" "
             "in front" : NULL;
}


static char *
set_primary(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    return api_conf_primary(cf, &setting->name, block->conf,
                            (api_http_conninfo_t *) (void *)
                                ((u_char *) block->conf + setting->offset),
                            value);
}


static char *
set_check(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    return api_conf_check_word(cf, block->conf, value);
}


static char *
set_folder(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    api_http_database_t  *database;

    database = block->conf;

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
finish(ngx_conf_t *cf, const api_conf_block_t *block,
    api_http_database_t *database)
{
    ngx_uint_t      least_given;
    api_db_conf_t  *db;

    db = &database->db;

    if (database->primary.text.data == NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &database->place,
                     "api_postgres \"%V\" has no primary: say where the "
                     "database is, as primary env:DATABASE_URL;", &db->name);
        return NGX_CONF_ERROR;
    }

    least_given = (db->min_connections != NGX_CONF_UNSET_UINT);
    db->pooler_given = (db->pooler != NGX_CONF_UNSET_UINT);
    db->prepare_given = (db->prepare != NGX_CONF_UNSET);

    if (api_conf_block_settle(cf, block) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    /* what hangs on other settings */

    if (!least_given) {
        db->min_connections = ngx_min(db->min_connections,
                                      db->max_connections);
    }

    if (!db->prepare_given) {
        db->prepare = (db->pooler != API_DB_POOLER_TRANSACTION);
    }

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
