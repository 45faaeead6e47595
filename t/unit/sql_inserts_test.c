
#include "sql/inserts.h"
#include "shim.h"
#include "test.h"

#include <stdio.h>
#include <string.h>


typedef struct {
    const char  *sql;
    const char  *inserts;      /* table(columns or width)rows and marks, each
                                  with a space behind */
} insert_t;


static const insert_t  inserts[] = {
    { "INSERT INTO t (a, \"B\") VALUES ($a, 1)", "t(a,B)1m " },
    { "insert into s.\"T\" as x (a) values (1), (2)", "s.\"T\"(a)2m " },
    { "INSERT INTO t VALUES (1, f(2, 3), ROW(4, 5))", "t(3)1m " },
    { "INSERT INTO t (a.b, c[1]) VALUES (1, 2)", "t(a,c)1m " },
    { "INSERT INTO t DEFAULT VALUES", "t(0)0m " },
    { "INSERT INTO t (a) SELECT 1", "t(a)0qm " },
    { "INSERT INTO t (a) (SELECT 1)", "t(a)0qm " },
    { "INSERT INTO t SELECT 1", "" },
    { "INSERT INTO t (SELECT 1)", "" },
    { "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)", "t(a)1m " },
    { "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", "t(a)1mc " },
    { "INSERT INTO t (a) VALUES (1), (2) RETURNING a", "t(a)2m " },
    { "INSERT INTO t (a) VALUES (1), (2) LIMIT 1", "t(a)0qm " },
    { "INSERT INTO t (a) VALUES (1) UNION SELECT 2", "t(a)0qm " },
    { "INSERT INTO t (a) VALUES ((r).*)", "" },
    { "WITH x AS (INSERT INTO t (a) VALUES (1) RETURNING a) INSERT INTO u (b)"
      " SELECT a FROM x", "t(a)1 u(b)0q " },
    { "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a)"
      " VALUES (s.a)", "t(a)1q " },
    { "MERGE INTO ONLY s.t AS x USING s ON true WHEN MATCHED THEN DELETE WHEN"
      " NOT MATCHED THEN INSERT VALUES (1, 2)", "s.t(2)1q " },
    { "INSERT INTO", "" },
    { "INSERT INTO t (", "" },
    { "INSERT INTO t (a", "" },
    { "INSERT INTO t (a) VALUES", "" },
    { "INSERT INTO t (a) VALUES (1", "" },
    { NULL, NULL }
};


static void
show(char *out, size_t size, const api_sql_insert_t *insert)
{
    size_t            n;
    ngx_uint_t        i;
    const ngx_str_t  *name;

    n = (size_t) snprintf(out, size, "%.*s(", (int) insert->table.len,
                          insert->table.data);

    if (insert->columns == NULL) {
        n += (size_t) snprintf(out + n, size - n, "%d", (int) insert->width);

    } else {
        name = insert->columns->elts;

        for (i = 0; i < insert->columns->nelts; i++) {
            n += (size_t) snprintf(out + n, size - n, "%s%.*s", i ? "," : "",
                                   (int) name[i].len, name[i].data);
        }
    }

    snprintf(out + n, size - n, ")%d%s%s%s ", (int) insert->rows,
             insert->query ? "q" : "", insert->main ? "m" : "",
             insert->conflict ? "c" : "");
}


static void
tells_each(ngx_pool_t *pool)
{
    char                  out[400];
    ngx_str_t             source;
    ngx_uint_t            i;
    ngx_array_t           found;
    const insert_t       *t;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    for (t = inserts; t->sql != NULL; t++) {
        test_note("%s", t->sql);

        source = test_copy(pool, t->sql, strlen(t->sql));

        check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
                  NGX_OK);
        check_int(api_sql_inserts(pool, &statement, &found), NGX_OK);

        out[0] = '\0';

        for (i = 0; i < found.nelts; i++) {
            show(out + strlen(out), sizeof(out) - strlen(out),
                 (api_sql_insert_t *) found.elts + i);
        }

        check_bytes(out, strlen(out), t->inserts, strlen(t->inserts));
    }
}


static const test_case_t  cases[] = {
    { "tells each", tells_each },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
