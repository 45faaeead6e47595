# api_check: what an earlier row must say, or the request ends there.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE DOMAIN truth AS bool;
CREATE TABLE articles (
    id     int  PRIMARY KEY,
    author int  NOT NULL,
    title  text NOT NULL,
    locked truth
);
INSERT INTO articles VALUES (1, 7, 'mine', false), (2, 8, 'theirs', NULL), (3, 7, 'locked', true);
CREATE TABLE log (n int UNIQUE);
CREATE SEQUENCE ran;
CREATE FUNCTION wrote(n int) RETURNS bool LANGUAGE sql AS 'INSERT INTO log VALUES (n); SELECT n > 0';
SQL

our $Config = <<'END';
    location /c {
        api_route GET /log { api_query value "SELECT array_agg(n ORDER BY n) FROM log"; }
        api_route DELETE /log { api_query exec "DELETE FROM log" none=204; }
        api_route GET /ran { api_query value "SELECT last_value FROM ran"; }
        api_route GET /title/:id { api_query value "SELECT title FROM articles WHERE id = $id"; }

        api_route PUT /articles/:id {
            api_body { title string required; author int required; }
            api_query one "SELECT author = $author AS mine, locked FROM articles WHERE id = $id FOR UPDATE" as=art
                      none=404 "there is no such article";
            api_check $art.mine 403 "not your article";
            api_check !$art.locked 423 "it is locked";
            api_query one "UPDATE articles SET title = $title WHERE id = $id RETURNING id, title";
        }

        # nothing below runs: a sequence would tell, which no rollback undoes
        api_route POST /order/:id {
            api_transaction read_write;
            api_query exec "INSERT INTO log VALUES ($id)";
            api_query optional "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
            api_check $art.mine 409;
            api_query value "SELECT nextval('ran')";
        }

        # behind the last statement, and of the answer itself
        api_route POST /last/:id {
            api_query exec "INSERT INTO log VALUES ($id)";
            api_query one "UPDATE articles SET title = 'last' WHERE id = $id RETURNING id, author = 7 AS mine" as=art;
            api_check $art.mine 403 "not yours";
        }
        api_route POST /alone/:id {
            api_query one "INSERT INTO log VALUES ($id) RETURNING n, n > 5 AS large" as=l;
            api_check $l.large 422 "too small";
        }
        api_route POST /function/:id {
            api_query value "SELECT wrote($id) AS ok" as=w;
            api_check $w.ok 400 "no";
        }

        # in the order in which they stand
        api_route GET /order/:id {
            api_query one "SELECT author = 7 AS mine, coalesce(locked, false) AS locked FROM articles WHERE id = $id" as=art;
            api_query one "SELECT $id > 2 AS late" as=other;
            api_check !$art.locked 423;
            api_check $other.late 410 "too early";
            api_check $art.mine 403;
            api_query value "SELECT title FROM articles WHERE id = $id";
        }
        api_route GET /read/:id {
            api_query one "SELECT title, author = 7 AS mine FROM articles WHERE id = $id" as=art;
            api_check $art.mine 404;
        }
        api_route GET /401/:id {
            api_query one "SELECT id, author = 7 AS mine FROM articles WHERE id = $id" as=art;
            api_check $art.mine 401;
        }
        api_route GET /500/:id {
            api_query one "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
            api_check $art.mine 500 "we are at fault";
        }

        # statements that are two transactions
        api_route POST /parts/:id {
            api_query one "INSERT INTO log VALUES ($id) RETURNING n, n = 7 AS seven" as=l;
            api_issue_token $token { sub $l.n; seven $l.seven; expires 5m; key file:secret; }
            api_check $l.seven 403 "not seven";
            api_query value "SELECT length($token) > 20 AS issued";
        }
        api_route POST /enough/:id {
            api_query optional "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art none=204;
            api_check $art.mine 403;
            api_query exec "INSERT INTO log VALUES ($id)";
        }
    }
END

add_block_preprocessor {
    my ($block) = @_;

    $block->set_value('user_files', [ [ '../conf/secret' => '01234567890123456789012345678901' ] ]);
    $block->set_value('config', $Config)
        unless defined $block->config;
};

run_tests();

__DATA__

=== true goes on, false and NULL end it
--- cases
PUT /c/articles/1 {"title":"new","author":7} => 200 {"id":1,"title":"new"}
PUT /c/articles/1 {"title":"no","author":8}  => 403 ~ "detail":"not your article","code":"forbidden"
GET /c/title/1 => 200 "new"
PUT /c/articles/3 {"title":"no","author":7}  => 423 ~ "detail":"it is locked","code":"raised"
PUT /c/articles/2 {"title":"no","author":8}  => 423 ~ "detail":"it is locked"
PUT /c/articles/9 {"title":"no","author":8}  => 404 ~ "detail":"there is no such article"
GET /c/title/2 => 200 "theirs"
GET /c/title/3 => 200 "locked"

=== what is below does not run, what is above is rolled back
--- cases
DELETE /c/log => 204
GET /c/ran => 200 1
POST /c/order/2 => 409 ~ "status":409,"code":"conflict"
GET /c/ran => 200 1
GET /c/log => 200 null
POST /c/order/1 => 200 1
POST /c/order/1 => 409 ~ "code":"conflict"
POST /c/order/3 => 200 2
GET /c/log => 200 [1,3]

=== an optional row that is not there holds nothing
--- cases
DELETE /c/log => 204
POST /c/order/99 => 409
GET /c/ran => 200 2
GET /c/log => 200 null

=== behind the last statement
--- cases
DELETE /c/log => 204
POST /c/last/2 => 403 ~ not yours
GET /c/log => 200 null
GET /c/title/2 => 200 "theirs"
POST /c/last/1 => 200 {"id":1,"mine":true}
GET /c/log => 200 [1]
GET /c/title/1 => 200 "last"

=== behind the only one
--- cases
DELETE /c/log => 204
POST /c/alone/4 => 422 ~ "detail":"too small","code":"invalid"
POST /c/alone/6 => 200 {"n":6,"large":true}
POST /c/function/-1 => 400 ~ "detail":"no","code":"bad_request"
POST /c/function/1 => 200 true
GET /c/log => 200 [1,6]

=== in their order
--- cases
GET /c/order/3 => 423
GET /c/order/2 => 410 ~ too early
GET /c/order/1 => 410 ~ too early

=== of reads, and other statuses
--- cases
GET /c/read/1 => 200 ~ "mine":true
GET /c/read/2 => 404 ~ "code":"no_row"
GET /c/401/2  => 401 ~ "code":"unauthorized"
GET /c/500/2  => 500 ~ "detail":"we are at fault","code":"raised"

=== behind a step between two transactions: what is above stays
--- cases
DELETE /c/log => 204
POST /c/parts/6 => 403 ~ not seven
POST /c/parts/7 => 200 true
GET /c/log => 200 [6,7]

=== none=204 ends it before
--- cases
DELETE /c/log => 204
POST /c/enough/9 => 204 -
POST /c/enough/2 => 403
POST /c/enough/1 => 204 -
GET /c/log => 200 [1]

=== a column that is not there, or not boolean
--- config
api_route GET /a/:id {
    api_query one "SELECT id, author, locked FROM articles WHERE id = $id" as=art;
    api_check $art.mine 403;
    api_check $art.author 403;
    api_check $art.locked 403;
}
--- must_die
--- error_log
api_check of "GET /a/:id": "$art.mine" is unknown: the statement that it names returns no column "mine" in
api_check of "GET /a/:id": "$art.author" is a column of type integer, and must be boolean: let the statement compare
--- no_error_log
"$art.locked"

=== what is no row's column, and wrong words
--- config
api_route GET /a/:id {
    api_query one "SELECT id FROM articles WHERE id = $id" as=art;
    api_check $id 403;
}
api_route GET /b/:id {
    api_check $art.mine 403;
    api_query one "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
}
api_route GET /c/:id {
    api_query one "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
    api_check $art.mine 200;
}
api_route GET /d/:id {
    api_query one "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
    api_check $art.mine;
}
api_route GET /e/:id {
    api_query many "SELECT author = 7 AS mine FROM articles WHERE id = $id" as=art;
    api_check $art.mine 403;
}
api_route POST /f/:id {
    api_query one "UPDATE articles SET title = 'x' WHERE id = $id RETURNING author = 7 AS mine" as=art none=404 keep;
    api_check $art.mine 403;
}
--- must_die
--- error_log
api_check of "GET /a/:id": "$id" is no column of a row: name one of a statement above
api_check of "GET /b/:id": "$art.mine" is known only after its own statement
"api_check" directive needs the status for what does not hold, an error's from 400 to 599, as 403
"api_check" directive is written: api_check $row.column STATUS ["sentence"]
api_check of "GET /e/:id": "$art.mine" needs the row of a statement that has just one
"keep" of "POST /f/:id": the api_check below rolls its transaction back
