
/*
 * What the files of the configuration ask of each other.
 */


#ifndef API_HTTP_CONF_PARTS_H
#define API_HTTP_CONF_PARTS_H


#include "db/check.h"
#include "http/conf_place.h"
#include "sql/inferred.h"


/* conf_keep: a fault has been told; the reading goes on, so that all of them
   are, and fails at its end.  route: whose, or NULL; vague: no other one of its
   names is to be told.  NGX_CONF_OK, or NGX_CONF_ERROR: these are enough. */
char *api_http_conf_keep(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t vague);

/* conf_keep: the same of a directive's handler, with what it would have
   returned, "is duplicate" */
char *api_http_conf_keep_why(ngx_conf_t *cf, ngx_command_t *cmd,
    api_http_route_t *route, const char *why);

/* conf_file: a file's whole text, a NUL behind; its name is relative to the
   folder of nginx.conf.  NGX_OK (name is absolute now) or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_file(ngx_conf_t *cf, ngx_str_t *name,
    size_t max, ngx_str_t *text);

/* conf_route: NULL in a route's own block, else the end of a sentence that
   begins with the directive's name */
char *api_http_conf_in_route(ngx_conf_t *cf, const api_http_loc_conf_t *alcf);

/* a server, or a location that its requests come to by their path */
typedef struct {
    ngx_http_core_loc_conf_t   *clcf;
    void                      **loc_conf;
    ngx_uint_t                  parent;      /* the server, 0, is its own */
    u_char                     *file;        /* of a location; a string */
    ngx_uint_t                  line;
    unsigned                    in_regex:1;  /* an expression, or inside one */
} api_http_level_t;

/* conf_location: a level that is merged and the locations right in it.  NGX_OK
   or NGX_ERROR (logged: limit_except beside routes) */
API_MUST_CHECK ngx_int_t api_http_conf_level(ngx_conf_t *cf,
    api_http_loc_conf_t *conf, ngx_uint_t server);

/* conf_location: a route, once its segments have their types.  NGX_OK or
   NGX_ERROR (logged: it has an equal) */
API_MUST_CHECK ngx_int_t api_http_conf_route_add(ngx_conf_t *cf,
    api_http_route_t *route);

/* conf_location: when all levels are merged: the tables that are asked, and
   what refused requests run with.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_locations(ngx_conf_t *cf);

/* conf_location: does a route of the server go before that location, whose name
   its path begins with? */
ngx_uint_t api_http_conf_ranks(const api_http_level_t *level,
    const api_http_route_t *route);

/* conf_shadow: warns of routes that are not asked for some or any of their
   paths.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_shadows(ngx_conf_t *cf,
    const api_http_srv_conf_t *ascf);

/* conf_others: nginx's module of that name, or NULL */
ngx_module_t *api_http_conf_other_module(ngx_conf_t *cf, const char *name);

/* conf_others: what the module of nginx of that name has at the level; NULL: it
   is not there */
void *api_http_conf_other(ngx_conf_t *cf, void **loc_conf, const char *name);

/* conf_others: conf->passes, guest and root of a server or location whose core
   is merged */
void api_http_conf_passes(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf, ngx_uint_t server);

/* conf_says: a directive that the location says itself, and that a route of the
   server beside it does without: who may come in, where a request is led, what
   is sent with an answer.  Of "/", which is for what no route takes, less
   counts.  NULL: none */
const char *api_http_conf_says(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_http_level_t *level);

/* conf_asked: warns of auth_request onto a route that finds nothing with a
   status it does not know */
void api_http_conf_asked(ngx_conf_t *cf, const api_http_srv_conf_t *ascf);

/* conf_rewrite: has the level "rewrite", "return", "if", "set" or "break"? */
ngx_uint_t api_http_conf_rewrites(ngx_conf_t *cf, void **loc_conf);

/* conf_rewrite: has it a "return" that every request comes to? */
ngx_uint_t api_http_conf_returns(ngx_conf_t *cf, void **loc_conf);

/* conf_rewrite: has it a "rewrite" or an "if"?  Which, or NULL */
const char *api_http_conf_leads(ngx_conf_t *cf, void **loc_conf);

/* conf_rewrite: the level's configuration without them.  NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_unwritten(ngx_conf_t *cf,
    void **parent, void **loc_conf, void ***out);

/* conf_answer: at the end of a route's block, which has exactly one answer */
API_MUST_CHECK ngx_int_t api_http_conf_answer(ngx_conf_t *cf,
    api_http_route_t *route, ngx_http_conf_ctx_t *ctx);

/* conf_answer: that one is still there.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_answer_kept(ngx_conf_t *cf,
    const api_http_route_t *route);

/* conf_levels: what flows from http to server to location to route */
API_MUST_CHECK ngx_int_t api_http_conf_levels(ngx_conf_t *cf,
    const api_http_loc_conf_t *prev, api_http_loc_conf_t *conf);

/* conf_header: what flows of api_header: a level's own, and of prev's what it
   does not replace.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_headers(ngx_conf_t *cf,
    ngx_array_t *prev, ngx_array_t **headers);

/* conf_param: letters, digits and "_"; NULL or why it cannot be a name */
const char *api_http_conf_name(const ngx_str_t *name);

/* conf_param: the values of the path and the parameters (the location's where
   the route has none of that name) to route->inputs */
API_MUST_CHECK ngx_int_t api_http_conf_inputs(ngx_conf_t *cf,
    api_http_route_t *route, const ngx_array_t *own,
    const ngx_array_t *inherited);

/* conf_names: the names a route declares, and what became of them */
API_MUST_CHECK ngx_int_t api_http_conf_names(ngx_conf_t *cf,
    api_http_route_t *route);

/* conf_bind: every $name of a route's statements to what it stands for */
API_MUST_CHECK ngx_int_t api_http_conf_bind(ngx_conf_t *cf,
    api_http_route_t *route);

/* conf_strings: warns of names of the route's inside strings of its SQL.
   NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_strings(ngx_conf_t *cf,
    const api_http_route_t *route);

/* conf_hash: that the passwords are fields of the body, and bounded */
API_MUST_CHECK ngx_int_t api_http_conf_hashes(ngx_conf_t *cf,
    api_http_route_t *route);

/* conf_field: the field of the route's body of that name ("address.city"); *n
   is its index among body->fields.  NGX_OK, NGX_DECLINED: the body has none,
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_field(ngx_conf_t *cf,
    const api_http_route_t *route, const ngx_str_t *name, ngx_uint_t *n);

/* conf_field: what a schema's file says for absent ones keeps its own schema.
   NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_field_defaults(ngx_conf_t *cf,
    const api_http_route_t *route);

/* conf_field: what a field of a schema's file is bound as, now that the type of
   the bind's parameter is known; may change bind->index.  NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_field_settle(
    const api_http_route_t *route, api_http_bind_t *bind,
    const api_sql_inferred_t *type);

/* conf_form: what a statement's parameter, of the type oid, is made of, or
   NULL, where PostgreSQL reads it in another form than it is sent; may change
   the index of a field's.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_form(api_http_route_t *route,
    api_http_query_t *query, ngx_uint_t n, unsigned oid,
    const api_sql_type_t *type);

/* conf_schema: the JSON of a schema's file, read once; *file is absolute
   then.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_schema_file(ngx_conf_t *cf,
    ngx_str_t *file, api_json_t **document);

/* conf_body: where a field of its short form stands */
void api_http_conf_body_place(const api_http_body_t *body,
    const api_schema_short_t *field, api_http_place_t *place);

/* conf_body: the defaults of a compiled short form.  NGX_OK or NGX_ERROR
   (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_body_defaults(ngx_conf_t *cf,
    const api_http_body_t *body);

/* conf_schema_fault: what is wrong with a schema that does not compile, and
   what is odd in one that does */
void api_http_conf_schema_refuse(ngx_conf_t *cf,
    const api_http_route_t *route, const api_schema_fault_t *fault);
void api_http_conf_schema_warn(ngx_conf_t *cf,
    const api_http_route_t *route);

/* conf_schema: the route's api_body compiled.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_schema(ngx_conf_t *cf,
    api_http_route_t *route);

/* what a fault of api_query is about, by the directive's words */
#define API_HTTP_KIND_WORD  1
#define API_HTTP_SQL_WORD   2

/* conf_fault: "api_query of ROUTE: ... in FILE:LINE:COLUMN" (or the next best
   place) of a word's byte, with the source's line and a caret */
void ngx_cdecl api_http_conf_fault(ngx_uint_t level, ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t word, size_t offset, const char *fmt, ...);

/* conf_fault: the same at emerg, of a statement's byte; name: a parameter's,
   to stand in front of why, or NULL */
void api_http_conf_query_fault(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, size_t offset, const char *why,
    const ngx_str_t *name);

/* conf_fault: "one", "many" ...; static memory */
const ngx_str_t *api_http_conf_kind(const api_http_query_t *query);

/* conf_plan: the route's statements as its database runs them */
API_MUST_CHECK ngx_int_t api_http_conf_plan(ngx_conf_t *cf,
    api_http_route_t *route);

/* data of a statement that is checked */
typedef struct {
    api_http_route_t           *route;
    api_http_query_t           *query;
} api_http_asked_t;

/* conf_rows: a statement is described (see db/check.h): its columns' types are
   declared for what later ones of its route call $name.column */
void api_http_conf_rows_described(const api_db_check_statement_t *statement);

/* conf_rows: is the query's parameter n, if it is a column of an earlier row,
   there, and of a type that can be read?  NGX_OK or NGX_DECLINED (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_rows(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t n, const api_db_check_t *check,
    const api_db_check_statement_t *statement);

/* conf_lock: what the server said to the lock file (nginx -t with
   API_LOCK=write), or beside what that holds.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_lock(ngx_conf_t *cf,
    const api_http_database_t *database, const api_db_check_t *check);

/* conf_lock: no server, so the lock file answers.  NGX_OK or NGX_ERROR (logged:
   it cannot be read, or has not all of them) */
API_MUST_CHECK ngx_int_t api_http_conf_unlock(ngx_conf_t *cf,
    const api_http_database_t *database, api_db_check_t *check);

/* conf_primary: "primary" or "direct" (name) of api_postgres; as a directive's
   handler */
char *api_http_conf_primary(ngx_conf_t *cf, const ngx_str_t *name,
    const api_http_database_t *database, api_http_conninfo_t *conninfo,
    const ngx_str_t *value);

/* conf_pooler: "pooler" of api_postgres; NULL or the end of a sentence that
   begins with the directive's name */
char *api_http_conf_pooler(api_http_database_t *database,
    const ngx_str_t *value);

/* conf_pooler: at the block's end.  NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_http_conf_pooler_finish(ngx_conf_t *cf,
    const api_http_database_t *database);

/* conf_pooler: does the check reach it through a pooler's transactions? */
ngx_uint_t api_http_conf_pooled(const api_http_database_t *database);

/* conf_pooler: the check has met one at that place; unless the configuration
   says which it is, it is one of transactions, the safe mode */
void api_http_conf_pooler_noticed(ngx_conf_t *cf,
    api_http_database_t *database, const ngx_str_t *place);

/* conf_postgres: NULL, or a sentence why a database cannot be called so */
const char *api_http_conf_database_name(const ngx_str_t *name);

/* conf_check_word: a word of "check" in api_postgres; NULL or the end of a
   sentence that begins with the directive's name */
char *api_http_conf_check_word(ngx_conf_t *cf, api_http_database_t *database,
    ngx_str_t *word);

/* conf_check: the statements of all databases against them, and migrations.
   NGX_OK or NGX_ERROR (logged). */
API_MUST_CHECK ngx_int_t api_http_conf_check(ngx_conf_t *cf);

/* conf_misfit: says that the nth parameter's declared type is none of the type
   that PostgreSQL takes there, what to declare instead ("" if nothing can be)
   and what else may be meant.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_misfit(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t n, const api_type_t *declared, const api_sql_inferred_t *type,
    const char *better);

/* conf_types: a statement's answer against what its route makes of it.  NGX_OK;
   NGX_DECLINED: told at emerg, all of it; NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_http_conf_types(ngx_conf_t *cf,
    api_http_route_t *route, api_http_query_t *query,
    const api_db_check_t *check, const api_db_check_statement_t *statement);

/* conf_columns: what the columns are that a statement writes to, for its
   targets, rules and binds.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_columns(ngx_conf_t *cf,
    api_http_route_t *route, api_http_query_t *query,
    const api_db_check_t *check, const api_db_check_statement_t *statement);

/* conf_causes: an api_error that is read.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_cause(ngx_conf_t *cf,
    const ngx_str_t *name);

/* conf_causes: what the check is to look up of them.  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_conf_causes_ask(ngx_conf_t *cf,
    api_db_check_t *check);

/* conf_causes: what it has found; NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_conf_causes_keep(ngx_conf_t *cf,
    const api_db_check_t *check);

/* conf_causes: when all databases are checked: warns of those that never come
   to be */
void api_http_conf_causes(ngx_conf_t *cf);

/* conf_shown: a statement that was prepared: if it is its route's answer, has
   it what the route shows of it as $api_row_NAME?  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_conf_shown(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_db_check_statement_t *statement);

/* conf_shown: when all databases are checked: what no answer has */
void api_http_conf_shown_nowhere(ngx_conf_t *cf);

/* conf_types: where a statement begins, behind white space and comments */
size_t api_http_conf_begin(const ngx_str_t *source);


#endif /* API_HTTP_CONF_PARTS_H */
