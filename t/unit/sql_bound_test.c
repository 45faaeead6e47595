
#include "sql/bound.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *type;
    const char  *text;
    const char  *code;         /* NULL: it is taken */
} bound_t;


/* as PostgreSQL 15 does with each of them, from its own answers */

static const bound_t  bounds[] = {
    { "character varying(5)", "", NULL },
    { "character varying(5)", "abcde", NULL },
    { "character varying(5)", "abcdef", "max_length" },
    { "character varying(5)", "abcde     ", NULL },
    { "character varying(5)", "abcde\t", "max_length" },
    { "character varying(5)", "          ", NULL },
    { "character varying(5)", "     a", "max_length" },
    { "character varying(5)", "\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\xf0\x9f"
      "\x98\x80", NULL },
    { "character varying(5)", "\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\xf0\x9f"
      "\x98\x80x", "max_length" },
    { "character varying(5)", "abcd\xc2\xa0\xc2\xa0", "max_length" },
    { "character(3)", "abc", NULL },
    { "character(3)", "abc ", NULL },
    { "character(3)", "abcd", "max_length" },
    { "character(1)", "ab", "max_length" },

    { "bit(4)", "1010", NULL },
    { "bit(4)", "101", "value" },
    { "bit(4)", "10101", "value" },
    { "bit(4)", "xA", NULL },
    { "bit varying(4)", "101", NULL },
    { "bit varying(4)", "", NULL },
    { "bit varying(4)", "10101", "max_length" },
    { "bit varying(4)", "b10101", NULL },

    { "numeric(4,2)", "0", NULL },
    { "numeric(4,2)", "-0.00", NULL },
    { "numeric(4,2)", "99.99", NULL },
    { "numeric(4,2)", "99.994", NULL },
    { "numeric(4,2)", "99.9949999", NULL },
    { "numeric(4,2)", "99.995", "range" },
    { "numeric(4,2)", "99.999", "range" },
    { "numeric(4,2)", "-99.994", NULL },
    { "numeric(4,2)", "-99.995", "range" },
    { "numeric(4,2)", "89.999", NULL },
    { "numeric(4,2)", "98.999", NULL },
    { "numeric(4,2)", "100", "range" },
    { "numeric(4,2)", "-100", "range" },
    { "numeric(4,2)", "00042", NULL },
    { "numeric(4,2)", "1e1", NULL },
    { "numeric(4,2)", "1e2", "range" },
    { "numeric(4,2)", "9.9999e1", "range" },
    { "numeric(4,2)", "9999e-2", NULL },
    { "numeric(4,2)", "99995e-3", "range" },
    { "numeric(4,2)", "0.000000001e12", "range" },
    { "numeric(4,2)", "0.000000001e10", NULL },
    { "numeric(4,2)", "1e2000000", NULL },         /* what is no numeric */
    { "numeric(4,2)", "NaN", NULL },               /* is said elsewhere */
    { "numeric(2,2)", "0.99", NULL },
    { "numeric(2,2)", "0.995", "range" },
    { "numeric(2,2)", "1", "range" },
    { "numeric(2,4)", "0.0099", NULL },
    { "numeric(2,4)", "0.00994", NULL },
    { "numeric(2,4)", "0.00995", "range" },
    { "numeric(2,4)", "0.009949", NULL },
    { "numeric(2,4)", "0.00995001", "range" },
    { "numeric(2,4)", "0.0099500000", "range" },
    { "numeric(2,4)", "0.01", "range" },
    { "numeric(2,-3)", "99000", NULL },
    { "numeric(2,-3)", "99499", NULL },
    { "numeric(2,-3)", "99500", "range" },
    { "numeric(2,-3)", "100000", "range" },
    { "numeric(1,0)", "9.4", NULL },
    { "numeric(1,0)", "9.5", "range" },
    { "numeric(5,0)", "99999.4", NULL },

    { NULL, NULL, NULL }
};


static api_sql_bound_t
read_bound(ngx_pool_t *pool, const char *type)
{
    ngx_str_t        text;
    api_sql_bound_t  bound;

    text = test_copy(pool, type, strlen(type));
    check(api_sql_bound_read(&text, &bound));

    return bound;
}


static void
takes_what_postgresql_takes(ngx_pool_t *pool)
{
    ngx_int_t        rc;
    ngx_str_t        text;
    ngx_uint_t       i;
    api_failure_t    failure;
    api_sql_bound_t  bound;

    for (i = 0; bounds[i].type != NULL; i++) {
        test_note("%s, %s", bounds[i].type, bounds[i].text);

        bound = read_bound(pool, bounds[i].type);
        text = test_copy(pool, bounds[i].text, strlen(bounds[i].text));

        ngx_memzero(&failure, sizeof(api_failure_t));
        rc = api_sql_bound_check(pool, &bound, &text, &failure);

        check_int(rc, bounds[i].code ? NGX_DECLINED : NGX_OK);

        if (bounds[i].code != NULL) {
            check_cstr(failure.code.data, bounds[i].code);
            check(failure.message.len > 8);
        }
    }
}


static void
says_how_long(ngx_pool_t *pool)
{
    ngx_str_t        text;
    ngx_uint_t       i;
    api_failure_t    failure;
    api_sql_bound_t  bound;

    static const struct {
        const char  *type;
        const char  *text;
        const char  *message;
    } said[] = {
        { "character varying(5)", "abcdef",
          "must be at most 5 characters long" },
        { "character(1)", "ab", "must be at most 1 character long" },
        { "bit(4)", "1", "must be 4 bits long" },
        { "bit varying(1)", "11", "must be at most 1 bit long" },
        { "numeric(4,2)", "100",
          "must have at most 2 digits before the point, when rounded" },
        { "numeric(1,0)", "9.5",
          "must have at most 1 digit before the point, when rounded" },
        { "numeric(2,4)", "1", "must be 0 in its first 2 digits behind the "
                               "point" },
        { NULL, NULL, NULL }
    };

    for (i = 0; said[i].type != NULL; i++) {
        test_note("%s", said[i].type);

        bound = read_bound(pool, said[i].type);
        text = test_copy(pool, said[i].text, strlen(said[i].text));

        check_int(api_sql_bound_check(pool, &bound, &text, &failure),
                  NGX_DECLINED);
        check_bytes(failure.message.data, failure.message.len,
                    said[i].message, strlen(said[i].message));
    }
}


static void
reads_types(ngx_pool_t *pool)
{
    ngx_str_t        text;
    ngx_uint_t       i;
    api_sql_bound_t  bound;

    static const char *const  unbound[] = {
        "", "text", "character varying", "numeric", "bpchar", "bit", "int(4)",
        "character varying(", "character varying(5", "character varying()",
        "character varying(5)x", "character varying(5)[][]", "numeric(5)",
        "numeric(5,)", "numeric(,2)", "numeric(5,2", "character varying(5,2)",
        "timestamp(3) without time zone", "interval(3)", "\"varchar(5)\"",
        "character varying(99999999999999999999)", NULL
    };

    for (i = 0; unbound[i] != NULL; i++) {
        test_note("%s", unbound[i]);
        text = test_copy(pool, unbound[i], strlen(unbound[i]));
        check(!api_sql_bound_read(&text, &bound));
        check_int(bound.kind, API_SQL_BOUND_NONE);
    }

    bound = read_bound(pool, "character varying(5)[]");
    check_int(bound.kind, API_SQL_BOUND_TEXT);
    check_int(bound.length, 5);
    check_int(bound.array, 1);

    bound = read_bound(pool, "numeric(2,-3)");
    check_int(bound.precision, 2);
    check_int(bound.scale, -3);
    check_int(bound.array, 0);
}


static void
suits_types_that_stay_text(ngx_pool_t *pool)
{
    api_sql_bound_t  bound;

    bound = read_bound(pool, "character varying(36)");
    check(api_sql_bound_suits(&bound, 25));
    check(api_sql_bound_suits(&bound, 1043));
    check(!api_sql_bound_suits(&bound, 2950));
    check(!api_sql_bound_suits(&bound, 1009));

    bound = read_bound(pool, "character varying(36)[]");
    check(api_sql_bound_suits(&bound, 1015));
    check(!api_sql_bound_suits(&bound, 25));

    bound = read_bound(pool, "numeric(4,2)");
    check(api_sql_bound_suits(&bound, 1700));
    check(api_sql_bound_suits(&bound, 23));
    check(!api_sql_bound_suits(&bound, 701));
    check(!api_sql_bound_suits(&bound, 0));

    bound.kind = API_SQL_BOUND_NONE;
    check(!api_sql_bound_suits(&bound, 25));
}


static void
knows_what_the_server_means(ngx_pool_t *pool)
{
    api_sql_bound_t  bound;

    bound = read_bound(pool, "character varying(5)");
    check(api_sql_bound_is_meant(&bound, "value too long for type character "
                                 "varying(5)", ""));
    check(api_sql_bound_is_meant(&bound, "Wert zu lang f\xc3\xbcr Typ "
                                 "character varying(5)", ""));
    check(!api_sql_bound_is_meant(&bound, "value too long for type character "
                                  "varying(50)", ""));
    check(!api_sql_bound_is_meant(&bound, "value too long", ""));

    bound = read_bound(pool, "numeric(4,2)");
    check(api_sql_bound_is_meant(&bound, "numeric field overflow", "A field "
                                 "with precision 4, scale 2 must round to an "
                                 "absolute value less than 10^2."));
    check(!api_sql_bound_is_meant(&bound, "numeric field overflow", "A field "
                                  "with precision 5, scale 2 must round to an "
                                  "absolute value less than 10^3."));
    check(!api_sql_bound_is_meant(&bound, "integer out of range", ""));

    bound = read_bound(pool, "numeric(2,-3)");
    check(api_sql_bound_is_meant(&bound, "", "precision 2, scale -3"));
    check(!api_sql_bound_is_meant(&bound, "", "precision 2, scale 3"));
}


static const test_case_t  tests[] = {
    { "takes what PostgreSQL takes", takes_what_postgresql_takes },
    { "says how long it may be", says_how_long },
    { "reads types as format_type() writes them", reads_types },
    { "suits types that stay text", suits_types_that_stay_text },
    { "knows what the server means", knows_what_the_server_means },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(tests);
}
