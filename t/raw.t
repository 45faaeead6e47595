# api_answer raw: a column's bytes as the answer.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE files (id int PRIMARY KEY, name text, type text, data bytea, note text);
INSERT INTO files VALUES
    (1, 'a.bin', 'application/x-a', '\x00ff0a41', 'plain'),
    (2, E'q"\\/uer ü.txt', 'text/plain; charset=utf-8', 'hello world', NULL),
    (3, NULL, E'text/html\r\nX-Evil: 1', 'x', ''),
    (4, 'null', 'a/b', NULL, NULL),
    (5, 'empty', 'a/b', '', ''),
    (7, 'a' || repeat('ü', 200), 'a/b', 'x', NULL),
    (8, repeat('ü', 200), 'a/b', 'x', NULL),
    (6, 'large', 'a/b', convert_to(repeat('y', 2000), 'UTF8'), NULL);
SQL

our $Config = <<'END';
    location /r {
        api_envelope data;
        api_route GET /data/:id<int> {
            api_max_answer 1k;
            api_query one "SELECT name, type, data FROM files WHERE id = $id" as=f none=404 "no such file";
            api_answer raw $f.data type=$f.type name=$f.name;
            api_header X-Type $api_row_f_type;
        }
        api_route GET /shown/:id<int> {
            api_query one "SELECT name, data FROM files WHERE id = $id" as=f;
            api_answer raw $f.data type=text/plain name=$f.name inline;
            api_cors https://a.example;
            api_header X-Shown 1;
            api_header X-Always 1 always;
        }
        api_route GET /text/:id<int> {
            api_query optional "SELECT note FROM files WHERE id = $id" as=f;
            api_answer raw $f.note "type=text/plain; charset=utf-8";
        }
        api_route GET /tagged/:id<int> {
            api_etag on;
            api_query one "SELECT name, data FROM files WHERE id = $id" as=f;
            api_answer raw $f.data type=text/plain name=$f.name;
        }
        api_route POST /kept/:id<int> {
            api_prefer return;
            api_query one "SELECT name, data FROM files WHERE id = $id" as=f;
            api_answer raw $f.data type=text/plain name=$f.name;
        }
        api_route POST /made {
            api_query value "SELECT decode('0102', 'hex')" as=f;
            api_answer raw $f.decode type=image/png;
            api_status 201;
        }
    }
    location /paged {
        error_page 416 = /page;
        api_route GET /it { api_query one "SELECT 'x'::text AS n" as=f; api_answer raw $f.n type=text/html; }
    }
    location = /page { default_type text/plain; return 200 "a page"; }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== bytes as they are
--- request
GET /r/data/1
--- error_code: 200
--- response_headers
Content-Type: application/x-a
Content-Length: 4
Accept-Ranges: bytes
Content-Disposition: attachment; filename="a.bin"; filename*=UTF-8''a.bin
--- response_body eval
"\x00\xff\x0aA"

=== a range of them
--- request
GET /r/data/2
--- more_headers
Range: bytes=6-
--- error_code: 206
--- response_headers
Content-Range: bytes 6-10/11
Content-Type: text/plain; charset=utf-8
--- response_body: world

=== several ranges: the type is as it was said
--- request
GET /r/data/1
--- more_headers
Range: bytes=0-0,2-2
--- error_code: 206
--- response_body_like eval
qr/Content-Type: application\/x-a\r\nContent-Range: bytes 0-0\/4\r\n/

=== beyond its end: a problem, and nothing of the file
--- cases
GET /r/shown/2 => 416 ~ "title":"Range Not Satisfiable","status":416
+ Range: bytes=50-60
< Content-Range: bytes \*/11
< Content-Disposition: (?!.)
< X-Shown: (?!.)
< X-Always: 1
< X-Request-Id: [0-9a-f]{32}
< Vary: Origin

=== beyond the end of an empty one: the problem comes, too
--- cases
GET /r/data/5 => 416 ~ "status":416
+ Range: bytes=5-9
< Content-Range: bytes \*/0
HEAD /r/data/5 => 416 -
+ Range: bytes=5-9

=== refused once it stands: nothing of the file
--- cases
GET /r/tagged/1 => 412
+ If-Match: "other"
< Content-Disposition: (?!.)
POST /r/kept/1 => 204 -
+ Prefer: return=minimal
< Content-Disposition: (?!.)

=== beyond its end, and error_page makes a page of it
--- request
GET /paged/it
--- more_headers
Range: bytes=9-
--- error_code: 200
--- response_headers
Content-Type: text/plain
--- response_body: a page

=== a name that a header cannot hold as it is
--- request
GET /r/data/2
--- error_code: 200
--- response_headers
Content-Disposition: attachment; filename="q___uer __.txt"; filename*=UTF-8''q%22%5C%2Fuer%20%C3%BC.txt

=== a long name ends between two characters
--- cases
GET /r/shown/7 => 200 x
< Content-Type: text/plain
< Content-Disposition: inline; filename="a_{254}"; filename\*=UTF-8''a(?:%C3%BC){127}
GET /r/shown/8 => 200 x
< Content-Type: text/plain
< Content-Disposition: inline; filename="_{254}"; filename\*=UTF-8''(?:%C3%BC){127}

=== a type that is none
--- request
GET /r/data/3
--- error_code: 200
--- response_headers
Content-Type: application/octet-stream
Content-Disposition: attachment
X-Evil:
--- response_body: x
--- error_log
the column of "type=" in

=== shown, not saved
--- request
GET /r/shown/1
--- error_code: 200
--- response_headers
Content-Type: text/plain
Content-Disposition: inline; filename="a.bin"; filename*=UTF-8''a.bin

=== text
--- request
GET /r/text/1
--- error_code: 200
--- response_headers
Content-Type: text/plain; charset=utf-8
Content-Disposition:
--- response_body: plain

=== what is NULL, or no row, and what is larger than allowed
--- cases
GET /r/data/4 => 404 ~ "detail":"nothing was found"
GET /r/data/9 => 404 ~ "detail":"no such file"
GET /r/text/2 => 404 ~ "code":"no_row"
GET /r/text/9 => 404 ~ "code":"no_row"
GET /r/data/6 => 500 ~ "code":"too_large"

=== nothing at all
--- request
GET /r/data/5
--- error_code: 200
--- response_headers
Content-Length: 0
--- response_body:

=== a part of what is written: there is none, all of it comes
--- cases
POST /r/kept/1 => 200
+ Range: bytes=999999-
< Content-Type: text/plain.*
< Content-Range: (?!.)

=== what is written is no failure: without a value, and larger than allowed
--- cases
POST /r/kept/4 => 204 -
POST /r/kept/6 => 200
< Content-Type: text/plain.*

=== of another status
--- request
POST /r/made
--- error_code: 201
--- response_headers
Content-Type: image/png
--- response_body eval
"\x01\x02"

=== HEAD
--- request
HEAD /r/data/1
--- error_code: 200
--- response_headers
Content-Length: 4
Content-Type: application/x-a
--- response_body:

=== what cannot be
--- config
api_route GET /a { api_query one "SELECT 1 AS n" as=r; api_answer raw $r.n type=a/b; }
api_route GET /b { api_query one "SELECT 'x' AS n" as=r; api_answer raw $r.m type=a/b; }
api_route GET /c { api_query one "SELECT 'x' AS n" as=r; api_answer raw $r.n; }
api_route GET /d { api_query one "SELECT 'x' AS n" as=r; api_answer raw $r.n type=png; }
api_route GET /e { api_query one "SELECT 'x' AS n" as=r; api_answer raw $r.n type=a/b inline; }
api_route GET /f { api_query one "SELECT 'x' AS n" as=r; api_answer cooked $r.n type=a/b; }
api_route GET /g { api_query one "SELECT 'x' AS n" as=r; api_answer raw $r.n type=a/b; api_query value "SELECT 2"; }
--- must_die
--- error_log
api_answer of "GET /a": "$r.n" is a column of type integer, and must be bytea or text: cast it
api_answer of "GET /b": "$r.m" is unknown: the statement that it names returns no column "m"
"api_answer" directive needs the type of what is answered: type=image/png
"api_answer" directive needs a media type behind "type=", as image/png
"api_answer" directive needs "name=" for "inline"
"api_answer" directive is written: api_answer { name $value; … }, or api_answer raw
api_answer of "GET /g" stands above a statement
