
/*
 * A text that json/scan has nothing against: jansson takes what is left of it
 * when it takes the text itself, and sees as many values of the same kinds in
 * the same order.
 */


#include <jansson.h>

#include "fuzz.h"
#include "json/read.h"
#include "json/scan.h"


#define FLAGS  (JSON_DECODE_ANY|JSON_ALLOW_NUL|JSON_REJECT_DUPLICATES)


static void check_skeleton(ngx_pool_t *pool, const ngx_str_t *text);
static void check_shape(const json_t *a, const json_t *b);
static void check_tokens(const ngx_str_t *text);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t          text;
    ngx_pool_t        *pool;
    const u_char      *place;
    api_json_fault_e   fault;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    check_tokens(&text);

    fault = api_json_scan_prepare(text.data, text.len, API_JSON_DEPTH,
                                  API_JSON_VALUES, &place);

    if (fault == API_JSON_FAULT_NONE) {
        check_tokens(&text);
        check_skeleton(pool, &text);

        /* once more there is nothing left to do */

        fault = api_json_scan_prepare(text.data, text.len, API_JSON_DEPTH,
                                      API_JSON_VALUES, &place);
        fuzz_check(fault == API_JSON_FAULT_NONE);

    } else {
        fuzz_check(place >= text.data && place <= text.data + text.len);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_skeleton(ngx_pool_t *pool, const ngx_str_t *text)
{
    json_t     *whole, *part;
    ngx_str_t   skeleton, again;

    skeleton = fuzz_copy(pool, text->data, text->len);
    skeleton.len = api_json_scan_skeleton(text->data, text->len,
                                          skeleton.data);
    fuzz_check(skeleton.len <= text->len);

    again = fuzz_copy(pool, skeleton.data, skeleton.len);
    again.len = api_json_scan_skeleton(skeleton.data, skeleton.len,
                                       again.data);
    fuzz_check(again.len == skeleton.len
               && memcmp(again.data, skeleton.data, again.len) == 0);

    whole = json_loadb((char *) text->data, text->len, FLAGS, NULL);
    part = json_loadb((char *) skeleton.data, skeleton.len, FLAGS, NULL);

    fuzz_check((whole == NULL) == (part == NULL));

    if (whole != NULL) {
        check_shape(whole, part);
        json_decref(whole);
        json_decref(part);
    }
}


static void
check_shape(const json_t *a, const json_t *b)
{
    void        *x, *y;
    size_t       i;
    json_t      *object, *other;

    fuzz_check(json_typeof(a) == json_typeof(b));

    if (json_is_array(a)) {
        fuzz_check(json_array_size(a) == json_array_size(b));

        for (i = 0; i < json_array_size(a); i++) {
            check_shape(json_array_get(a, i), json_array_get(b, i));
        }
    }

    if (json_is_object(a)) {
        object = api_unconst(a);
        other = api_unconst(b);

        fuzz_check(json_object_size(a) == json_object_size(b));

        y = json_object_iter(other);

        for (x = json_object_iter(object); x != NULL;
             x = json_object_iter_next(object, x))
        {
            fuzz_check(strcmp(json_object_iter_key(x),
                              json_object_iter_key(y)) == 0);

            check_shape(json_object_iter_value(x), json_object_iter_value(y));

            y = json_object_iter_next(other, y);
        }
    }
}


/* they come one behind the other, up to the end */

static void
check_tokens(const ngx_str_t *text)
{
    size_t                  n;
    const u_char           *p, *end;
    api_json_scan_token_t   token;

    p = text->data;
    end = text->data + text->len;

    for (n = 0; api_json_scan_token(p, end, &token) != API_JSON_SCAN_END; n++)
    {
        fuzz_check(n < text->len);
        fuzz_check(token.start >= p && token.end > token.start
                   && token.end <= end);

        for ( /* void */ ; p < token.start; p++) {
            fuzz_check(*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n');
        }

        p = token.end;
    }
}
