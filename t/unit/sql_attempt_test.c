
#include "sql/attempt.h"
#include "sql/given.h"
#include "shim.h"
#include "test.h"


#define INT4       23
#define INT8       20
#define TEXT       25
#define INT4RANGE  3904


static void
parse(ngx_pool_t *pool, const char *sql, api_sql_statement_t *statement,
    unsigned declared)
{
    ngx_str_t         source;
    ngx_uint_t        i;
    api_sql_param_t  *param;
    api_sql_fault_t   fault;

    source = test_copy(pool, sql, strlen(sql));

    check_int(api_sql_statement_parse(pool, &source, statement, &fault),
              NGX_OK);

    param = statement->params.elts;

    for (i = 0; i < statement->params.nelts; i++) {
        param[i].declared = declared;
    }
}


static void
described(ngx_pool_t *pool, api_sql_attempt_t *attempt,
    const api_sql_statement_t *statement, const unsigned *inferred)
{
    check_int(api_sql_attempt_described(attempt, pool, statement, inferred),
              NGX_OK);
    check_int(api_sql_attempt_columns(attempt, pool, statement, NULL), NGX_OK);
}


static void
tries_all_at_once(ngx_pool_t *pool)
{
    api_sql_attempt_t    attempt;
    api_sql_statement_t  statement;

    static const unsigned  texts[] = { TEXT, TEXT };
    static const unsigned  ints[] = { INT4, INT4 };

    parse(pool, "SELECT $a > $b", &statement, INT4);
    memset(&attempt, 0, sizeof(attempt));

    described(pool, &attempt, &statement, texts);
    check_int(attempt.again, 1);
    check_int(attempt.given[0], INT4);
    check_int(attempt.given[1], INT4);

    attempt.again = 0;

    described(pool, &attempt, &statement, ints);
    check_int(attempt.again, 0);
    check_int(attempt.given[0], INT4);
    check_int(attempt.given[1], INT4);

    /* nothing is left to be tried */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_DECLINED);
}


static void
tries_each_by_itself(ngx_pool_t *pool)
{
    api_sql_attempt_t    attempt;
    api_sql_statement_t  statement;

    static const unsigned  inferred[] = { TEXT, INT4RANGE };

    parse(pool, "SELECT lower($a) WHERE r @> $b", &statement, INT8);
    memset(&attempt, 0, sizeof(attempt));

    described(pool, &attempt, &statement, inferred);
    check_int(attempt.given[0], INT8);
    check_int(attempt.given[1], INT8);

    /* the first one alone is refused, too, */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.given[0], INT8);
    check_int(attempt.given[1], 0);

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.given[0], 0);
    check_int(attempt.given[1], INT8);

    /* the second one is taken as something else */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.given[0], 0);
    check_int(attempt.given[1], 1700);

    attempt.again = 0;

    described(pool, &attempt, &statement, inferred);
    check_int(attempt.again, 0);
    check_int(attempt.given[1], 1700);
}


static void
tells_what_is_asked_for_first(ngx_pool_t *pool)
{
    api_sql_attempt_t    attempt;
    api_sql_statement_t  statement;

    static const unsigned  inferred[] = { INT4, TEXT };

    parse(pool, "SELECT pg_typeof($a), $b", &statement, INT4);
    memset(&attempt, 0, sizeof(attempt));

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42P18", "of $1", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.again, 1);
    check_int(attempt.given[0], INT4);

    described(pool, &attempt, &statement, inferred);
    check_int(attempt.given[1], INT4);

    /* what was asked for stays when what is tried is refused */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.given[0], INT4);
    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42883", "no", (size_t) NGX_ERROR),
              NGX_OK);
    check_int(attempt.given[0], INT4);
    check_int(attempt.given[1], 0);

    memset(&attempt, 0, sizeof(attempt));

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42703", "no", (size_t) NGX_ERROR),
              NGX_DECLINED);
    check_int(api_sql_attempt_refused(&attempt, pool, &statement, NULL, NULL,
                                   (size_t) NGX_ERROR),
              NGX_DECLINED);
}


static void
tries_nothing_that_is_as_declared(ngx_pool_t *pool)
{
    api_sql_attempt_t    attempt;
    api_sql_statement_t  statement;

    static const unsigned  inferred[] = { INT4 };

    parse(pool, "SELECT 1 WHERE id = $a", &statement, INT4);
    memset(&attempt, 0, sizeof(attempt));

    described(pool, &attempt, &statement, inferred);
    check_int(attempt.again, 0);
    check_int(attempt.given == NULL, 1);
}


/* coalesce($a, '{}') is text until $a is told, and $b is a composite then */

static void
takes_back_what_is_refused_where_it_stands(ngx_pool_t *pool)
{
    api_sql_attempt_t    attempt;
    api_sql_statement_t  statement;

    static const unsigned  inferred[] = { INT4RANGE, 20000 };

    parse(pool, "INSERT INTO t VALUES (coalesce($a, '{}'), $b)", &statement,
          INT4RANGE);
    memset(&attempt, 0, sizeof(attempt));

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42804", "no", 22),
              NGX_OK);
    check_int(attempt.given[0], INT4RANGE);
    check_int(attempt.given[1], INT4RANGE);

    /* in an expression it says nothing of the parameter */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42804", "no", 22),
              NGX_DECLINED);

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42804", "no", 42),
              NGX_OK);
    check_int(attempt.given[0], INT4RANGE);
    check_int(attempt.given[1], API_SQL_GIVEN_INFER);

    /* once */

    check_int(api_sql_attempt_refused(&attempt, pool, &statement,
                                      "42804", "no", 42),
              NGX_DECLINED);

    attempt.again = 0;
    described(pool, &attempt, &statement, inferred);
    check_int(attempt.again, 0);
    check_int(attempt.given[0], INT4RANGE);
    check_int(attempt.given[1], 0);
}


static const test_case_t  cases[] = {
    { "tries all at once", tries_all_at_once },
    { "tries each by itself", tries_each_by_itself },
    { "tells what is asked for first", tells_what_is_asked_for_first },
    { "tries nothing that is as declared", tries_nothing_that_is_as_declared },
    { "takes back what is refused where it stands",
      takes_back_what_is_refused_where_it_stands },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
