
#include "schema/names.h"


static uint32_t hash_name(const u_char *data, size_t len);
static ngx_uint_t same(const ngx_str_t *a, const ngx_str_t *b);
static ngx_int_t make_table(api_schema_names_t *names, ngx_pool_t *pool,
    uint32_t size);


ngx_int_t
api_schema_names_init(api_schema_names_t *names, ngx_pool_t *pool)
{
    names->table = NULL;
    names->mask = 0;

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

    /* at most half full; grown by four, for the tables are left behind */

    size = names->table != NULL ? names->mask + 1 : 4;

    if (names->table == NULL || names->list.nelts * 2 > size) {
        if (make_table(names, names->list.pool, size * 4) != NGX_OK) {
            return -1;
        }

    } else {
        size = hash_name(name->data, name->len) & names->mask;

        while (names->table[size] != 0) {
            size = (size + 1) & names->mask;
        }

        names->table[size] = (uint32_t) names->list.nelts;
    }

    return (ngx_int_t) names->list.nelts - 1;
}


/* a table roomy enough that most names are met at once */

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
    uint32_t            at;
    ngx_uint_t          i;
    api_schema_name_t  *name;

    names->table = ngx_pcalloc(pool, size * sizeof(uint32_t));
    if (names->table == NULL) {
        return NGX_ERROR;
    }

    names->mask = size - 1;
    name = names->list.elts;

    for (i = 0; i < names->list.nelts; i++) {
        at = hash_name(name[i].name.data, name[i].name.len) & names->mask;

        while (names->table[at] != 0) {
            at = (at + 1) & names->mask;
        }

        names->table[at] = (uint32_t) i + 1;
    }

    return NGX_OK;
}


/*
 * The names in the table are the schema's: a client can neither add one nor
 * make two of them meet, so the hash need not be a secret.
 */

api_schema_name_t *
api_schema_names_find(const api_schema_names_t *names, const ngx_str_t *name)
{
    uint32_t            at;
    api_schema_name_t  *known;

    if (names->table == NULL) {
        return NULL;
    }

    at = hash_name(name->data, name->len) & names->mask;

    while (names->table[at] != 0) {
        known = (api_schema_name_t *) names->list.elts + names->table[at] - 1;

        if (same(&known->name, name)) {
            return known;
        }

        at = (at + 1) & names->mask;
    }

    return NULL;
}


static ngx_uint_t
same(const ngx_str_t *a, const ngx_str_t *b)
{
    size_t  i;

    if (a->len != b->len) {
        return 0;
    }

    /* names are short: a call would cost more than they do */

    if (a->len > 16) {
        return ngx_memcmp(a->data, b->data, a->len) == 0;
    }

    for (i = 0; i < a->len; i++) {
        if (a->data[i] != b->data[i]) {
            return 0;
        }
    }

    return 1;
}


/* length, the first and the last eight bytes; the middle of a long one, too */

static uint32_t
hash_name(const u_char *data, size_t len)
{
    size_t    i;
    uint64_t  h, word;

    h = len * 0x9e3779b97f4a7c15ULL;

    for (i = 0; i + 8 <= len; i += 8) {
        ngx_memcpy(&word, data + i, 8);
        h = (h ^ word) * 0xff51afd7ed558ccdULL;
        h ^= h >> 32;
    }

    for (word = 0; i < len; i++) {
        word = (word << 8) | data[i];
    }

    h = (h ^ word) * 0xc4ceb9fe1a85ec53ULL;

    return (uint32_t) (h >> 32);
}
