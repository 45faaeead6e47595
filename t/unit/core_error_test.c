
#include "core/error.h"
#include "test.h"


typedef struct {
    const char       *name;
    api_error_code_e  code;
    ngx_uint_t        status;
    ngx_uint_t        asked;
    const char       *refusal;
} error_case_t;


#define yes  1
#define no   0

static const error_case_t  errors[] = {
#define API_ERROR(id, status, name, header, asked, refusal)                   \
    { name, API_ERROR_##id, status, asked, refusal },
#include "core/error_list.h"
#undef API_ERROR
};

#undef yes
#undef no


static void
list_is_consistent(ngx_pool_t *pool)
{
    api_error_t  e;
    ngx_uint_t   i, j;

    (void) pool;

    check_int(sizeof(errors) / sizeof(errors[0]), API_ERROR_MAX);
    check_int(API_ERROR_NONE, 0);

    for (i = 0; i < API_ERROR_MAX; i++) {
        test_note("%s", errors[i].name);

        api_error_set(&e, errors[i].code, NULL);
        check_int(api_error_status(&e), errors[i].status);
        check_cstr(api_error_name(errors[i].code), errors[i].name);

        for (j = 0; j < i; j++) {
            check(strcmp(errors[i].name, errors[j].name) != 0);
        }
    }
}


/* one code at most of a status, for who asks and for what nginx refuses */

static void
status_is_one_code(ngx_pool_t *pool)
{
    api_error_t  e;
    ngx_uint_t   i;

    (void) pool;

    for (i = 0; i < API_ERROR_MAX; i++) {
        test_note("%s", errors[i].name);

        if (errors[i].asked) {
            api_error_set(&e, API_ERROR_NONE, "It stays.");
            api_error_ask(&e, errors[i].status);

            check_int(e.code, errors[i].code);
            check_str(&e.detail, "It stays.");
        }

        if (errors[i].refusal != NULL) {
            api_error_set(&e, API_ERROR_NONE, "It goes.");
            api_error_refuse(&e, errors[i].status);

            check_int(e.code, errors[i].code);
            check_int(api_error_refused(errors[i].status), errors[i].code);
            check_cstr((const char *) e.detail.data, errors[i].refusal);
        }
    }
}


static void
status_without_a_code(ngx_pool_t *pool)
{
    api_error_t  e;

    (void) pool;

    api_error_ask(&e, 402);
    check_int(e.code, API_ERROR_RAISED);
    check_int(e.status, 402);
    check_int(e.retry_after, 0);

    api_error_ask(&e, 503);
    check_int(e.code, API_ERROR_RETRY);
    check_int(e.retry_after, 1);

    api_error_ask(&e, 502);
    check_int(e.code, API_ERROR_STATEMENT);

    api_error_refuse(&e, 409);
    check_int(e.code, API_ERROR_BAD_REQUEST);
    check_int(api_error_status(&e), 409);
    check_int(e.detail.len, 0);

    api_error_refuse(&e, 502);
    check_int(e.code, API_ERROR_INTERNAL);
    check_int(api_error_status(&e), 502);

    api_error_refuse(&e, 429);
    check_int(e.retry_after, 1);
    api_error_refuse(&e, 404);
    check_int(e.retry_after, 0);
}


static void
sets_all(ngx_pool_t *pool)
{
    api_error_t  e;

    (void) pool;

    memset(&e, 0xa5, sizeof(e));
    api_error_set(&e, API_ERROR_CONFLICT, "It is taken.");

    check_int(e.code, API_ERROR_CONFLICT);
    check_int(e.status, 0);
    check_str(&e.detail, "It is taken.");
    check(e.failures == NULL);
    check_int(e.retry_after, 0);
    check_int(api_error_status(&e), 409);

    e.status = 422;
    check_int(api_error_status(&e), 422);

    api_error_set(&e, API_ERROR_CONFLICT, NULL);
    check_int(e.detail.len, 0);
}


static void
titles(ngx_pool_t *pool)
{
    (void) pool;

    check_cstr(api_error_title(201), "Created");
    check_cstr(api_error_title(418), "I'm a Teapot");
    check_cstr(api_error_title(499), "Client Error");
    check_cstr(api_error_title(599), "Server Error");
    check_cstr(api_error_title(511), "Network Authentication Required");
    check_cstr(api_error_title(299), "OK");
}


static void
collects_failures(ngx_pool_t *pool)
{
    ngx_uint_t      i;
    ngx_array_t    *list;
    api_failure_t   f, *kept;

    ngx_memzero(&f, sizeof(f));
    list = NULL;

    for (i = 0; i < 12; i++) {
        f.field.len = i;
        check_int(api_error_fail(pool, &list, 10, &f), NGX_OK);
    }

    check(list != NULL);
    check_int(list->nelts, 10);

    kept = list->elts;
    for (i = 0; i < 10; i++) {
        check_int(kept[i].field.len, i);
    }
}


/* a place is the input and the field in it: "id" of the path is not that of the
   query */

static void
keeps_a_place_once(ngx_pool_t *pool)
{
    ngx_array_t    *list;
    api_failure_t   f;

    ngx_memzero(&f, sizeof(f));
    list = NULL;

    ngx_str_set(&f.in, "path");
    ngx_str_set(&f.field, "id");
    ngx_str_set(&f.code, "type");
    check_int(api_error_fail_once(pool, &list, 10, &f), NGX_OK);

    ngx_str_set(&f.code, "min");
    check_int(api_error_fail_once(pool, &list, 10, &f), NGX_OK);
    check_int(list->nelts, 1);
    check_str(&((api_failure_t *) list->elts)->code, "type");

    ngx_str_set(&f.in, "query");
    check_int(api_error_fail_once(pool, &list, 10, &f), NGX_OK);
    check_int(list->nelts, 2);

    ngx_str_set(&f.field, "id2");
    check_int(api_error_fail_once(pool, &list, 2, &f), NGX_OK);
    check_int(list->nelts, 2);
}


static ngx_int_t
collect(ngx_pool_t *pool, void *data)
{
    ngx_uint_t     i;
    ngx_array_t   *list;
    api_failure_t  f;

    (void) data;

    ngx_memzero(&f, sizeof(f));
    list = NULL;

    for (i = 0; i < 20; i++) {
        if (api_error_fail(pool, &list, 100, &f) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return list->nelts == 20 ? NGX_OK : NGX_DECLINED;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(collect, NULL);
}


/* 126 bytes and the pair of "é" or the four of an emoji behind them */

static void
writes_keys(ngx_pool_t *pool)
{
    char        longer[200];
    ngx_str_t   key, out;
    api_buf_t   b;
    ngx_uint_t  i;

    static const struct {
        const char  *end;
        size_t       len;       /* of what stays of it */
        ngx_uint_t   cut;
    } t[] = {
        { "", 0, 0 }, { "ab", 2, 0 }, { "abc", 2, 1 },
        { "\xc3\xa9", 2, 0 }, { "a\xc3\xa9", 1, 1 }, { "\xc3\xa9" "b", 2, 1 },
        { "\xf0\x9f\x98\x80", 0, 1 }, { "\xe2\x82\xac", 0, 1 }
    };

    check(api_buf_init(&b, pool, 0, 1000) == NGX_OK);

    key = test_str("a~b/c~1");
    api_error_add_key(&b, &key);
    key = test_str("");
    api_error_add_key(&b, &key);

    check(api_buf_string(&b, &out) == NGX_OK);
    check_str(&out, "/a~0b~1c~01/");

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        memset(longer, 'k', 126);
        strcpy(longer + 126, t[i].end);
        key = test_str(longer);

        check(api_buf_init(&b, pool, 0, 1000) == NGX_OK);
        api_error_add_key(&b, &key);

        longer[126 + t[i].len] = '\0';
        check(api_buf_string(&b, &out) == NGX_OK);
        check_int(out.len, 127 + t[i].len + 3 * t[i].cut);
        check(memcmp(out.data + 1, longer, 126 + t[i].len) == 0);
    }
}


static void
knows_whom_they_concern(ngx_pool_t *pool)
{
    ngx_uint_t      i;
    ngx_str_t       pointer;
    ngx_array_t    *list, *more;
    api_failure_t   failure;

    static const struct {
        const char  *pointer;
        int          concerned;
    } places[] = {
        { "/a/b", 1 }, { "/a", 1 }, { "", 1 }, { "/a/b/c", 1 },
        { "/a/bc", 0 }, { "/a/", 0 }, { "/b", 0 }, { NULL, 0 }
    };

    list = NULL;
    more = NULL;
    memset(&failure, 0, sizeof(failure));
    failure.field = test_str("/a/b");

    check_int(api_error_fail(pool, &more, 2, &failure), NGX_OK);
    check_int(api_error_fail_all(pool, &list, 2, NULL), NGX_OK);
    check(list == NULL);
    check_int(api_error_fail_all(pool, &list, 2, more), NGX_OK);
    check_int(api_error_fail_all(pool, &list, 2, more), NGX_OK);
    check_int(api_error_fail_all(pool, &list, 2, more), NGX_OK);
    check_int(list->nelts, 2);

    for (i = 0; places[i].pointer != NULL; i++) {
        test_note("%s", places[i].pointer);
        pointer = test_copy(pool, places[i].pointer,
                            strlen(places[i].pointer));
        check_int(api_error_concerns(list, &pointer), places[i].concerned);
    }
}


static const test_case_t  cases[] = {
    { "list is consistent", list_is_consistent },
    { "status is one code", status_is_one_code },
    { "status without a code", status_without_a_code },
    { "sets all", sets_all },
    { "titles", titles },
    { "collects failures", collects_failures },
    { "keeps a place once", keeps_a_place_once },
    { "writes keys", writes_keys },
    { "survives want of memory", survives_want_of_memory },
    { "knows whom they concern", knows_whom_they_concern },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
