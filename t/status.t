# api_status: the status of success by what a row says.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE log (n int);
SQL

our $Config = <<'END';
    location /s {
        api_prefer return;
        api_route GET /log { api_query value "SELECT count(*) FROM log"; }
        api_route PUT /things/:id<int> {
            api_body { name string required; }
            api_query one "INSERT INTO things VALUES ($id, $name) ON CONFLICT (id) DO UPDATE SET name = $name
                           RETURNING id, name, xmax = 0 AS created" as=thing;
            api_status $thing.created 201 200;
        }
        api_route GET /bool/:b {
            api_query optional "SELECT CASE $b WHEN 't' THEN true WHEN 'f' THEN false END AS b WHERE $b <> '-'" as=row;
            api_status $row.b 202 203;
        }
        api_route POST /int/:n<int> {
            api_query exec "INSERT INTO log VALUES ($n)";
            api_query one "SELECT nullif($n, 0) AS status, '/s/there/' || $n AS \"to\"" as=row;
            api_status $row.status in=200,202,303,308;
            api_header Location $api_row_to;
        }
        api_route GET /tagged/:n<int> {
            api_etag on;
            api_query one "SELECT $n AS status" as=row;
            api_status $row.status in=202,200;
        }
        api_route GET /bare/:n<int> {
            api_query one "SELECT $n AS status" as=row;
            api_status $row.status in=200,204,205;
        }
        api_route POST /see/:n<int> {
            api_query one "SELECT $n AS status, '/s/there/' || $n AS \"to\"" as=row;
            api_status $row.status in=200,303;
            api_header Location $api_row_to;
        }
        api_route GET /there/:n { return 204; }
        api_route POST /see {
            api_query one "SELECT '/s/there/1' AS \"to\"";
            api_status 303;
            api_header Location $api_row_to;
        }
        api_route DELETE /maybe/:n<int> {
            api_query one "SELECT $n > 1 AS more" as=row;
            api_query exec "DELETE FROM log WHERE n = $n" none=204;
            api_status $row.more 202 200;
        }
    }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== of a boolean column
--- cases
PUT /s/things/1 {"name":"a"} => 201 {"id":1,"name":"a","created":true}
PUT /s/things/1 {"name":"b"} => 200 {"id":1,"name":"b","created":false}
GET /s/bool/t => 202 {"b":true}
GET /s/bool/f => 203 {"b":false}

=== NULL is not true, nor is a row that is not there
--- cases
GET /s/bool/x => 203 {"b":null}
GET /s/bool/- => 203 null

=== of an integer, which leads elsewhere with a Location
--- cases
POST /s/int/202 => 202 {"status":202,"to":"/s/there/202"}
POST /s/int/303 => 303 {"status":303,"to":"/s/there/303"}
< Location: ^/s/there/303$
POST /s/int/308 => 308
< Location: ^/s/there/308$
POST /s/see => 303
< Location: ^/s/there/1$

=== return=minimal leaves it
--- cases
PUT /s/things/7 {"name":"a"} => 201 -
+ Prefer: return=minimal
< Content-Type: (?!.)
PUT /s/things/7 {"name":"b"} => 204 -
+ Prefer: return=minimal
POST /s/see/303 => 303 -
+ Prefer: return=minimal
< Content-Type: (?!.)
< Location: /s/there/303

=== 204 and 205 have no content
--- cases
GET /s/bare/200 => 200 {"status":200}
GET /s/bare/204 => 204 -
GET /s/bare/205 => 205 -
< Content-Type: (?!.)

=== a read has a tag with 200 alone
--- cases
GET /s/tagged/200 => 200
< ETag: "[0-9a-f]{32}"
GET /s/tagged/200 => 412
+ If-Match: "other"
GET /s/tagged/202 => 202
+ If-Match: "other"
< ETag: (?!.)

=== NULL is the route's own status
--- cases
POST /s/int/0 => 200 {"status":null,"to":"/s/there/0"}

=== what the list does not have is refused before it is kept
--- cases
GET /s/log => 200 4
POST /s/int/201 => 500 ~ "code":"statement"
GET /s/log => 200 4

=== none= goes before
--- cases
DELETE /s/maybe/999 => 204 -

=== what a 3xx lacks without a Location
--- config
api_route GET /a { api_query value "SELECT 1"; api_status 302; }
--- error_log
api_status of "GET /a" may be 302, which leads nowhere without a Location: add api_header Location
--- cases
GET /a => 302 1

=== of what is none
--- config
api_route GET /a { api_query one "SELECT 1 AS n, true AS b, 'x' AS t" as=r; api_status $r.n 201 200; }
api_route GET /b { api_query one "SELECT 1 AS n, true AS b, 'x' AS t" as=r; api_status $r.b in=200,201; }
api_route GET /c { api_query one "SELECT 1 AS n, true AS b, 'x' AS t" as=r; api_status $r.nope in=200,201; }
--- must_die
--- error_log
api_status of "GET /a": "$r.n" is a column of type integer, and must be boolean
api_status of "GET /b": "$r.b" is a column of type boolean, and must be an integer, or boolean with two statuses
api_status of "GET /c": "$r.nope" is unknown: the statement that it names returns no column "nope"

=== and of wrong words
--- config
api_route GET /a { api_query one "SELECT true AS b" as=r; api_status $r.b 404 200; }
api_route GET /b { api_query one "SELECT true AS b" as=r; api_status $r.b 200; }
api_route GET /c { api_query one "SELECT 1 AS b" as=r; api_status $r.b in=200,304; }
api_route GET /d/:id { api_query one "SELECT $id AS b" as=r; api_status $id 200 201; }
api_route GET /e { api_status $r.b 200 201; api_query one "SELECT true AS b" as=r; }
--- must_die
--- error_log
must be the status of success, a number from 200 to 299, or 301, 302, 303, 307, 308 with a Location
api_status CODE, or api_status $row.column CODE_TRUE CODE_FALSE
api_status of "GET /d/:id": "$id" is no column of a row
api_status of "GET /e": "$r.b" is known only after its own statement
