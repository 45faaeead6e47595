
#include "schema/names.h"


static uint32_t hash_name(const u_char *data, size_t len);
static ngx_uint_t same(const ngx_str_t *a, const ngx_str_t *b);
static uint64_t head(const u_char *data, size_t len);
static ngx_int_t make_table(api_schema_names_t *names, ngx_pool_t *pool,
    uint32_t size);
static void insert(api_schema_names_t *names, ngx_uint_t place);


ngx_int_t
api_schema_names_init(api_schema_names_t *names, ngx_pool_t *pool)
{
    names->table = NULL;
    names->mask = 0;
    names->shift = 0;
    names->longest = 0;

    return ngx_array_init(&names->list, pool, 8, sizeof(api_schema_name_t));
}


ngx_int_t
api_schema_names_add(api_schema_names_t *names, const ngx_str_t *name)
{
    uint32_t            size;
    api_schema_name_t  *known;

    known = api_schema_names_find(names, name);

    if (known != NULL) {
        return known - (api_schema_name_t *) names->list.elts;
    }

    known = ngx_array_push(&names->list);
    if (known == NULL) {
        return -1;
    }

    ngx_memzero(known, sizeof(api_schema_name_t));
    known->name = *name;
    names->longest = ngx_max(names->longest, name->len);

    /*
     * at most half full; grows by a factor of four, as old tables are not
     * freed
     */

    size = names->table != NULL ? names->mask + 1 : 4;

    if (names->table == NULL || names->list.nelts * 2 > size) {
        if (make_table(names, names->list.pool, size * 4) != NGX_OK) {
            return -1;
        }

    } else {
        insert(names, names->list.nelts - 1);
    }

    return (ngx_int_t) names->list.nelts - 1;
}


/*
 * a larger table than while it grew: most names are found at the first probe
 */

ngx_int_t
api_schema_names_finish(api_schema_names_t *names, ngx_pool_t *pool)
{
    uint32_t  size;

    for (size = 4; size < names->list.nelts * 4; size *= 2) { /* void */ }

    return make_table(names, pool, size);
}


static ngx_int_t
make_table(api_schema_names_t *names, ngx_pool_t *pool, uint32_t size)
{
    ngx_uint_t  i;

    names->table = ngx_pcalloc(pool, size * sizeof(uint32_t));
    if (names->table == NULL) {
        return NGX_ERROR;
    }

    names->mask = size - 1;

    for (names->shift = 32; size > 1; size /= 2) {
        names->shift--;
    }

    for (i = 0; i < names->list.nelts; i++) {
        insert(names, i);
    }

    return NGX_OK;
}


static void
insert(api_schema_names_t *names, ngx_uint_t place)
{
    uint32_t            at;
    api_schema_name_t  *name;

    name = (api_schema_name_t *) names->list.elts + place;

    at = hash_name(name->name.data, name->name.len) >> names->shift;

    while (names->table[at] != 0) {
        at = (at + 1) & names->mask;
    }

    names->table[at] = (uint32_t) place + 1;
}


/*
 * The names in the table are the schema's: a client can neither add one nor
 * make two of them collide, so the hash need not be secret.
 */

api_schema_name_t *
api_schema_names_find(const api_schema_names_t *names, const ngx_str_t *name)
{
    uint32_t            at;
    api_schema_name_t  *known;

    if (names->table == NULL || name->len > names->longest) {
        return NULL;
    }

    at = hash_name(name->data, name->len) >> names->shift;

    while (names->table[at] != 0) {
        known = (api_schema_name_t *) names->list.elts + names->table[at] - 1;

        if (same(&known->name, name)) {
            return known;
        }

        at = (at + 1) & names->mask;
    }

    return NULL;
}


void
api_schema_names_match(const api_schema_names_t *names,
    const api_json_t *object, api_json_t **found)
{
    ngx_uint_t                i;
    const api_schema_name_t  *name;

    ngx_memzero(found, names->list.nelts * sizeof(api_json_t *));

    if (object->type != API_JSON_OBJECT) {
        return;
    }

    for (i = 0; i < object->count; i++) {
        name = api_schema_names_find(names, &object->items[i].key);

        if (name != NULL) {
            found[name - (const api_schema_name_t *) names->list.elts]
                = &object->items[i];
        }
    }
}


static ngx_uint_t
same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len
           && head(a->data, a->len) == head(b->data, b->len)
           && (a->len <= 8 || ngx_memcmp(a->data, b->data, a->len) == 0);
}


/*
 * the first eight bytes, or all if there are fewer: names are short, calls
 * cost more
 */

static uint64_t
head(const u_char *data, size_t len)
{
    uint32_t  low, high;
    uint64_t  word;

    if (len >= 8) {
        ngx_memcpy(&word, data, 8);
        return word;
    }

    if (len >= 4) {
        ngx_memcpy(&low, data, 4);
        ngx_memcpy(&high, data + len - 4, 4);
        return (uint64_t) high << 32 | low;
    }

    if (len == 0) {
        return 0;
    }

    return (uint64_t) data[0] << 16 | (uint64_t) data[len / 2] << 8
           | data[len - 1];
}


/* its highest bits are the best: only they depend on all bytes */

static uint32_t
hash_name(const u_char *data, size_t len)
{
    size_t    left;
    uint64_t  h;

    h = len * 0x9e3779b97f4a7c15ULL;

    for (left = len; left > 8; left -= 8) {
        h = (h ^ head(data + len - left, 8)) * 0xff51afd7ed558ccdULL;
        h ^= h >> 32;
    }

    h = (h ^ head(data + len - left, left)) * 0xc4ceb9fe1a85ec53ULL;

    return (uint32_t) (h >> 32);
}
