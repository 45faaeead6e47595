
#include "sql_render.h"

#include <string.h>


typedef struct {
    unsigned     oid;
    const char  *text;
    const char  *json;
} rendered_t;


static const rendered_t  rendered[] = {
    { 16, "t", "true" },
    { 16, "f", "false" },
    { 16, "", "\"\"" },
    { 16, "true", "\"true\"" },

    { 23, "0", "0" },
    { 23, "-2147483648", "-2147483648" },
    { 20, "9223372036854775807", "9223372036854775807" },
    { 26, "4294967295", "4294967295" },
    { 23, "", "\"\"" },
    { 23, "007", "\"007\"" },
    { 23, "1,\"a\":2", "\"1,\\\"a\\\":2\"" },
    { 23, "-", "\"-\"" },

    { 1700, "0.00", "0.00" },
    { 1700, "-123456789012345678901234567890.123456789012345678901234567890",
      "-123456789012345678901234567890.123456789012345678901234567890" },
    { 1700, "NaN", "\"NaN\"" },
    { 1700, "Infinity", "\"Infinity\"" },
    { 1700, "-Infinity", "\"-Infinity\"" },
    { 701, "1e+308", "1e+308" },
    { 701, "1.5e-07", "1.5e-07" },
    { 701, "-0", "-0" },
    { 700, "NaN", "\"NaN\"" },
    { 701, "1.", "\"1.\"" },
    { 701, ".5", "\".5\"" },
    { 701, "1e", "\"1e\"" },
    { 701, "1e+", "\"1e+\"" },
    { 701, "+1", "\"+1\"" },
    { 701, "0x1", "\"0x1\"" },

    { 25, "", "\"\"" },
    { 25, "a\"\\\n\t\x01\x7f\xc3\xa9",
      "\"a\\\"\\\\\\n\\t\\u0001\x7f\xc3\xa9\"" },
    { 790, "$1.50", "\"$1.50\"" },
    { 2950, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"" },
    { 1082, "2026-01-31", "\"2026-01-31\"" },
    { 1082, "0044-03-15 BC", "\"0044-03-15 BC\"" },
    { 1186, "1 day 02:00:00", "\"1 day 02:00:00\"" },
    { 2249, "(1,\"a\")", "\"(1,\\\"a\\\")\"" },

    /* a column's JSON is as it is */
    { 114, " { \"a\" : 1 }\n", " { \"a\" : 1 }\n" },
    { 3802, "{\"a\": [1, 2]}", "{\"a\": [1, 2]}" },
    { 114, "null", "null" },

    { 1114, "2026-01-31 10:00:00", "\"2026-01-31T10:00:00\"" },
    { 1114, "2026-01-31 10:00:00.5", "\"2026-01-31T10:00:00.5\"" },
    { 1114, "2026-01-31 10:00:00.123456", "\"2026-01-31T10:00:00.123456\"" },
    { 1114, "infinity", "\"infinity\"" },
    { 1114, "-infinity", "\"-infinity\"" },
    { 1114, "10000-01-01 00:00:00", "\"10000-01-01 00:00:00\"" },
    { 1114, "0044-03-15 00:00:00 BC", "\"0044-03-15 00:00:00 BC\"" },
    { 1114, "2026-01-31 10:00:00+00", "\"2026-01-31 10:00:00+00\"" },
    { 1114, "2026-01-31", "\"2026-01-31\"" },
    { 1114, "", "\"\"" },

    { 1184, "2026-01-31 10:00:00+00", "\"2026-01-31T10:00:00+00:00\"" },
    { 1184, "2026-01-31 10:00:00.5+00", "\"2026-01-31T10:00:00.5+00:00\"" },
    { 1184, "2026-01-31 10:00:00+05:30", "\"2026-01-31T10:00:00+05:30\"" },
    { 1184, "2026-01-31 10:00:00-08", "\"2026-01-31T10:00:00-08:00\"" },
    { 1184, "2026-01-31 10:00:00-03:30", "\"2026-01-31T10:00:00-03:30\"" },

    /* seconds in an offset: the same instant by whole minutes */
    { 1184, "1900-01-01 10:00:00-03:30:15", "\"1900-01-01T10:00:15-03:30\"" },
    { 1184, "1900-01-01 10:00:00.25-03:30:15",
      "\"1900-01-01T10:00:15.25-03:30\"" },
    { 1184, "1900-01-01 23:59:50-03:30:15", "\"1900-01-01T23:59:05-03:31\"" },
    { 1184, "1937-01-01 12:00:27+00:19:32", "\"1937-01-01T11:59:55+00:19\"" },
    { 1184, "1937-01-01 00:00:27+00:19:32", "\"1937-01-01T00:00:55+00:20\"" },
    { 1184, "1937-01-01 00:00:32+00:19:32", "\"1937-01-01T00:00:00+00:19\"" },
    { 1184, "1900-01-01 00:00:00-00:59:59", "\"1900-01-01T00:00:59-00:59\"" },
    { 1184, "1900-01-01 23:59:01-00:59:59", "\"1900-01-01T23:59:00-01:00\"" },
    { 1184, "1900-01-01 10:00:00+00:59:59", "\"1900-01-01T09:59:01+00:59\"" },
    { 1184, "infinity", "\"infinity\"" },
    { 1184, "0001-01-01 00:00:00+00 BC", "\"0001-01-01 00:00:00+00 BC\"" },
    { 1184, "294276-12-31 23:59:59.999999+00",
      "\"294276-12-31 23:59:59.999999+00\"" },
    { 1184, "2026-01-31 10:00:00", "\"2026-01-31 10:00:00\"" },
    { 1184, "2026-01-31 10:00:00+0", "\"2026-01-31 10:00:00+0\"" },
    { 1184, "2026-01-31 10:00:00+00:", "\"2026-01-31 10:00:00+00:\"" },
    { 1184, "2026-01-31 10:00:00 UTC", "\"2026-01-31 10:00:00 UTC\"" },

    { 17, "\\x", "\"\"" },
    { 17, "\\x00", "\"AA==\"" },
    { 17, "\\xff00", "\"/wA=\"" },
    { 17, "\\x666f6f", "\"Zm9v\"" },
    { 17, "\\x666f6f62", "\"Zm9vYg==\"" },
    { 17, "\\x666f6f6261", "\"Zm9vYmE=\"" },
    { 17, "\\x666f6f626172", "\"Zm9vYmFy\"" },
    { 17, "\\xfbefbe", "\"++++\"" },
    { 17, "\\x0", "\"\\\\x0\"" },
    { 17, "\\x0g", "\"\\\\x0g\"" },
    { 17, "\\x00000000g0", "\"\\\\x00000000g0\"" },
    { 17, "abc", "\"abc\"" },
    { 17, "", "\"\"" },

    /* arrays */
    { 1007, "{}", "[]" },
    { 1007, "{1,-2,NULL,30}", "[1,-2,null,30]" },
    { 1007, "{{1,2},{3,4}}", "[[1,2],[3,4]]" },
    { 1007, "{{{1},{2}},{{3},{NULL}}}", "[[[1],[2]],[[3],[null]]]" },
    { 1007, "[0:2]={1,2,3}", "[1,2,3]" },
    { 1007, "[-2:-1][1:1]={{1},{2}}", "[[1],[2]]" },
    { 1007, "{{{{{{1}}}}}}", "[[[[[[1]]]]]]" },
    { 1009, "{a,\"NULL\",NULL,\"\",\"a,b\",\"{}\",null}",
      "[\"a\",\"NULL\",null,\"\",\"a,b\",\"{}\",\"null\"]" },
    { 1009, "{\"a\\\"b\",\"\\\\\",\"\\\\\\\"\",\"\\\xc3\xa9\"}",
      "[\"a\\\"b\",\"\\\\\",\"\\\\\\\"\",\"\xc3\xa9\"]" },
    { 1000, "{t,f,NULL}", "[true,false,null]" },
    { 1231, "{1.50,NaN,-Infinity}", "[1.50,\"NaN\",\"-Infinity\"]" },
    { 1001, "{\"\\\\x666f6f\",\"\\\\x\"}", "[\"Zm9v\",\"\"]" },
    { 1115, "{\"2026-01-31 10:00:00\",infinity}",
      "[\"2026-01-31T10:00:00\",\"infinity\"]" },
    { 1185, "{\"2026-01-31 10:00:00-08\"}",
      "[\"2026-01-31T10:00:00-08:00\"]" },
    { 199, "{\"{\\\"a\\\":[1,\\\"b\\\"]}\",1,NULL,\"null\",\"\\\"x\\\"\"}",
      "[{\"a\":[1,\"b\"]},1,null,null,\"x\"]" },
    { 3807, "{\"[]\",\"{}\",true}", "[[],{},true]" },
    { 1020, "{(1,1),(0,0);(2,2),(1,1)}",
      "[\"(1,1),(0,0)\",\"(2,2),(1,1)\"]" },
    { 1017, "{\"(1,2)\"}", "[\"(1,2)\"]" },
    { 2287, "{\"(1,\\\"a b\\\")\"}", "[\"(1,\\\"a b\\\")\"]" },
    { 22, "1 2 3", "[1,2,3]" },
    { 22, "", "[]" },
    { 22, " 1 ", "[\"\",1,\"\"]" },
    { 1006, "{\"1 2\",\"\"}", "[[1,2],[]]" },
    { TREE_OID + 3, "{a,NULL,1}", "[\"a\",null,\"1\"]" },

    /* what is no array is its text */
    { 1007, "", "\"\"" },
    { 1007, "1", "\"1\"" },
    { 1007, "{", "\"{\"" },
    { 1007, "}", "\"}\"" },
    { 1007, "{1", "\"{1\"" },
    { 1007, "{1,", "\"{1,\"" },
    { 1007, "{1,}", "\"{1,}\"" },
    { 1007, "{,1}", "\"{,1}\"" },
    { 1007, "{1}}", "\"{1}}\"" },
    { 1007, "{1}x", "\"{1}x\"" },
    { 1007, "{{1},2", "\"{{1},2\"" },
    { 1007, "[0:2]", "\"[0:2]\"" },
    { 1007, "[0:2]=", "\"[0:2]=\"" },
    { 1007, "{{{{{{{1}}}}}}}", "\"{{{{{{{1}}}}}}}\"" },
    { 1009, "{\"a", "\"{\\\"a\"" },
    { 1009, "{\"a\\", "\"{\\\"a\\\\\"" },
    { 1009, "{\"a\"b}", "\"{\\\"a\\\"b}\"" },
    { 1009, "{a\"b}", "\"{a\\\"b}\"" },
    { 1009, "{a\\b}", "\"{a\\\\b}\"" },
    { 1007, "{1,x\",2}", "\"{1,x\\\",2}\"" },

    /* items that are not of their type are texts, one by one */
    { 1007, "{1,x,2}", "[1,\"x\",2]" },
    { 199, "{\"{\",\"1 2\",\"{\\\"a\\\"}\",tru}",
      "[\"{\",\"1 2\",\"{\\\"a\\\"}\",\"tru\"]" },

    /* composites */
    { TREE_OID, "(1,a,{x},\"{\"\"k\"\": 2}\",)",
      "{\"id\":1,\"name\":\"a\",\"tags\":[\"x\"],\"extra\":{\"k\": 2},"
      "\"child\":null}" },
    { TREE_OID, "(,,,,)",
      "{\"id\":null,\"name\":null,\"tags\":null,\"extra\":null,"
      "\"child\":null}" },
    { TREE_OID, "(1,\"\",{},null,)",
      "{\"id\":1,\"name\":\"\",\"tags\":[],\"extra\":null,\"child\":null}" },
    { TREE_OID, "(1,\"a \"\"b\"\" \\\\ ,()\",\"{\"\"\\\\\"\"\"\",NULL}\",1,)",
      "{\"id\":1,\"name\":\"a \\\"b\\\" \\\\ ,()\","
      "\"tags\":[\"\\\"\",null],\"extra\":1,\"child\":null}" },
    { TREE_OID, "(1,a,,,\"(2,b,{y},,\"\"(3,\"\"\"\"c d\"\"\"\",,,)\"\")\")",
      "{\"id\":1,\"name\":\"a\",\"tags\":null,\"extra\":null,\"child\":"
      "{\"id\":2,\"name\":\"b\",\"tags\":[\"y\"],\"extra\":null,\"child\":"
      "{\"id\":3,\"name\":\"c d\",\"tags\":null,\"extra\":null,"
      "\"child\":null}}}" },
    { TREE_OID + 1, "{\"(1,\\\"a \\\"\\\"b\\\",,,)\",NULL}",
      "[{\"id\":1,\"name\":\"a \\\"b\",\"tags\":null,\"extra\":null,"
      "\"child\":null},null]" },
    { TREE_OID + 2, "()", "{}" },

    /* what is no such composite is its text */
    { TREE_OID, "", "\"\"" },
    { TREE_OID, "(", "\"(\"" },
    { TREE_OID, "()", "\"()\"" },
    { TREE_OID, "(1,a,,)", "\"(1,a,,)\"" },
    { TREE_OID, "(1,a,,,,)", "\"(1,a,,,,)\"" },
    { TREE_OID, "(1,a,,,", "\"(1,a,,,\"" },
    { TREE_OID, "(1,a,,,)x", "\"(1,a,,,)x\"" },
    { TREE_OID, "1,a,,,)", "\"1,a,,,)\"" },
    { TREE_OID, "(1,\"a,,,)", "\"(1,\\\"a,,,)\"" },
    { TREE_OID, "(1,a\"b,,,)", "\"(1,a\\\"b,,,)\"" },
    { TREE_OID, "(1,\"a\"b,,,)", "\"(1,\\\"a\\\"b,,,)\"" },
    { TREE_OID + 2, "(1)", "\"(1)\"" },

    /* inside out: only what is wrong is a text */
    { TREE_OID, "(1,a,{x,1 2,(2),)",
      "\"(1,a,{x,1 2,(2),)\"" },
    { TREE_OID, "(1,a,\"{x\",\"{\"\"a\"\":}\",\"(2)\")",
      "{\"id\":1,\"name\":\"a\",\"tags\":\"{x\",\"extra\":\"{\\\"a\\\":}\","
      "\"child\":\"(2)\"}" },
    { TREE_OID, "(1,a,,,\"(2,\"\"b\"\"\"\"c\"\",{x\")",
      "{\"id\":1,\"name\":\"a\",\"tags\":null,\"extra\":null,"
      "\"child\":\"(2,\\\"b\\\"\\\"c\\\",{x\"}" },
    { 0, NULL, NULL }
};


static void
renders(ngx_pool_t *pool)
{
    ngx_str_t           text;
    api_buf_t           out;
    api_sql_types_t    *types;
    api_sql_render_t    r;
    const rendered_t   *row;

    types = api_sql_types_create(pool);

    for (row = rendered; row->text != NULL; row++) {
        test_note("type %u: %s", row->oid, row->text);

        text = test_copy(pool, row->text, strlen(row->text));

        check_int(api_buf_init(&out, pool, 0, 100000), NGX_OK);
        api_sql_render_init(&r, &out);
        api_sql_render_value(&r, type_of(types, row->oid), text.data,
                             text.len);

        check(api_buf_ok(&out));
        check_int(r.depth, 0);
        check_bytes(out.start, api_buf_len(&out), row->json,
                    strlen(row->json));

        /* jansson does not take 1e400, which nothing here has */
        check_valid(out.start, api_buf_len(&out));
    }
}


/* a wrong byte anywhere, and it is text */

static void
looks_at_every_byte_of_a_timestamp(ngx_pool_t *pool)
{
    size_t            i, k;
    api_buf_t         out;
    api_sql_types_t  *types;
    api_sql_render_t  r;

    static const char  text[] = "2026-01-31 10:59:59.5+05:30";
    static const char  wrong[] = "x/:-. \x7f\x80\xff";

    u_char  copy[sizeof(text) - 1];

    types = api_sql_types_create(pool);
    check_int(api_buf_init(&out, pool, 100, 100), NGX_OK);

    for (i = 0; i < sizeof(copy); i++) {
        for (k = 0; k < sizeof(wrong) - 1; k++) {
            test_note("byte %d is %d", (int) i, (u_char) wrong[k]);

            memcpy(copy, text, sizeof(copy));
            if (copy[i] == (u_char) wrong[k]
                || (copy[i] == '+' && wrong[k] == '-'))
            {
                continue;
            }

            copy[i] = (u_char) wrong[k];

            out.last = out.start;
            api_sql_render_init(&r, &out);
            api_sql_render_value(&r, api_sql_types_find(types, 1184), copy,
                                 sizeof(copy));
            check(out.start[11] != 'T');
        }
    }
}


static void
renders_without_a_type(ngx_pool_t *pool)
{
    api_buf_t         out;
    api_sql_render_t  r;

    check_int(api_buf_init(&out, pool, 0, 100), NGX_OK);
    api_sql_render_init(&r, &out);
    api_sql_render_value(&r, NULL, (const u_char *) "1", 1);
    check_bytes(out.start, api_buf_len(&out), "\"1\"", 3);
}


/* the result of a moment ago, and types that are known anew */

static void
renders_what_a_composite_was(ngx_pool_t *pool)
{
    ngx_uint_t        i;
    api_buf_t         out;
    api_sql_field_t   fields[3];
    api_sql_type_t    before, type, items;
    api_sql_render_t  r;

    static const struct {
        const char   *text;
        const char   *json;
        unsigned      strange;
    } values[] = {
        { "(1,2,3)", "{\"a\":1,\"b\":2,\"c\":3}", 0 },
        { "(1,2)", "{\"b\":1,\"c\":2}", 1 },
        { "(1)", "\"(1)\"", 1 },
        { "(1,x,3)", "{\"a\":1,\"b\":\"x\",\"c\":3}", 1 },
        { "{\"(1,2)\"}", "[{\"b\":1,\"c\":2}]", 1 }
    };

    memset(fields, 0, sizeof(fields));
    memset(&before, 0, sizeof(before));

    for (i = 0; i < 3; i++) {
        static const char *const  names[] = { "a", "b", "c" };

        fields[i].oid = 23;
        fields[i].type = api_sql_types_find(api_sql_types_create(pool), 23);
        check_int(api_sql_types_key(pool, "", names[i], &fields[i].key),
                  NGX_OK);
    }

    before.kind = API_SQL_COMPOSITE;
    before.nfields = 2;
    before.fields = &fields[1];

    type = before;
    type.nfields = 3;
    type.fields = fields;
    type.before = &before;

    items = before;
    items.kind = API_SQL_ARRAY;
    items.delimiter = ',';
    items.element = &type;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        test_note("%s", values[i].text);

        check_int(api_buf_init(&out, pool, 0, 1000), NGX_OK);
        api_sql_render_init(&r, &out);
        api_sql_render_value(&r, values[i].text[0] == '{' ? &items : &type,
                             (const u_char *) values[i].text,
                             strlen(values[i].text));

        check_bytes(out.start, api_buf_len(&out), values[i].json,
                    strlen(values[i].json));
        check_int(r.strange, values[i].strange);
    }
}


static const test_case_t  cases[] = {
    { "renders", renders },
    { "looks at every byte of a timestamp",
      looks_at_every_byte_of_a_timestamp },
    { "renders without a type", renders_without_a_type },
    { "renders what a composite was", renders_what_a_composite_was },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
