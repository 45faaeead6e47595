
#include <sodium.h>

#include "auth/revoked.h"


/* half of the slots stay free: a look-up ends soon */
#define SPREAD  2


typedef struct {
    uint64_t  hash[2];                   /* 0, 0: free */
    int64_t   before;
} slot_t;


typedef enum {
    OF_JTI = 'j',
    OF_SUB = 's'
} kind_e;


static slot_t *slots_of(const api_auth_revoked_t *revoked);
static void hash_name(const api_auth_revoked_t *revoked, kind_e kind,
    const ngx_str_t *name, uint64_t *hash);
static slot_t *find(const api_auth_revoked_t *revoked, const uint64_t *hash);


size_t
api_auth_revoked_size(ngx_uint_t most)
{
    return sizeof(api_auth_revoked_t) + SPREAD * most * sizeof(slot_t);
}


void
api_auth_revoked_begin(api_auth_revoked_t *revoked, ngx_uint_t most,
    const u_char *key)
{
    revoked->slots = SPREAD * most;
    revoked->most = most;
    revoked->count = 0;
    ngx_memcpy(revoked->key, key, API_AUTH_REVOKED_KEY);
}


ngx_uint_t
api_auth_revoked_empty(api_auth_revoked_t *revoked, ngx_uint_t from,
    ngx_uint_t n)
{
    n = ngx_min(n, revoked->slots - from);

    ngx_memzero(slots_of(revoked) + from, n * sizeof(slot_t));

    return from + n < revoked->slots ? from + n : 0;
}


static slot_t *
slots_of(const api_auth_revoked_t *revoked)
{
    return (slot_t *) api_unconst(revoked + 1);
}


static void
hash_name(const api_auth_revoked_t *revoked, kind_e kind,
    const ngx_str_t *name, uint64_t *hash)
{
    u_char  out[crypto_shorthash_siphashx24_BYTES];
    u_char  key[API_AUTH_REVOKED_KEY];

    /* a name of the one kind is none of the other */

    ngx_memcpy(key, revoked->key, API_AUTH_REVOKED_KEY);
    key[0] ^= (u_char) kind;

    (void) crypto_shorthash_siphashx24(out, name->data, name->len, key);

    ngx_memcpy(hash, out, 2 * sizeof(uint64_t));

    if (hash[0] == 0 && hash[1] == 0) {
        hash[0] = 1;
    }
}


/* its slot, or the free one where it would be; NULL: neither */

static slot_t *
find(const api_auth_revoked_t *revoked, const uint64_t *hash)
{
    slot_t      *slot;
    ngx_uint_t   i, n, slots;

    slots = revoked->slots;
    slot = slots_of(revoked);

    if (slots == 0) {
        return NULL;
    }

    i = (ngx_uint_t) ((hash[0] >> 32) * slots >> 32);

    for (n = 0; n < slots; n++) {

        if ((slot[i].hash[0] == 0 && slot[i].hash[1] == 0)
            || (slot[i].hash[0] == hash[0] && slot[i].hash[1] == hash[1]))
        {
            return &slot[i];
        }

        i = (i + 1 == slots) ? 0 : i + 1;
    }

    return NULL;
}


ngx_int_t
api_auth_revoked_add(api_auth_revoked_t *revoked,
    const api_auth_revoked_row_t *row)
{
    int64_t   before;
    slot_t   *slot;
    uint64_t  hash[2];

    if (row->jti.data != NULL) {
        hash_name(revoked, OF_JTI, &row->jti, hash);
        before = INT64_MAX;

    } else if (row->sub.data != NULL) {
        hash_name(revoked, OF_SUB, &row->sub, hash);
        before = row->before;

    } else {
        return NGX_ABORT;
    }

    slot = find(revoked, hash);

    if (slot == NULL) {
        return NGX_DECLINED;
    }

    if (slot->hash[0] == 0 && slot->hash[1] == 0) {

        if (revoked->count == revoked->most) {
            return NGX_DECLINED;
        }

        revoked->count++;

        slot->hash[0] = hash[0];
        slot->hash[1] = hash[1];
        slot->before = before;

    } else {
        slot->before = ngx_max(slot->before, before);
    }

    return NGX_OK;
}


ngx_uint_t
api_auth_revoked_has(const api_auth_revoked_t *revoked,
    const api_auth_claims_t *claims)
{
    uint64_t       hash[2];
    const slot_t  *slot;

    if (claims->jti.data != NULL) {
        hash_name(revoked, OF_JTI, &claims->jti, hash);
        slot = find(revoked, hash);

        if (slot != NULL && slot->hash[0] == hash[0]
            && slot->hash[1] == hash[1])
        {
            return 1;
        }
    }

    if (claims->sub.data == NULL) {
        return 0;
    }

    hash_name(revoked, OF_SUB, &claims->sub, hash);
    slot = find(revoked, hash);

    return slot != NULL && slot->hash[0] == hash[0]
           && slot->hash[1] == hash[1] && claims->iat < slot->before;
}
