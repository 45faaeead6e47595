
#include "body/short.h"

#include "core/value_time.h"


static ngx_uint_t has_times(const api_body_short_t *form);
static ngx_int_t move_any(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *json, ngx_uint_t clocks);
static ngx_int_t move_value(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *json, ngx_uint_t clocks);
static ngx_int_t move_items(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *array, ngx_uint_t clocks);
static ngx_int_t move_members(ngx_pool_t *pool,
    const api_body_short_t *form, api_json_t *object, ngx_uint_t clocks);
static ngx_int_t move_time(ngx_pool_t *pool, api_type_kind_e kind,
    api_json_t *json);
static ngx_int_t move_clock(const ngx_str_t *in, u_char *room,
    ngx_str_t *out);


ngx_int_t
api_body_short_utc(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *document)
{
    if (!has_times(form)) {
        return NGX_DECLINED;
    }

    return move_any(pool, form, document, 0);
}


/*
 * clocks: times of day as well.  Not for a field that may be bound by itself,
 * to a type that keeps its zone; what is in an array of objects is read as
 * JSON.
 */

static ngx_int_t
move_any(ngx_pool_t *pool, const api_body_short_t *form, api_json_t *json,
    ngx_uint_t clocks)
{
    if (form->rule.type.array) {
        return move_items(pool, form, json, clocks || form->object);
    }

    return move_value(pool, form, json, clocks);
}


/* as deep as the configuration nests its blocks */

static ngx_uint_t
has_times(const api_body_short_t *form)
{
    ngx_uint_t          i;
    api_body_short_t  **member;

    if (!form->object) {
        return form->rule.type.kind == API_TYPE_TIMESTAMP
               || form->rule.type.kind == API_TYPE_TIME;
    }

    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {
        if (has_times(member[i])) {
            return 1;
        }
    }

    return 0;
}


/* one value, or one item of an array */

static ngx_int_t
move_value(ngx_pool_t *pool, const api_body_short_t *form, api_json_t *json,
    ngx_uint_t clocks)
{
    if (form->object && json->type == API_JSON_OBJECT) {
        return move_members(pool, form, json, clocks);
    }

    if (!form->object && json->type == API_JSON_STRING
        && (form->rule.type.kind == API_TYPE_TIMESTAMP
            || (clocks && form->rule.type.kind == API_TYPE_TIME)))
    {
        return move_time(pool, form->rule.type.kind, json);
    }

    return NGX_DECLINED;
}


static ngx_int_t
move_items(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *array, ngx_uint_t clocks)
{
    ngx_int_t   rc, moved;
    ngx_uint_t  i;

    moved = NGX_DECLINED;

    if (array->type != API_JSON_ARRAY) {
        return moved;
    }

    for (i = 0; i < array->count; i++) {

        rc = move_value(pool, form, &array->items[i], clocks);

        if (rc == NGX_ERROR) {
            return rc;
        }

        if (rc == NGX_OK) {
            moved = NGX_OK;
        }
    }

    return moved;
}


static ngx_int_t
move_members(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *object, ngx_uint_t clocks)
{
    ngx_int_t          rc, moved;
    ngx_uint_t         i;
    api_json_t        *json;
    api_body_short_t  *member;

    moved = NGX_DECLINED;

    for (i = 0; i < object->count; i++) {

        json = &object->items[i];
        member = api_body_short_member(form, &json->key);

        if (member == NULL) {
            continue;
        }

        rc = move_any(pool, member, json, clocks);

        if (rc == NGX_ERROR) {
            return rc;
        }

        if (rc == NGX_OK) {
            moved = NGX_OK;
        }
    }

    return moved;
}


/*
 * Whether the type that reads it has a zone is not known here.  A time of day
 * with "Z" is right for both: one without a zone drops it, and is in UTC.
 */

static ngx_int_t
move_time(ngx_pool_t *pool, api_type_kind_e kind, api_json_t *json)
{
    u_char     *p, room[API_VALUE_TIME_LEN];
    ngx_int_t   rc;
    ngx_str_t   utc;

    rc = (kind == API_TYPE_TIME)
         ? move_clock(&json->text, room, &utc)
         : api_value_time_utc(&json->text, room, &utc);

    if (rc != NGX_OK || utc.data != room) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(pool, utc.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, room, utc.len);
    p[utc.len] = '\0';

    json->text.data = p;
    json->text.len = utc.len;

    return NGX_OK;
}


static ngx_int_t
move_clock(const ngx_str_t *in, u_char *room, ngx_str_t *out)
{
    ngx_int_t  rc;
    ngx_str_t  utc;

    rc = api_value_time_clock_utc(in, room, &utc);

    if (rc != NGX_OK || !api_value_time_clock(&utc)) {
        *out = *in;
        return rc;
    }

    if (utc.len + 1 > API_VALUE_TIME_LEN) {
        *out = *in;
        return NGX_OK;
    }

    if (utc.data != room) {
        ngx_memcpy(room, utc.data, utc.len);
    }

    room[utc.len] = 'Z';

    out->data = room;
    out->len = utc.len + 1;

    return NGX_OK;
}
