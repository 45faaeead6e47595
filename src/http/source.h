
/*
 * Where the value of a statement's parameter comes from: the table of sources.
 *
 * A source is a row: what a request asks of it.  Its other half, what $name is
 * while the configuration is read, is api_conf_source_t of conf/source.h.  The
 * files of http/ and conf/ ask a bind's row, and never which row it is: a
 * source more is a file more.
 */


#ifndef API_HTTP_SOURCE_H
#define API_HTTP_SOURCE_H


#include "http/ctx.h"


/* how far PostgreSQL's type says what the text of a value is, see sql/form */
typedef enum {
    API_SOURCE_AS_IS = 0,      /* not at all: it is made for its own type */
    API_SOURCE_TIMES,          /* nobody outside has written it, but a time may
                                  be of another zone */
    API_SOURCE_TEXT,           /* a client has written it: all of them */
    API_SOURCE_JSON,           /* the same, and it is JSON: bind->as is what it
                                  is written as */
    API_SOURCE_READ            /* body/reader has put it into its form: index is
                                  of route->body->fields */
} api_source_form_e;


/* with which of the client's values it is checked, before a connection is
   used, against what PostgreSQL's type and columns ask for */
typedef enum {
    API_SOURCE_UNCHECKED = 0,  /* it is none: what PostgreSQL says of it is ours
                                  to answer for */
    API_SOURCE_WITH_INPUTS,    /* index is of route->inputs */
    API_SOURCE_WITH_BODY,
    API_SOURCE_APART           /* it is none, but checked all the same, by a
                                  step of the source's own */
} api_source_checked_e;


struct api_http_source_s {

    /* "a hash, which is text": for sentences; of what is checked the declared
       type is told instead */
    const char                 *name;

    /*
     * The value of the n-th parameter of the step-th query, not yet in its
     * form: text (NUL behind) or null; absent, where it may be.  out is zeroed.
     * Asked when the statement is about to be sent, and again when it is sent
     * again or has failed.  NGX_OK or NGX_ERROR (memory).
     */
    ngx_int_t                 (*value)(api_http_ctx_t *ctx, ngx_uint_t step,
                                       ngx_uint_t n, api_value_t *out);

    /* the type that it was declared with; type is API_TYPE_NONE.  NULL: of
       whichever type the statement takes */
    void                      (*type)(const api_http_route_t *route,
                                      const api_http_bind_t *bind,
                                      api_type_t *type);

    /* failure's in and field: the part of the request that it is.  NULL: it is
       none that a client could be told of */
    void                      (*place)(const api_http_route_t *route,
                                       const api_http_bind_t *bind,
                                       api_failure_t *failure);

    /* without a place: is it what the client has sent all the same, unless it
       is empty?  NULL: never */
    ngx_uint_t                (*echoes)(const api_sql_param_t *param);

    api_source_form_e           form;
    api_source_checked_e        checked;
    unsigned                    whole:1;     /* the body's own text: whatever is
                                                in that may be at fault */
    unsigned                    earlier:1;   /* it is there once the statement
                                                before it is that index says */
};


/* a name that a directive of a route makes for statements, of a text */
typedef struct {
    ngx_str_t                   name;        /* without "$" */
    ngx_uint_t                  from;        /* the first statement that may say
                                                it, of route->queries */
    ngx_uint_t                  used;        /* one says it */
    api_place_t                 place;
} api_http_made_t;


/* those of the core; a chapter brings its own */
extern const api_http_source_t  api_http_source_input;     /* route->inputs */
extern const api_http_source_t  api_http_source_field;     /* body->fields */
extern const api_http_source_t  api_http_source_body;
extern const api_http_source_t  api_http_source_row;       /* route->queries */
extern const api_http_source_t  api_http_source_variable;  /* of nginx */


/* "path", "query" …, by api_http_in_e */
extern const ngx_str_t  api_http_source_names[];


/* what the n-th parameter of the step-th query stands for; readers are counted
   behind the queries, see http/reader.h; of the settings, with
   API_HTTP_PLAN_LEAD, the n-th value */
const api_http_bind_t *api_http_source_bind(const api_http_route_t *route,
    ngx_uint_t step, ngx_uint_t n);

/*
 * in and field of what a statement's parameter stands for.  NGX_OK, or
 * NGX_DECLINED: the client has not sent it, as a variable or an earlier row.
 */
ngx_int_t api_http_source_place(const api_http_route_t *route,
    ngx_uint_t step, ngx_uint_t n, api_failure_t *failure);

/* type() of a source whose values are texts */
void api_http_source_text(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type);

/* the type that what a bind stands for was declared with, or API_TYPE_NONE */
void api_http_source_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type);

/* the type (of PostgreSQL, or NULL) if values of the source are to be put into
   its form, or NULL */
const api_sql_type_t *api_http_source_form(const api_http_source_t *source,
    const api_sql_type_t *type);

/* is it one of the client's values? */
#define api_http_source_is_clients(source)                                    \
    ((source)->checked == API_SOURCE_WITH_INPUTS                              \
     || (source)->checked == API_SOURCE_WITH_BODY)

/* are bounds and rules for the bind to keep?  Not for $name? */
ngx_uint_t api_http_source_is_checked(const api_http_bind_t *bind);


/* of http/source_row: places for what later statements take from earlier rows.
   NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_source_row_begin(api_http_ctx_t *ctx);

/*
 * A statement's result: what later ones and readers take of it.  NGX_OK;
 * NGX_DECLINED: there is no such column (ctx->error is set, logged); NGX_AGAIN:
 * as api_db_result_pt may; NGX_ERROR: memory, or with ctx->out.full a value
 * beyond api_max_answer.
 */
API_MUST_CHECK ngx_int_t api_http_source_row_keep(api_http_ctx_t *ctx,
    ngx_uint_t step, const struct pg_result *res,
    const api_sql_shape_t *shape);


#endif /* API_HTTP_SOURCE_H */
