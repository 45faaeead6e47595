
#include "schema/equal.h"
#include "schema/number.h"
#include "core/value_number.h"


/* bytes hashed in a step */
#define EQUAL_STEP  16


typedef struct {
    uint64_t      v0;
    uint64_t      v1;
    uint64_t      v2;
    uint64_t      v3;
    uint64_t      word;      /* bytes that make no eight yet */
    size_t        len;
} equal_hash_t;


static ngx_uint_t same_members(const api_json_t *a, const api_json_t *b,
    ngx_uint_t *steps, ngx_uint_t limit);
static const api_json_t *find_member(const api_json_t *object, ngx_uint_t at,
    const ngx_str_t *key, ngx_uint_t *steps, ngx_uint_t limit);
static void start(equal_hash_t *h, uint64_t seed);
static void add(equal_hash_t *h, const u_char *data, size_t len);
static void add_byte(equal_hash_t *h, u_char ch);
static void add_word(equal_hash_t *h, uint64_t word);
static void add_number(equal_hash_t *h, const ngx_str_t *text);
static void take(equal_hash_t *h, uint64_t word);
static uint64_t finish(equal_hash_t *h);
static void mix(equal_hash_t *h);


#define equal_rotate(x, n)  (((x) << (n)) | ((x) >> (64 - (n))))


ngx_uint_t
api_schema_equal(const api_json_t *a, const api_json_t *b, ngx_uint_t *steps,
    ngx_uint_t limit)
{
    ngx_uint_t  i;

    (*steps)++;

    if (a->type != b->type || *steps > limit) {
        return 0;
    }

    switch (a->type) {

    case API_JSON_NUMBER:
        return api_schema_number_equal(&a->text, &b->text);

    case API_JSON_STRING:
        return api_str_equal(&a->text, &b->text);

    case API_JSON_ARRAY:
        if (a->count != b->count) {
            return 0;
        }

        for (i = 0; i < a->count; i++) {
            if (!api_schema_equal(&a->items[i], &b->items[i], steps, limit)) {
                return 0;
            }
        }

        return 1;

    case API_JSON_OBJECT:
        return same_members(a, b, steps, limit);

    default:
        return 1;
    }
}


static ngx_uint_t
same_members(const api_json_t *a, const api_json_t *b, ngx_uint_t *steps,
    ngx_uint_t limit)
{
    ngx_uint_t         i;
    const api_json_t  *other;

    if (a->count != b->count) {
        return 0;
    }

    for (i = 0; i < a->count; i++) {
        other = find_member(b, i, &a->items[i].key, steps, limit);

        if (other == NULL
            || !api_schema_equal(&a->items[i], other, steps, limit))
        {
            return 0;
        }
    }

    return 1;
}


/* most often both have it at the same place */

static const api_json_t *
find_member(const api_json_t *object, ngx_uint_t at, const ngx_str_t *key,
    ngx_uint_t *steps, ngx_uint_t limit)
{
    ngx_uint_t         i;
    const api_json_t  *member;

    for (i = 0; i < object->count && *steps <= limit; i++) {
        member = &object->items[(at + i) % object->count];

        if (api_str_equal(&member->key, key)) {
            return member;
        }

        /* looking at a key is a fraction of a step */
        *steps += (i % 4 == 3);
    }

    return NULL;
}


uint64_t
api_schema_equal_hash(const api_json_t *json, uint64_t seed,
    ngx_uint_t *steps)
{
    uint64_t      sum;
    ngx_uint_t    i;
    equal_hash_t  h, member;

    start(&h, seed + json->type);

    *steps += 1 + json->text.len / EQUAL_STEP;

    switch (json->type) {

    case API_JSON_STRING:
        add(&h, json->text.data, json->text.len);
        break;

    case API_JSON_NUMBER:
        add_number(&h, &json->text);
        break;

    case API_JSON_ARRAY:
        for (i = 0; i < json->count; i++) {
            add_word(&h, api_schema_equal_hash(&json->items[i], seed, steps));
        }
        break;

    case API_JSON_OBJECT:
        for (sum = 0, i = 0; i < json->count; i++) {
            start(&member, seed);
            add(&member, json->items[i].key.data, json->items[i].key.len);
            add_word(&member,
                     api_schema_equal_hash(&json->items[i], seed, steps));
            sum += finish(&member);
        }

        add_word(&h, sum);
        break;

    default:
        break;
    }

    return finish(&h);
}


static void
add_number(equal_hash_t *h, const ngx_str_t *text)
{
    size_t              digits;
    const u_char       *p;
    api_value_number_t  n;

    (void) api_value_number_parse(text, &n);

    digits = api_schema_number_digits(&n);

    if (digits == 0) {
        return;
    }

    if (n.huge) {
        add(h, text->data, text->len);
        return;
    }

    add_byte(h, n.negative ? '-' : '+');

    for (p = n.first; digits > 0; p++) {
        if (*p != '.') {
            add_byte(h, *p);
            digits--;
        }
    }

    add_word(h, (uint64_t) n.weight);
}


static void
start(equal_hash_t *h, uint64_t seed)
{
    uint64_t  other;

    /* the second half of the key: the seed's own image */
    other = (seed ^ (seed >> 29)) * 0xbf58476d1ce4e5b9ULL;

    h->v0 = seed ^ 0x736f6d6570736575ULL;
    h->v1 = other ^ 0x646f72616e646f6dULL;
    h->v2 = seed ^ 0x6c7967656e657261ULL;
    h->v3 = other ^ 0x7465646279746573ULL;
    h->word = 0;
    h->len = 0;
}


static void
add(equal_hash_t *h, const u_char *data, size_t len)
{
    uint64_t  word;

    for ( /* void */ ; len >= 8 && h->len % 8 == 0; len -= 8, data += 8) {
        ngx_memcpy(&word, data, 8);
        take(h, word);
        h->len += 8;
    }

    while (len-- > 0) {
        add_byte(h, *data++);
    }
}


static void
add_byte(equal_hash_t *h, u_char ch)
{
    h->word |= (uint64_t) ch << (8 * (h->len % 8));
    h->len++;

    if (h->len % 8 == 0) {
        take(h, h->word);
        h->word = 0;
    }
}


/* behind the bytes before, which are padded */

static void
add_word(equal_hash_t *h, uint64_t word)
{
    if (h->len % 8 != 0) {
        take(h, h->word | (uint64_t) (h->len % 8) << 56);
        h->word = 0;
        h->len += 8 - h->len % 8;
    }

    take(h, word);
    h->len += 8;
}


static void
take(equal_hash_t *h, uint64_t word)
{
    h->v3 ^= word;
    mix(h);
    h->v0 ^= word;
}


static uint64_t
finish(equal_hash_t *h)
{
    h->word |= (uint64_t) h->len << 56;

    take(h, h->word);

    h->v2 ^= 0xff;
    mix(h);
    mix(h);
    mix(h);

    return h->v0 ^ h->v1 ^ h->v2 ^ h->v3;
}


/* one round */

static void
mix(equal_hash_t *h)
{
    h->v0 += h->v1;
    h->v1 = equal_rotate(h->v1, 13) ^ h->v0;
    h->v0 = equal_rotate(h->v0, 32);
    h->v2 += h->v3;
    h->v3 = equal_rotate(h->v3, 16) ^ h->v2;
    h->v0 += h->v3;
    h->v3 = equal_rotate(h->v3, 21) ^ h->v0;
    h->v2 += h->v1;
    h->v1 = equal_rotate(h->v1, 17) ^ h->v2;
    h->v2 = equal_rotate(h->v2, 32);
}
