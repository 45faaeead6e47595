
#include <jansson.h>

#include "json/quick.h"
#include "json/read.h"
#include "test.h"


static ngx_int_t
read_some(ngx_pool_t *pool, void *data)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        err;
    api_json_limits_t  limits;

    limits.depth = 10;
    limits.values = 100;

    text = test_str(data);
    rc = api_json_read(pool, &text, &limits, &json, &err);

    if (rc == NGX_OK) {
        check_int(json->count, 3);
        check_str(&json->items[0].key, "abc");
        check_str(&json->items[0].items[1].text, "2.50");
        check_str(&json->items[1].text, "a somewhat longer string, so that "
                                        "jansson's buffer must grow");
        check_int(json->items[2].type, API_JSON_NULL);
    }

    return rc;
}


static ngx_int_t
refuse_some(ngx_pool_t *pool, void *data)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        err;
    api_json_limits_t  limits;

    limits.depth = 10;
    limits.values = 100;

    text = test_str(data);
    rc = api_json_read(pool, &text, &limits, &json, &err);

    return rc == NGX_DECLINED ? NGX_OK : rc;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    static char  text[] = "{\"abc\":[1,2.50],\"b\":\"a somewhat longer string, "
                          "so that jansson's buffer must grow\",\"c\":null}";
    static char  wrong[] = "{\"abc\":[1,2.50,}";
    static char  longer[API_JSON_QUICK_TEXT + 256];

    (void) pool;

    check_oom(read_some, text);
    check_oom(refuse_some, wrong);

    /* so long that json/quick leaves it to jansson */

    memset(longer, ' ', sizeof(longer));
    memcpy(longer, text, sizeof(text) - 1);
    longer[sizeof(longer) - 1] = '\0';
    check_oom(read_some, longer);
}


/* jansson's own allocations are the pool's then, and fail, too */

static void
survives_it_when_pooled(ngx_pool_t *pool)
{
    check_int(api_json_pooled(), NGX_OK);

    survives_want_of_memory(pool);
}


/* others in the process may have memory of jansson's, before us and after */

static void
leaves_jansson_to_others(ngx_pool_t *pool)
{
    json_t             *before, *after;
    ngx_str_t           s;
    ngx_pool_t         *own;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;
    static char         text[] = "{\"a\":[1,2.50]}";

    (void) pool;

    before = json_loads(text, 0, NULL);
    check(before != NULL);

    check_int(api_json_pooled(), NGX_OK);

    own = ngx_create_pool(0, NULL);
    check(own != NULL);

    s = test_str(text);
    limits.depth = 3;
    limits.values = 9;
    check_int(api_json_read(own, &s, &limits, &json, &err), NGX_OK);

    after = json_loads(text, 0, NULL);
    check(after != NULL);

    ngx_destroy_pool(own);

    check_int(json_equal(before, after), 1);

    json_decref(before);
    json_decref(after);
}


/* in this order: there is no way back */

static const test_case_t  cases[] = {
    { "survives want of memory", survives_want_of_memory },
    { "leaves jansson to others", leaves_jansson_to_others },
    { "survives it when pooled", survives_it_when_pooled },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
