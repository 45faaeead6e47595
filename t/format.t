# api_format: JSON, CSV and JSON lines of the same rows, by Accept.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql('CREATE TABLE things (id int PRIMARY KEY, "a name" text, big bigint, price numeric, at timestamptz, ok bool,
                          tags text[], meta jsonb, raw bytea)',
    q~INSERT INTO things VALUES
        (1, 'plain', 9007199254740993, 1.50, '2026-01-02 03:04:05+00', true, '{a,"b,c"}', '{"x": [1, "}"]}', '\x0102'),
        (2, E'say "hi", you\nthere', NULL, NULL, NULL, false, NULL, NULL, NULL),
        (3, '', 0, 'NaN', NULL, NULL, '{}', 'null', ''),
        (4, '=1+1', -1, -2, NULL, true, NULL, '"text"', NULL),
        (5, 'Grüße € 😀', 1, 1e3, NULL, true, NULL, NULL, NULL)~);

our $Config = <<'END';
    location /f {
        api_format json csv ndjson;
        api_etag on;
        api_prefer return;
        api_route GET /things {
            api_param id int;
            api_query many 'SELECT * FROM things WHERE $id IS NULL OR id = $id ORDER BY id';
        }
        api_route GET /one { api_query one "SELECT 1 AS id"; }
        api_route GET /wide { api_max_answer 1k; api_query many "SELECT jsonb_agg('a'::text) AS j FROM generate_series(1, 150)"; }
        api_route POST /wide { api_max_answer 1k; api_query many "SELECT jsonb_agg('a'::text) AS j FROM generate_series(1, 150)"; }
        api_route GET /pretty { api_query many "SELECT jsonb_pretty(jsonb_build_object('a', 1))::json AS j"; }
        api_route GET /wrapped { api_envelope things count=n; api_query many "SELECT id FROM things WHERE id < 3 ORDER BY id"; }
        api_route GET /bad { api_query many "SELECT 1 / (id - id) AS x FROM things"; }
        api_route POST /things {
            api_query many "UPDATE things SET big = 1 WHERE id = 3 RETURNING id, big";
        }
        api_route GET /safe { api_format csv formula=escape; api_query many "SELECT id, \"a name\" FROM things WHERE id = 4"; }
        api_route GET /numbers { api_format csv formula=escape; api_query many "SELECT big FROM things WHERE id = 4"; }
    }
END

run_tests();

__DATA__

=== which one
--- config eval: $main::Config
--- cases
GET /f/things?id=1 => 200 ~ ^\[\{"id":1,
< Vary: .*Accept.*
GET /f/things?id=1 => 200 ~ ^\[\{"id":1,
+ Accept: */*
GET /f/things?id=1 => 200 ~ ^id,a name,big,
+ Accept: text/csv
< Content-Type: text/csv; charset=utf-8; header=present
GET /f/things?id=1 => 200 ~ ^\{"id":1,.*\}\n$
+ Accept: application/x-ndjson
< Content-Type: application/x-ndjson
GET /f/things?id=1 => 200 ~ ^\{"id":1,
+ Accept: application/jsonl
< Content-Type: application/x-ndjson
GET /f/things?id=1 => 200 ~ ^id,
+ Accept: text/*, application/json;q=0.9
< Content-Type: text/csv.*
GET /f/things?id=1 => 200 ~ ^\[
+ Accept: text/csv;q=0.5, application/json ; q=0.51
GET /f/things?id=1 => 200 ~ ^id,
+ Accept: application/json;q=0, TEXT/CSV; header=present ;Q=0.001
< Content-Type: text/csv.*
GET /f/things?id=1 => 200 ~ ^\{
+ Accept: */*;q=0.1, application/json;q=0, text/csv;q=0
< Content-Type: application/x-ndjson
GET /f/things?id=1 => 406 ~ "code":"not_acceptable"
+ Accept: text/html
< Vary: .*Accept.*
GET /f/things?id=1 => 406
+ Accept: application/json;q=0.0, text/html
GET /f/wrapped => 200 {"things":[{"id":1},{"id":2}],"n":2}
GET /f/wrapped => 200 ~ ^id\r\n1\r\n2\r\n$
+ Accept: text/csv
< Content-Type: text/csv.*
GET /f/wrapped => 200 ~ ^\{"id":1\}\n\{"id":2\}\n$
+ Accept: application/x-ndjson
< Content-Type: application/x-ndjson
GET /f/pretty => 200 ~ ^\{"j":\{ +"a": 1 \}\}\n$
+ Accept: application/x-ndjson
< Content-Type: application/x-ndjson
GET /f/wide => 500 ~ "code":"too_large"
+ Accept: text/csv
POST /f/wide => 200 ~ ^j\r\n
+ Accept: text/csv
< Content-Type: text/csv.*
GET /f/one => 200 {"id":1}
+ Accept: text/html
< Vary: (?!.*Accept).*
GET /f/bad => 500
+ Accept: text/csv
HEAD /f/things?id=1 => 200 -
+ Accept: text/csv
< Content-Type: text/csv.*
< ETag: "\w{32}"
POST /f/things => 200 ~ ^id,big\r\n3,1\r\n$
+ Accept: text/csv
< Content-Type: text/csv.*
POST /f/things => 204 -
+ Accept: text/csv
+ Prefer: return=minimal



=== an include has the first, whatever its page is asked for as
--- config eval: $main::Config . 'location /page/ { ssi on; alias html/; }'
--- user_files
>>> a.html
<!--# include virtual="/f/wrapped" -->
--- request
GET /page/a.html
--- more_headers
Accept: text/html
--- error_code: 200
--- response_body
{"things":[{"id":1},{"id":2}],"n":2}

=== CSV
--- config eval: $main::Config
--- request eval
['GET /f/things', 'GET /f/things?id=99', 'GET /f/safe', 'GET /f/numbers']
--- more_headers
Accept: text/csv
--- response_body eval
["id,a name,big,price,at,ok,tags,meta,raw\r\n"
 . qq~1,plain,9007199254740993,1.50,2026-01-02T03:04:05+00:00,true,"[""a"",""b,c""]","{""x"": [1, ""}""]}",AQI=\r\n~
 . qq{2,"say ""hi"", you\nthere",,,,false,,,\r\n}
 . qq{3,"",1,NaN,,,[],,""\r\n}
 . qq{4,=1+1,-1,-2,,true,,text,\r\n}
 . qq{5,Gr\xc3\xbc\xc3\x9fe \xe2\x82\xac \xf0\x9f\x98\x80,1,1000,,true,,,\r\n},
 "id,a name,big,price,at,ok,tags,meta,raw\r\n",
 qq{id,a name\r\n4,"'=1+1"\r\n},
 qq{big\r\n-1\r\n}]



=== lines
--- config eval: $main::Config
--- request eval
['GET /f/things?id=2', 'GET /f/things?id=99', 'GET /f/things']
--- more_headers
Accept: application/x-ndjson
--- response_body_like eval
[qr/\A\{"id":2,"a name":"say \\"hi\\", you\\nthere","big":null,[^\n]*\}\n\z/, qr/\A\z/, qr/\A(?:\{"id":\d[^\n]*\}\n){5}\z/]



=== nginx -t: words
--- config
    location /a { api_format; }
    location /b { api_format json xml; }
    location /c { api_format json json; }
    location /d { api_format json; api_format csv; }
    location /e { api_format json formula=escape; }
--- must_die
--- error_log eval
[qr/\[emerg\].*api_format names the forms of an answer: json, csv, ndjson, of which the first is for who does not say in .*:19/,
 qr/\[emerg\].*api_format knows json, csv, ndjson and formula=escape, and no other word in .*:35/,
 qr/\[emerg\].*api_format has a word twice/,
 qr/\[emerg\].*api_format is declared twice here: name all of it in one line/,
 qr/\[emerg\].*api_format has formula=escape, which is of csv: name that, too/]
--- no_error_log
[alert]



=== nginx -t: no rows
--- config
    api_route GET /a { api_format csv; api_query one "SELECT 1 AS id"; }
--- must_die
--- error_log eval
qr/\[emerg\].*api_format of "GET \/a": the answer is not "many", and only rows have other forms than JSON: drop it in .*:24/
--- no_error_log
[alert]
