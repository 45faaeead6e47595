
#include "body/reader.h"
#include "body/field.h"
#include "body/form.h"
#include "json/form.h"
#include "sql/bind.h"
#include "core/text.h"


/*
 * A tree of 1 MB of JSON takes up to 30 MB for a moment.  So large a block the
 * C library maps, whatever it has learned of our habits, and unmaps; what is
 * not touched of it costs nothing.
 */
#define API_BODY_READER_BLOCK  (33 * 1024 * 1024)

/* one for which the memory at hand will do; a thread's own, to which larger
   ones go, the C library would keep */
#define API_BODY_READER_FEW    (32 * 1024)
#define API_BODY_READER_PIECE  (16 * 1024)


static ngx_int_t api_body_reader_json(api_body_reader_t *reader,
    ngx_pool_t *pool, api_json_t **document);
static ngx_int_t api_body_reader_form(api_body_reader_t *reader,
    ngx_pool_t *pool, api_json_t **document, ngx_array_t **failures);
static ngx_int_t api_body_reader_keep(api_body_reader_t *reader,
    ngx_pool_t *pool);
static ngx_int_t api_body_reader_keep_fields(api_body_reader_t *reader,
    ngx_pool_t *pool);
static ngx_int_t api_body_reader_keep_error(api_error_t *error,
    ngx_pool_t *pool);


ngx_int_t
api_body_reader_read(api_body_reader_t *reader, ngx_pool_t *pool)
{
    ngx_int_t     rc;
    api_json_t   *document;
    ngx_array_t  *failures;

    failures = NULL;
    document = NULL;

    rc = reader->form ? api_body_reader_form(reader, pool, &document,
                                             &failures)
                      : api_body_reader_json(reader, pool, &document);

    if (rc == NGX_OK) {
        rc = reader->quickly
             ? api_schema_validate_quickly(reader->rules->schema, document,
                                           pool, &failures)
             : api_schema_validate(reader->rules->schema, document, pool,
                                   &failures);
    }

    if (rc == NGX_OK) {
        rc = api_body_field_read(reader, pool, document, &failures);
    }

    if (rc == NGX_DECLINED && document != NULL && failures != NULL
        && api_body_field_rest(reader, pool, document, &failures) != NGX_OK)
    {
        rc = NGX_ERROR;
    }

    if (rc == NGX_DECLINED && failures != NULL) {
        api_error_set(&reader->error, API_ERROR_INVALID,
                      "the request body is not valid");
        reader->error.failures = failures;
    }

    return rc;
}


static ngx_int_t
api_body_reader_json(api_body_reader_t *reader, ngx_pool_t *pool,
    api_json_t **document)
{

    return api_json_read(pool, &reader->text, NULL, document,
                         &reader->error);
}


/* $body of a form is the JSON it stands for */

static ngx_int_t
api_body_reader_form(api_body_reader_t *reader, ngx_pool_t *pool,
    api_json_t **document, ngx_array_t **failures)
{
    ngx_int_t    rc;
    api_type_t   type;
    ngx_array_t  pairs;
    api_value_t  value;

    rc = api_json_form(pool, &reader->text, &pairs, &reader->error);

    if (rc == NGX_OK) {
        rc = api_body_form(pool, reader->rules->schema, &pairs, document,
                           failures);
    }

    if (rc != NGX_OK || !reader->rules->whole) {
        return rc;
    }

    ngx_memzero(&type, sizeof(api_type_t));
    type.kind = API_TYPE_JSON;

    rc = api_sql_bind_json(pool, &type, *document, &value);
    reader->text = value.text;

    return rc;
}


ngx_int_t
api_body_reader_distil(api_body_reader_t *reader, ngx_pool_t *pool)
{
    ngx_int_t    rc;
    ngx_uint_t   few;
    ngx_pool_t  *temporary;

    few = (reader->text.len <= API_BODY_READER_FEW);

    temporary = ngx_create_pool(few ? API_BODY_READER_PIECE
                                    : API_BODY_READER_BLOCK, pool->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    if (!few) {
        /* nothing is allocated beside the block */
        temporary->max = (size_t) (temporary->d.end - temporary->d.last);
    }

    rc = api_body_reader_read(reader, temporary);

    if (rc == NGX_OK) {
        rc = api_body_reader_keep(reader, pool);

    } else if (rc == NGX_DECLINED
               && (api_body_reader_keep_error(&reader->error, pool) != NGX_OK
                   || (reader->fields != NULL
                       && api_body_reader_keep_fields(reader, pool)
                          != NGX_OK)))
    {
        rc = NGX_ERROR;
    }

    ngx_destroy_pool(temporary);

    return rc;
}


static ngx_int_t
api_body_reader_keep(api_body_reader_t *reader, ngx_pool_t *pool)
{
    if (api_body_reader_keep_fields(reader, pool) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!reader->rules->whole) {
        ngx_str_null(&reader->text);
        return NGX_OK;
    }

    return api_body_reader_copy(pool, &reader->text);
}


static ngx_int_t
api_body_reader_keep_fields(api_body_reader_t *reader, ngx_pool_t *pool)
{
    ngx_uint_t    i, n;
    api_value_t  *fields;

    n = reader->rules->fields.nelts;

    fields = ngx_palloc(pool, (n + 1) * sizeof(api_value_t));
    if (fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        fields[i] = reader->fields[i];

        if (!fields[i].null
            && api_body_reader_copy(pool, &fields[i].text) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    reader->fields = fields;

    return NGX_OK;
}


static ngx_int_t
api_body_reader_keep_error(api_error_t *error, ngx_pool_t *pool)
{
    ngx_uint_t      i;
    ngx_array_t    *failures;
    api_failure_t  *failure;

    if (api_body_reader_copy(pool, &error->detail) != NGX_OK) {
        return NGX_ERROR;
    }

    if (error->failures == NULL) {
        return NGX_OK;
    }

    failures = ngx_array_create(pool, error->failures->nelts,
                                sizeof(api_failure_t));
    if (failures == NULL) {
        return NGX_ERROR;
    }

    failure = error->failures->elts;

    for (i = 0; i < error->failures->nelts; i++) {

        if (api_body_reader_copy(pool, &failure[i].in) != NGX_OK
            || api_body_reader_copy(pool, &failure[i].field) != NGX_OK
            || api_body_reader_copy(pool, &failure[i].code) != NGX_OK
            || api_body_reader_copy(pool, &failure[i].keyword) != NGX_OK
            || api_body_reader_copy(pool, &failure[i].limit) != NGX_OK
            || api_body_reader_copy(pool, &failure[i].message) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_memcpy(failures->elts, failure,
               error->failures->nelts * sizeof(api_failure_t));
    failures->nelts = error->failures->nelts;

    error->failures = failures;

    return NGX_OK;
}


ngx_int_t
api_body_reader_copy(ngx_pool_t *pool, ngx_str_t *s)
{
    return api_text_copy(pool, s->data, s->len, s);
}
