
/*
 * What a route says of its body, as the runtime reads it: const once the cycle
 * runs.
 */


#ifndef API_BODY_BODY_H
#define API_BODY_BODY_H


#include "body/short.h"
#include "core/core.h"
#include "core/place.h"
#include "core/value.h"
#include "json/read.h"
#include "schema/names.h"
#include "schema/schema.h"
#include "sql/types.h"


/* one step of a field's path through the body */
typedef struct {
    ngx_str_t                   name;
    const api_json_t           *fallback;    /* what stands for a member that
                                                is absent; NULL: nothing */
} api_body_key_t;


/* a field of the body that a statement or a hash names, as $address.city */
typedef struct {
    ngx_str_t                   name;        /* "address.city" */
    ngx_str_t                   pointer;     /* "/address/city" */
    ngx_array_t                 keys;        /* of api_body_key_t */
    ngx_uint_t                  first;       /* place of the first key in the
                                                body's names */
    api_type_t                  type;        /* what it is bound as */
    const api_rule_t           *items;       /* of an array, what its type in
                                                PostgreSQL asks for; or NULL */
    const api_sql_type_t       *form;        /* its type in PostgreSQL, where
                                                the text of that differs from
                                                what is sent; or NULL */
    unsigned                    file:1;      /* of a schema's file: type is the
                                                nearest, PostgreSQL's decides */
    unsigned                    settled:1;   /* it has decided, */
    unsigned                    formed:1;    /* and form is known */
    unsigned                    limited:1;   /* a password */
} api_body_field_t;


/* of a password: what one client can make a thread chew on */
#define API_BODY_PASSWORD_MAX  4096


/* bits of api_body_t's media */
#define API_BODY_MEDIA_JSON  0x01
#define API_BODY_MEDIA_FORM  0x02

/* api_body */
typedef struct {
    api_schema_doc_t           *schema;
    api_body_short_t           *form;        /* NULL: a file's */
    const api_json_t           *document;    /* the schema's own text, read */
    ngx_str_t                   file;
    ngx_array_t                 fields;      /* of api_body_field_t */
    api_schema_names_t          names;       /* what their names begin with */
    ngx_uint_t                  media;       /* of API_BODY_MEDIA_* */
    unsigned                    whole:1;     /* a statement names $body */
    unsigned                    read:1;      /* its block, to the end */
    api_place_t                 place;
} api_body_t;


#endif /* API_BODY_BODY_H */
