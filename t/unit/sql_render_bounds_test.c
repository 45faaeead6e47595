
/* sql/render at its bounds: depth, any bytes, memory. */

#include "sql_render.h"
#include "shim.h"


/* each level's quotes are doubled: texts of such depth are long */

static ngx_str_t
nested_text(ngx_pool_t *pool, ngx_uint_t depth)
{
    size_t      i, len;
    u_char     *text, *p, *outer;
    ngx_str_t   s;

    text = ngx_palloc(pool, 1);
    len = 0;

    while (depth--) {
        outer = ngx_palloc(pool, 2 * len + 16);
        p = ngx_cpymem(outer, "(1,,,,", 6);

        /* one level without quotes would end the outer one */
        if (len != 0) {
            *p++ = '"';

            for (i = 0; i < len; i++) {
                if (text[i] == '"') {
                    *p++ = '"';
                }

                *p++ = text[i];
            }

            *p++ = '"';
        }

        *p++ = ')';
        len = (size_t) (p - outer);
        text = outer;
    }

    s.data = text;
    s.len = len;

    return s;
}


static void
bounds_the_depth(ngx_pool_t *pool)
{
    size_t            n;
    ngx_str_t         text;
    api_buf_t         out;
    ngx_uint_t        i, opened;
    api_sql_field_t   child;
    api_sql_render_t  r;

    static api_sql_type_t  list;

    (void) type_of(api_sql_types_create(pool), TREE_OID);

    /* quotes double at each level: some twenty are a megabyte */
    for (n = 1; n < 18; n++) {
        text = nested_text(pool, n);

        check_int(api_buf_init(&out, pool, 0, NGX_MAX_SIZE_T_VALUE), NGX_OK);
        api_sql_render_init(&r, &out);
        api_sql_render_value(&r, &tree, text.data, text.len);

        for (i = 0, opened = 0; i < api_buf_len(&out); i++) {
            opened += (out.start[i] == '{');
        }

        check_int(opened, n);
        check_valid(out.start, api_buf_len(&out));
    }

    /* lists of lists that need no quotes: "(((…)))" of one field */
    child.key = test_str("\"c\":");
    child.type = &list;
    list.kind = API_SQL_COMPOSITE;
    list.nfields = 1;
    list.fields = &child;

    api_sql_render_init(&r, &out);
    r.depth = API_SQL_RENDER_DEPTH;

    out.last = out.start;
    api_sql_render_value(&r, &list, (const u_char *) "(1)", 3);
    check_bytes(out.start, api_buf_len(&out), "\"(1)\"", 5);

    r.depth = API_SQL_RENDER_DEPTH - 1;
    out.last = out.start;
    api_sql_render_value(&r, &list, (const u_char *) "(1)", 3);
    check_bytes(out.start, api_buf_len(&out), "{\"c\":\"1\"}", 9);

    /* scratch memory of the deepest level */
    out.last = out.start;
    child.type = &api_sql_type_text;
    api_sql_render_value(&r, &list, (const u_char *) "(\"a\"\"\")", 7);
    check_bytes(out.start, api_buf_len(&out), "{\"c\":\"a\\\"\"}", 11);
}


/* whatever bytes a text of whatever type has, JSON comes out */

static void
stands_any_bytes(ngx_pool_t *pool)
{
    size_t             len, k;
    unsigned           seed, oid;
    ngx_str_t          text;
    api_buf_t          out;
    ngx_uint_t         i;
    ngx_pool_t        *own;
    api_sql_types_t   *types;
    api_sql_render_t   r;
    u_char             bytes[40];

    static const char      alphabet[] = "{}{}(),,\"\"\\\\1a-:. tN[]=x0T+\n";
    static const unsigned  oids[] = {
        16, 17, 23, 701, 1114, 1184, 1007, 1009, 1001, 199, 1185, 1020, 22,
        TREE_OID, TREE_OID + 1, TREE_OID + 2, TREE_OID + 3
    };

    types = api_sql_types_create(pool);
    seed = 7;

    for (i = 0; i < 60000; i++) {
        seed = seed * 1103515245 + 12345;
        len = (seed >> 16) % sizeof(bytes);

        for (k = 0; k < len; k++) {
            seed = seed * 1103515245 + 12345;
            bytes[k] = (u_char) alphabet[(seed >> 16)
                                         % (sizeof(alphabet) - 1)];
        }

        oid = oids[i % (sizeof(oids) / sizeof(oids[0]))];

        if (len != 0 && i % 3 != 0) {
            bytes[0] = (oid == TREE_OID) ? '(' : '{';
            bytes[len - 1] = (oid == TREE_OID) ? ')' : '}';
        }

        test_note("type %u: %.*s", oid, (int) len, bytes);

        own = ngx_create_pool(0, NULL);
        text = test_copy(own, bytes, len);
        check_int(api_buf_init(&out, own, 0, 100000), NGX_OK);

        api_sql_render_init(&r, &out);
        api_sql_render_value(&r, type_of(types, oid), text.data, text.len);
        check(api_buf_ok(&out));
        check_valid(out.start, api_buf_len(&out));

        ngx_destroy_pool(own);
    }
}


static ngx_int_t
render_short_of_memory(ngx_pool_t *pool, void *data)
{
    api_buf_t          out;
    api_sql_render_t   r;

    static const char  text[] = "(1,\"a\"\"b\",,,"
                                "\"(2,\"\"c\"\"\"\"d\"\",,,)\")";

    (void) data;

    if (api_buf_init(&out, pool, 0, 100000) != NGX_OK) {
        return NGX_ERROR;
    }

    api_sql_render_init(&r, &out);
    api_sql_render_value(&r, &tree, (const u_char *) text, sizeof(text) - 1);
    api_sql_render_value(&r, &tree, (const u_char *) text, sizeof(text) - 1);

    return api_buf_ok(&out) ? NGX_OK : NGX_ERROR;
}


static void
tells_short_memory(ngx_pool_t *pool)
{
    (void) type_of(api_sql_types_create(pool), TREE_OID);

    check_oom(render_short_of_memory, NULL);
}


static const test_case_t  cases[] = {
    { "bounds the depth", bounds_the_depth },
    { "stands any bytes", stands_any_bytes },
    { "tells short memory", tells_short_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
