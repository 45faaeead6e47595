
#include "sql/form.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *sent;
    const char  *text;       /* NULL: it is refused, */
    const char  *code;       /* so, */
    const char  *place;      /* and there */
} formed_t;


static void texts(ngx_pool_t *pool, const api_sql_type_t *type,
    ngx_uint_t list, const formed_t *formed);
static void documents(ngx_pool_t *pool, const api_sql_type_t *type,
    const formed_t *formed);
static void compare(const formed_t *formed, ngx_int_t rc,
    const ngx_str_t *text, const api_failure_t *failure);
static const api_sql_type_t *builtin(unsigned oid);


/* (n int, data bytea, at timestamp, "it's" text, inner kept[]) */

static api_sql_field_t       fields[5];
static const api_sql_type_t  kept = {
    50000, API_SQL_COMPOSITE, ',', NULL, 5, fields, NULL
};
static const api_sql_type_t  many = {
    50001, API_SQL_ARRAY, ',', &kept, 0, NULL, NULL
};
static const api_sql_type_t  halves = {
    50002, API_SQL_RANGE, ',', &kept, 0, NULL, NULL
};


static void
make_types(ngx_pool_t *pool)
{
    ngx_uint_t  i;

    static const char *const  names[] = { "n", "data", "at", "it's", "inner" };
    static const unsigned     oids[] = { 23, 17, 1114, 25, 0 };

    for (i = 0; i < 5; i++) {
        check_int(api_sql_types_key(pool, "", names[i], &fields[i].key),
                  NGX_OK);
        fields[i].oid = oids[i];
        fields[i].type = oids[i] ? builtin(oids[i]) : &many;
    }
}


static void
bytes(ngx_pool_t *pool)
{
    static const formed_t  formed[] = {
        { "", "\\x", NULL, NULL },
        { "AA==", "\\x00", NULL, NULL },
        { "AA", "\\x00", NULL, NULL },
        { "AP8=", "\\x00ff", NULL, NULL },
        { "AP8", "\\x00ff", NULL, NULL },
        { "AP8Q", "\\x00ff10", NULL, NULL },
        { "+/+/", "\\xfbffbf", NULL, NULL },
        { "AP8QAP8QAA==", "\\x00ff1000ff1000", NULL, NULL },
        { "A", NULL, "format", "" },
        { "A===", NULL, "format", "" },
        { "AA=", NULL, "format", "" },
        { "=", NULL, "format", "" },
        { "==", NULL, "format", "" },
        { "AP8==", NULL, "format", "" },
        { "AP8Q=", NULL, "format", "" },
        { "AP8Q====", NULL, "format", "" },
        { "AB==", NULL, "format", "" },
        { "AP9=", NULL, "format", "" },
        { "AP-_", NULL, "format", "" },
        { "AP 8", NULL, "format", "" },
        { "AP8Q\n", NULL, "format", "" },
        { "\\x00", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  lists[] = {
        { "{}", "{}", NULL, NULL },
        { "{\"AA==\",NULL,\"\"}", "{\"\\\\x00\",NULL,\"\\\\x\"}", NULL, NULL },
        { "{ AA== , null, \\A\\!}", NULL, "format", "/2" },
        { "[0:1]={AA==,AP8Q}", "[0:1]={\"\\\\x00\",\"\\\\x00ff10\"}", NULL,
          NULL },
        { "{{AA},{\"AP8\"}}", "{{\"\\\\x00\"},{\"\\\\x00ff\"}}", NULL, NULL },
        { "[\"AA==\",null,[\"AP8\"]]",
          "{\"\\\\x00\",NULL,{\"\\\\x00ff\"}}", NULL, NULL },
        { "[\"AA==\",\"!\"]", NULL, "format", "/1" },
        { "[\"AA==\",1]", NULL, "type", "/1" },
        { "[\"AA==\",", NULL, "format", "" },
        { "{AA==", NULL, "format", "" },
        { "{\"AA==", NULL, "format", "" },
        { "{AA==}}", NULL, "format", "" },
        { "AA==", NULL, "format", "" },
        { "", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };

    texts(pool, builtin(17), 0, formed);
    texts(pool, builtin(1001), 0, lists);
}


static void
times(ngx_pool_t *pool)
{
    static const formed_t  stamps[] = {
        { "2026-01-31T02:00:00+02:00", "2026-01-31T00:00:00Z", NULL, NULL },
        { "2026-01-31T02:00:00", "2026-01-31T02:00:00Z", NULL, NULL },
        { " 2026-01-31 02:00:00 ", "2026-01-31T02:00:00Z", NULL, NULL },
        { "infinity", "infinity", NULL, NULL },
        { "2026-01-31 02:00 CET", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  zoned[] = {
        { "2026-01-31T02:00:00+02:00", "2026-01-31T00:00:00Z", NULL, NULL },
        { "2026-01-31 02:00:00", "2026-01-31T02:00:00Z", NULL, NULL },
        { "2026-01-31 02:00 CET", "2026-01-31 02:00 CET", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  dates[] = {
        { "2026-01-31", "2026-01-31", NULL, NULL },
        { "2026-01-31T02:00:00+05:00", "2026-01-30T21:00:00Z", NULL, NULL },
        { "2026-01-31 02:00 CET", "2026-01-31 02:00 CET", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  clocks[] = {
        { "01:00+02", "23:00:00", NULL, NULL },
        { "24:00:00", "24:00:00", NULL, NULL },
        { "10:00 CET", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  zoned_clocks[] = {
        { "01:00+02", "01:00+02", NULL, NULL },
        { "01:00", "01:00Z", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  ranges[] = {
        { "[2026-01-31T02:00:00+02:00,)", "[\"2026-01-31T00:00:00Z\",)", NULL,
          NULL },
        { " ( ,\"2026-01-31 02:00:00\"] ", "(\" \",\"2026-01-31T02:00:00Z\"]",
          NULL, NULL },
        { "[\"2026-01-31 \"\"02:00:00\",)", NULL, "format", "" },
        { "EMPTY", "empty", NULL, NULL },
        { "[2026-01-31,2026-02-01", NULL, "format", "" },
        { "[2026-01-31)", NULL, "format", "" },
        { "[1a,)", NULL, "format", "" },
        { "[,)x", NULL, "format", "" },
        { "", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  multiranges[] = {
        { "{}", "{}", NULL, NULL },
        { "{[2026-01-31,2026-02-01),[2026-02-02,)}",
          "{[\"2026-01-31T00:00:00Z\",\"2026-02-01T00:00:00Z\"),"
          "[\"2026-02-02T00:00:00Z\",)}", NULL, NULL },
        { "{ empty , (,) }", "{empty,(,)}", NULL, NULL },
        { "{[2026-01-31,)", NULL, "format", "" },
        { "{(,)(,)}", NULL, "format", "" },
        { "{(,),}", NULL, "format", "" },
        { "(,)", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };

    texts(pool, builtin(1114), 0, stamps);
    texts(pool, builtin(1184), 0, zoned);
    texts(pool, builtin(1082), 0, dates);
    texts(pool, builtin(1083), 0, clocks);
    texts(pool, builtin(1266), 0, zoned_clocks);
    texts(pool, builtin(3908), 0, ranges);
    texts(pool, builtin(4533), 0, multiranges);
}


static void
composites(ngx_pool_t *pool)
{
    static const formed_t  rows[] = {
        { "(1,AA==,2026-01-31T02:00:00+02:00,\"a \"\"b\"\" \\\\\",)",
          "(\"1\",\"\\\\x00\",\"2026-01-31T00:00:00Z\",\"a \\\"b\\\" \\\\\",)",
          NULL, NULL },
        { " (,,,,) ", "(,,,,)", NULL, NULL },
        { "(,!,,,)", NULL, "format", "" },
        { "(,,,)", NULL, "format", "" },
        { "(,,,,,)", NULL, "format", "" },
        { "(,,,,", NULL, "format", "" },
        { "(,,,,)x", NULL, "format", "" },
        { "1", NULL, "format", "" },
        { "", NULL, "format", "" },
        { "{\"n\":1}", "(\"1\",,,,)", NULL, NULL },
        { "{\"n\":1", NULL, "format", "" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  objects[] = {
        { "{}", "(,,,,)", NULL, NULL },
        { "{\"it's\":\"\",\"n\":1e2,\"data\":\"AA\",\"at\":null}",
          "(\"100\",\"\\\\x00\",,\"\",)", NULL, NULL },
        { "{\"inner\":[{\"n\":2},null,{\"it's\":\"\\\"\"}]}",
          "(,,,,\"{\\\"(\\\\\\\"2\\\\\\\",,,,)\\\","
          "NULL,\\\"(,,,\\\\\\\"\\\\\\\\"
          "\\\\\\\"\\\\\\\",)\\\"}\")", NULL, NULL },
        { "{\"inner\":[{\"data\":\"AA\"},{\"inner\":[{\"data\":\"!\"}]}]}",
          NULL, "format", "/inner/1/inner/0/data" },
        { "{\"n\":1,\"other\":1}", NULL, "unknown", "/other" },
        { "{\"n\":1.5}", NULL, "type", "/n" },
        { "{\"data\":true}", NULL, "type", "/data" },
        { "{\"it's\":\"a\\u0000b\"}", NULL, "nul", "/it's" },
        { "\"(,AA,,,)\"", "(,\"\\\\x00\",,,)", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  arrays[] = {
        { "[]", "{}", NULL, NULL },
        { "[[{}],[{}]]", "{{\"(,,,,)\"},{\"(,,,,)\"}}", NULL, NULL },
        { "[[[[[[[{}]]]]]]]", NULL, "type", "/0/0/0/0/0/0" },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  vectors[] = {
        { "[1,2,-3]", "1 2 -3", NULL, NULL },
        { "[]", "", NULL, NULL },
        { "\"1 2\"", "1 2", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  boxes[] = {
        { "[\"(2,2),(1,1)\",null]", "{\"(2,2),(1,1)\";NULL}", NULL, NULL },
        { "\"{(2,2),(1,1);(4,4),(3,3)}\"", "{(2,2),(1,1);(4,4),(3,3)}", NULL,
          NULL },
        { NULL, NULL, NULL, NULL }
    };
    static const formed_t  list[] = {
        { "{\"(2,2),(1,1)\",NULL}", "{\"(2,2),(1,1)\";NULL}", NULL, NULL },
        { NULL, NULL, NULL, NULL }
    };

    make_types(pool);

    texts(pool, &kept, 0, rows);
    documents(pool, &kept, objects);
    documents(pool, &many, arrays);
    documents(pool, builtin(22), vectors);
    documents(pool, builtin(1020), boxes);
    texts(pool, builtin(1020), 1, list);

    check(api_sql_form_differs(&halves));
    check(api_sql_form_takes_objects(&many));
    check(!api_sql_form_differs(builtin(25)));
    check(!api_sql_form_differs(builtin(1009)));
    check(!api_sql_form_differs(builtin(3904)));
    check(!api_sql_form_differs(NULL));
    check(!api_sql_form_takes_objects(builtin(3802)));
}


static void
texts(ngx_pool_t *pool, const api_sql_type_t *type, ngx_uint_t list,
    const formed_t *formed)
{
    size_t         len;
    ngx_int_t      rc;
    ngx_str_t      text;
    api_failure_t  failure;

    for ( /* void */ ; formed->sent != NULL; formed++) {
        test_note("\"%s\" for type %u", formed->sent, type->oid);

        text = test_copy(pool, formed->sent, strlen(formed->sent));
        rc = api_sql_form_text(pool, type, list, &text, &failure);
        compare(formed, rc, &text, &failure);

        /* each beginning is read no further than its end (ASan) */

        for (len = 0; len < strlen(formed->sent); len++) {
            text = test_copy(pool, formed->sent, len);
            rc = api_sql_form_text(pool, type, list, &text, &failure);
            check(rc != NGX_ERROR);
        }
    }
}


static void
documents(ngx_pool_t *pool, const api_sql_type_t *type,
    const formed_t *formed)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        error;
    api_value_t        value;
    api_failure_t      failure;
    api_json_limits_t  limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    for ( /* void */ ; formed->sent != NULL; formed++) {
        test_note("%s for type %u", formed->sent, type->oid);

        ngx_memzero(&error, sizeof(api_error_t));
        text = test_str(formed->sent);
        check_int(api_json_read(pool, &text, &limits, &json, &error), NGX_OK);

        rc = api_sql_form_json(pool, type, json, &value, &failure);
        compare(formed, rc, &value.text, &failure);
    }
}


static void
compare(const formed_t *formed, ngx_int_t rc, const ngx_str_t *text,
    const api_failure_t *failure)
{
    if (formed->text != NULL) {
        check_int(rc, NGX_OK);
        check_bytes(text->data, text->len, formed->text,
                    strlen(formed->text));
        return;
    }

    check_int(rc, NGX_DECLINED);
    check_bytes(failure->code.data, failure->code.len, formed->code,
                strlen(formed->code));
    check_bytes(failure->field.data, failure->field.len, formed->place,
                strlen(formed->place));
    check(failure->message.len > 10);
}


static const api_sql_type_t *
builtin(unsigned oid)
{
    return api_sql_types_find(NULL, oid);
}


static const test_case_t  cases[] = {
    { "bytes", bytes },
    { "times", times },
    { "composites", composites },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
