# Problems: nginx's own errors in an API location, routes as locations,
# parameters of every kind.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE hits (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, what text);
CREATE TABLE things (id int PRIMARY KEY, name text);
INSERT INTO things VALUES (1, 'one');
SQL

our $Config = <<'END';
    root html;

    api_route GET /at-server { api_query value "SELECT 'server'"; }
    api_route GET /at-server/:id { api_query one "SELECT id, name FROM things WHERE id = $id"; }

    # locations of nginx's own

    location /plain { return 200 'plain'; }
    location /plain404 { return 404; }

    # one word of ours makes an API of a location

    location /timed { api_timeout 5s; }
    location /typed { api_body_type form; }

    location /p {
        api_route GET /thing/:id { api_query one "SELECT id, name FROM things WHERE id = $id"; }
        api_route POST /thing { api_body { name string; } api_query one "SELECT $name::text AS name"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /secret {
            auth_basic "API";
            auth_basic_user_file passwords;
            api_query value "SELECT 1";
        }
        api_route GET /crash { api_query value "SELECT 1 / 0 FROM no_table"; }
        api_route POST /small { client_max_body_size 10; api_body { name string; } api_query value "SELECT $name::text"; }
        api_route POST /large { client_max_body_size 100k; api_body { name string; } api_query value "SELECT length($name)"; }

        # handlers of nginx as routes

        api_route GET /return { return 200 '{"returned":true}'; }
        api_route GET /teapot { return 418; }
        api_route GET /gone { return 410; }
        api_route GET /moved { return 301 /p/return; }
        api_route GET /proxied/:x { proxy_pass http://unix:$TEST_NGINX_SERVROOT/back.sock; }
        api_route GET /away { proxy_pass http://127.0.0.1:1; }

        # per route

        api_route GET /headers/:id {
            add_header X-Name $api_row_name;
            add_header X-Route $api_route always;
            add_header X-Error "$api_error" always;
            add_header X-Id $api_request_id always;
            expires 1h;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /zipped {
            gzip on;
            gzip_types application/json;
            gzip_min_length 10;
            api_query value "SELECT repeat('x', 1000)";
        }

        # error_page of the user wins

        api_route GET /page/:id {
            error_page 404 /pages/404.html;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-text/:id {
            error_page 404 =200 /plain;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-named/:id {
            error_page 404 @named;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-seen/:id {
            error_page 404 400 /seen;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-seen-named/:id {
            error_page 404 @seen;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-seen-inside/:id {
            error_page 404 =404 /p/return;
            add_header X-Seen "$api_error" always;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /page-denied { deny all; error_page 403 @seen; api_query value "SELECT 1"; }
        api_route GET /page-route/:id {
            error_page 404 /p/thing/1;
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }

        # what asks for a second request

        api_route GET /authorized { auth_request /check/1; api_query value "SELECT 'in'"; }
        api_route GET /unauthorized { auth_request /check/99; api_query value "SELECT 'in'"; }
        api_route GET /forbidden { auth_request /check/403; api_query value "SELECT 'in'"; }
        api_route POST /mirrored {
            mirror /mirror;
            api_body { what string; }
            api_query one "INSERT INTO hits (what) VALUES ($what) RETURNING what";
        }
        api_route GET /mirror-get { mirror /p/hit; api_query value "SELECT 'mirrored'"; }
        api_route GET /hit { api_query value "SELECT 'hit'"; }
        api_route GET /hits { api_query value "SELECT array_agg(what ORDER BY id) FROM hits"; }

        location /p/inner {
            api_route GET /thing/:id { api_query one "SELECT id FROM things WHERE id = $id"; }
            location /p/inner/deeper {
                api_route GET /thing { api_query value "SELECT 'deeper'"; }
            }
        }
    }

    location /pages/ { }
    location = /seen { return 200 '$api_error|$api_route|$api_db_time|$api_request_id'; }
    location @seen { return 200 '$api_error|$api_route|$api_db_time|$api_request_id'; }
    location @named { return 200 'named'; }
    location /check {
        internal;
        api_route GET /403 { return 403; }
        api_route GET /:id { api_query one "SELECT id FROM things WHERE id = $id"; api_error 404 401; }
    }
    location = /mirror {
        internal;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/m/hit;
    }
    location /m {
        api_route POST /hit {
            api_body { what string; }
            api_query one "INSERT INTO hits (what) VALUES ('mirror ' || $what) RETURNING what";
        }
    }
    location /ssi {
        ssi on;
        ssi_types *;
    }
    location /rewritten {
        rewrite ^/rewritten/(.*)$ /p/thing/$1 last;
    }
    location /tried {
        try_files /nothing /p/thing/1;
    }
    location /limited {
        api_route GET /one { limit_req zone=one; limit_req_status 429; api_query value "SELECT 1"; }
        api_route GET /conn { limit_except POST { deny all; } api_query value "SELECT 1"; }
    }
    location /params {
        api_param base int default=7;
        api_param X-Tenant string in=header;
        api_route GET /all {
            api_param i int; api_param b bigint; api_param n number; api_param t bool;
            api_param s string; api_param u uuid; api_param e email; api_param d date;
            api_param ts timestamp; api_param tm time; api_param j json; api_param r uri;
            api_param v4 ipv4; api_param v6 ipv6; api_param en enum(red,green);
            api_query one "SELECT $i::int AS i, $b::bigint AS b, $n::numeric AS n, $t::bool AS t, $s::text AS s,
                $u::uuid AS u, $e::text AS e, $d::date AS d, $ts::timestamptz AS ts, $tm::time AS tm, $j::jsonb AS j,
                $r::text AS r, $v4::inet AS v4, $v6::inet AS v6, $en::text AS en";
        }
        api_route GET /arrays {
            api_param i int[] min=1 max=3; api_param s string[]; api_param d date[]; api_param en enum(red,green)[];
            api_query one "SELECT $i::int[] AS i, $s::text[] AS s, $d::date[] AS d, $en::text[] AS en";
        }
        api_route GET /rules {
            api_param need int required;
            api_param low int min=3 max=5;
            api_param text string min=2 max=3;
            api_param num number min=-1.5 max=2.5;
            api_query one "SELECT $need::int AS need, $low::int AS low, $text::text AS text, $num::numeric AS num";
        }
        api_route GET /places {
            api_param tenant string in=header required;
            api_param trace_id uuid in=header;
            api_param session string in=cookie;
            api_param count int in=cookie default=3;
            api_query one "SELECT $tenant::text AS tenant, $trace_id::uuid AS trace, $session::text AS session,
                                  $count::int AS count, $base::int AS base";
        }
        api_route GET /path/:a/:b<int>/*rest {
            api_query one "SELECT $a::text AS a, $b::int AS b, $rest::text AS rest";
        }
        api_route GET /fixed/text { api_query value "SELECT 'text'"; }
        api_route GET /fixed/:n<int> { api_query value "SELECT $n::int"; }
        api_route GET /fixed/:u<uuid> { api_query value "SELECT $u::uuid"; }
        api_route GET /fixed/:s { api_query value "SELECT $s::text"; }
        api_route GET /fixed/*all { api_query value "SELECT 'all ' || $all"; }
        api_route GET /only/:n<int> { api_query value "SELECT $n::int"; }
    }
END

$Config =~ s/^\s*api_param X-Tenant.*\n//m;
$Config =~ s/ api_error 404 401;//;

our $HttpConfig = <<'END';
    # one statement fails on purpose
    api_postgres app { primary $TEST_NGINX_PG_URI; check off; }
    server {
        listen unix:$TEST_NGINX_SERVROOT/back.sock;
        location / { return 200 '{"back":"$request_method $request_uri"}'; }
        location /p/proxied/missing { return 404; }
    }
    limit_req_zone $server_port zone=one:1m rate=1r/m;
    log_format api '$status|$api_route|$api_error|$api_request_id|$api_db_time';
END

our $Files = <<'END';
>>> pages/404.html
<p>my own page</p>
>>> ssi/page.html
[<!--#include virtual="/p/thing/1" -->|<!--#include virtual="/p/thing/1" -->|<!--#include virtual="/p/thing/99" -->]
>>> ../conf/passwords
ann:{PLAIN}secret
END

run_tests();

__DATA__

=== nginx's own errors are problems in an API location
--- http_config eval: $main::HttpConfig
--- config eval: $main::Config
--- user_files eval: $main::Files
--- cases
GET /p/nothing                  => 404 ~ "status":404.*"request_id":"[A-Za-z0-9._-]+"
< X-Request-Id: [A-Za-z0-9._-]+
GET /p                          => 404
GET /timed/nothing              => 404 ~ "status":404
GET /typed/nothing              => 404 ~ "status":404
GET /p/                         => 404
GET /p/thing/99                 => 404
PUT /p/thing/1                  => 405 ~ "status":405
< Allow: .*GET.*
DELETE /p/thing {"a":1}         => 405
< Allow: POST.*
GET /p/denied                   => 403 ~ "status":403
GET /p/secret                   => 401 ~ "status":401
< WWW-Authenticate: Basic realm="API"
GET /p/secret                   => 200 1
+ Authorization: Basic YW5uOnNlY3JldA==
POST /p/small {"name":"long enough"} => 413 ~ "status":413
GET /p/crash                    => 500 ~ "status":500
GET /p/teapot                   => 418 ~ "status":418
GET /p/gone                     => 410 ~ "status":410
GET /p/away                     => 502 ~ "status":502
GET /limited/one                => 200 1
GET /limited/one                => 429 ~ "status":429
< Retry-After: \d+
GET /limited/conn               => 403


=== X-Request-Id is kept in a problem, and made when it is bad
--- cases
GET /p/nothing                  => 404 ~ "request_id":"mine"
+ X-Request-Id: mine
< X-Request-Id: mine
GET /p/thing/1                  => 200
+ X-Request-Id: mine
< X-Request-Id: mine
GET /p/nothing                  => 404 ~ "request_id":"[0-9a-f]{32}"
+ X-Request-Id: not good
GET /p/denied                   => 403 ~ "request_id":"mine"
+ X-Request-Id: mine
< X-Request-Id: mine


=== what is no API location keeps nginx's page
--- request eval
["GET /plain404", "GET /pages/nothing", "GET /plain"]
--- error_code eval
[404, 404, 200]
--- response_headers_like eval
["Content-Type: text/html", "Content-Type: text/html",
 "Content-Type: text/plain"]
--- response_body_like eval
["<html>", "<html>", "plain"]


=== error_page of the user wins
--- request eval
["GET /p/page/99", "GET /p/page-text/99", "GET /p/page-named/99",
 "GET /p/page-route/99", "GET /p/page/1"]
--- error_code eval
[404, 200, 404, 404, 200]
--- response_body_like eval
["my own page", "plain", "named", qr/\A\{"id":1,"name":"one"\}\z/,
 qr/\A\{"id":1,"name":"one"\}\z/]


=== … and knows what failed
--- request eval
["GET /p/page-seen/99", "GET /p/page-seen/x", "GET /p/page-seen-named/99", "GET /p/page-denied", "GET /seen"]
--- more_headers
X-Request-Id: mine
--- error_code eval
[404, 400, 404, 403, 200]
--- response_headers eval
["X-Request-Id: mine", "X-Request-Id: mine", "X-Request-Id: mine", "X-Request-Id: mine", "X-Request-Id:"]
--- response_body_like eval
[qr/\Ano_row\|GET \/p\/page-seen\/:id\|\d+\.\d{3}\|mine\z/,
 qr/\Abad_parameter\|GET \/p\/page-seen\/:id\|[\d.]*\|mine\z/,
 qr/\Ano_row\|GET \/p\/page-seen-named\/:id\|\d+\.\d{3}\|mine\z/,
 qr/\Aforbidden\|GET \/p\/page-denied\|\|mine\z/, qr/\A\|\|\|mine\z/]


=== a named location may answer with a status of its own
--- request
GET /p/page-named/99
--- error_code: 404
--- response_body chomp
named


=== routes of nginx's handlers
--- cases
GET /p/return                   => 200 {"returned":true}
< Content-Type: .*
GET /p/moved                    => 301
< Content-Type: .*
< Location: .*/p/return
GET /at-server                  => 200 "server"
GET /at-server/1                => 200 {"id":1,"name":"one"}
GET /at-server/9                => 404
PUT /at-server                  => 405
GET /p/inner/thing/1            => 200 {"id":1}
GET /p/inner/deeper/thing       => 200 "deeper"
GET /p/inner/nothing            => 404
GET /p/inner/deeper/nothing     => 404


=== directives of nginx act per route
--- cases
GET /p/headers/1                => 200 {"id":1,"name":"one"}
< X-Name: one
< X-Route: GET /p/headers/:id
< X-Id: a
< Cache-Control: max-age=3600
+ X-Request-Id: a
GET /p/headers/9                => 404
< X-Name:
< X-Route: GET /p/headers/:id
< X-Error: no_row
< Cache-Control:
GET /p/headers/x                => 400
< X-Error: bad_parameter
GET /p/zipped                   => 200
+ Accept-Encoding: gzip
< Content-Encoding: gzip
POST /p/large {"name":"large"}  => 200 5
HEAD /p/thing/1                 => 200 -
< Content-Length: 21
HEAD /p/thing/9                 => 404 -
OPTIONS /p/thing/1              => 204 -
< Allow: .*GET.*


=== subrequests
--- cases
GET /p/authorized               => 200 "in"
GET /p/unauthorized             => 500
GET /p/forbidden                => 403 ~ "status":403
GET /p/hits                     => 200 null
POST /p/mirrored {"what":"a"}   => 200 {"what":"a"}
GET /p/mirror-get               => 200 "mirrored"


=== a mirror comes once
--- wait: 0.3
--- cases
GET /p/hits                     => 200 ~ ^\["(a","mirror a|mirror a","a)"\]$


=== SSI includes routes
--- request
GET /ssi/page.html
--- response_body_like: ^\[\{"id":1,"name":"one"\}\|\{"id":1,"name":"one"\}\|.*\]\s*$


=== internal redirects end in routes
--- cases
GET /rewritten/1                => 200 {"id":1,"name":"one"}
GET /rewritten/9                => 404
GET /rewritten/x                => 400 ~ "field":"id"
GET /tried                      => 200 {"id":1,"name":"one"}
GET /p/proxied/x?y=z            => 200 {"back":"GET /p/proxied/x?y=z"}
< Content-Type: .*
GET /p/proxied/missing          => 404
< Content-Type: text/html


=== parameters of every type
--- cases
GET /params/all?i=-5&b=9223372036854775807&n=1.50&t=true&s=a%20b&u=00000000-0000-0000-0000-00000000000A&e=a@b.com&d=2024-02-29&ts=2024-02-29T10:00:00Z&tm=10:11:12&j=%7B%22a%22:1%7D&r=https://a.b/c?d&v4=10.0.0.1&v6=::1&en=red => 200 ~ ^\{"i":-5,"b":9223372036854775807,"n":1\.50,"t":true,"s":"a b","u":"00000000-0000-0000-0000-00000000000a","e":"a@b\.com","d":"2024-02-29","ts":"2024-02-29T10:00:00(Z|\+00:00)","tm":"10:11:12","j":\{"a": 1\},"r":"https://a\.b/c\?d","v4":"10\.0\.0\.1","v6":"::1","en":"red"\}$
GET /params/all                 => 200 ~ ^\{("[a-z0-9]+":null,?)+\}$
GET /params/all?i=x&b=1.5&n=x&t=1x&u=x&e=x&d=x&ts=x&tm=x&j=x&r=x&v4=x&v6=x&en=blue => 400 ~ "i".*"b".*"n".*"t".*"u".*"e".*"d".*"ts".*"tm".*"j".*"r".*"v4".*"v6".*"en"
GET /params/all?d=2023-02-29    => 400 ~ "field":"d"
GET /params/all?ts=2024-02-29T10:00:00 => 200 ~ "ts":"2024-02-29T10:00:00(Z|\+00:00)"
GET /params/all?ts=2024-02-29 => 400 ~ "field":"ts"
GET /params/all?ts=2024-02-29T10:00:00%2B02:00 => 200 ~ "ts":"2024-02-29T08:00:00
GET /params/all?v4=256.0.0.1    => 400
GET /params/all?v6=::g          => 400
GET /params/all?n=1e400         => 200
GET /params/all?n=NaN           => 400
GET /params/all?j=%7B           => 400
GET /params/all?j=null          => 200
GET /params/all?j=[1,2]         => 200 ~ "j":\[1, 2\]
GET /params/all?s=              => 200 ~ "s":""
GET /params/all?s=%00           => 400 ~ "field":"s"
GET /params/all?s=%C3%A9        => 200 ~ "s":"é"
GET /params/all?s=%C3           => 400 ~ "field":"s"
GET /params/all?s=%FF           => 400 ~ "field":"s"
GET /params/all?s=%             => 400
GET /params/all?s=%1            => 400
GET /params/all?s=%GG           => 400
GET /params/all?s=%25%32%30     => 200 ~ "s":"%20"
GET /params/all?s=a+b           => 200 ~ "s":"a[ +]b"
GET /params/all?s=a=b           => 200 ~ "s":"a=b"
GET /params/all?S=x             => 200 ~ "s":null
GET /params/all?%73=x           => 200 ~ "s":"x"
GET /params/all?s               => 200 ~ "s":(null|"")
GET /params/all?&&s=x&          => 200 ~ "s":"x"


=== parameters that are lists
--- cases
GET /params/arrays?i=1,2,3&s=a,b&d=2024-01-01&en=red,green => 200 {"i":[1,2,3],"s":["a","b"],"d":["2024-01-01"],"en":["red","green"]}
GET /params/arrays              => 200 {"i":null,"s":null,"d":null,"en":null}
GET /params/arrays?i=1&i=2      => 200 ~ "i":\[1,2\]
GET /params/arrays?i=1,2&i=3    => 200 ~ "i":\[1,2,3\]
GET /params/arrays?i=           => 400 ~ "field":"i"
GET /params/arrays?s=           => 200 ~ "s":\[\]
GET /params/arrays?i=1,2,3,4    => 400 ~ "field":"i"
GET /params/arrays?i=1,x        => 400 ~ "field":"i"
GET /params/arrays?i=1%2C2      => 200 ~ "i":\[1,2\]
GET /params/arrays?en=red,blue  => 400 ~ "field":"en"
GET /params/arrays?s=%22,%7B%7D,%5C,NULL,%27 => 200 ~ "s":\["\\"","\{\}","\\\\","NULL","'"\]
GET /params/arrays?d=2024-01-01,2024-13-01 => 400 ~ "field":"d"


=== rules of parameters, all failures at once
--- cases
GET /params/rules               => 400 ~ "field":"need"
GET /params/rules?need=         => 400 ~ "field":"need"
GET /params/rules?need=1        => 200 {"need":1,"low":null,"text":null,"num":null}
GET /params/rules?need=1&low=3&text=ab&num=-1.5 => 200 {"need":1,"low":3,"text":"ab","num":-1.5}
GET /params/rules?need=1&low=5&text=abc&num=2.50 => 200 {"need":1,"low":5,"text":"abc","num":2.50}
GET /params/rules?low=2&text=a&num=-1.51 => 400 ~ "need".*"low".*"text".*"num"
GET /params/rules?need=1&low=6&text=abcd&num=2.51 => 400 ~ "low".*"text".*"num"
GET /params/rules?need=1&text=%C3%A9%C3%A9%C3%A9 => 200
GET /params/rules?need=1&text=%F0%9F%98%80 => 400 ~ "field":"text"


=== parameters in headers and cookies
--- cases
GET /params/places              => 400 ~ "field":"tenant"
GET /params/places              => 200 {"tenant":"acme","trace":null,"session":null,"count":3,"base":7}
+ Tenant: acme
GET /params/places?base=8       => 200 {"tenant":"a b","trace":"00000000-0000-0000-0000-000000000001","session":"s=1","count":5,"base":8}
+ Tenant: a b
+ Trace-Id: 00000000-0000-0000-0000-000000000001
+ Cookie: count=5; session=s=1; x=y
GET /params/places?base=x       => 400 ~ "trace_id".*"count".*"base"|"base".*"trace_id".*"count"
+ Tenant: acme
+ Trace-Id: x
+ Cookie: count=x
GET /params/places?tenant=x     => 400 ~ "field":"tenant"
# of two cookies the first: browsers send the nearest path's first
GET /params/places              => 200 ~ "session":"near","count":5
+ tenant: a
+ Cookie: count=5; session=near; session=far; count=x
GET /params/places              => 200 ~ "session":"near"
+ tenant: a
+ Cookie: session=near
+ Cookie: session=far
GET /params/places              => 200 ~ "session":""
+ Tenant: acme
+ Cookie: session=
GET /params/places              => 200 ~ "count":6
+ Tenant: acme
+ Cookie: a=b
+ Cookie: count=6


=== paths
--- cases
GET /params/path/x/5/a/b/c      => 200 {"a":"x","b":5,"rest":"a/b/c"}
GET /params/path/x/5/a%20b      => 200 {"a":"x","b":5,"rest":"a b"}
GET /params/path/%C3%A9/5/x     => 200 {"a":"é","b":5,"rest":"x"}
GET /params/path/x/y/z          => 400 ~ "field":"b"
GET /params/path/%FF/5/x        => 400 ~ "field":"a"
GET /params/path/x/5/%FF        => 400 ~ "field":"rest"
GET /params/path/a%25b/5/x      => 200 {"a":"a%b","b":5,"rest":"x"}
GET /params/path/a%2525b/5/x    => 200 {"a":"a%25b","b":5,"rest":"x"}
GET /params/fixed/text          => 200 "text"
GET /params/fixed/5             => 200 5
GET /params/fixed/00000000-0000-0000-0000-00000000000a => 200 "00000000-0000-0000-0000-00000000000a"
GET /params/fixed/other         => 200 "other"
GET /params/fixed/a/b           => 200 "all a/b"
GET /params/fixed/99999999999   => 200 "99999999999"
GET /params/only/x              => 400 ~ "field":"n"
GET /params/only/99999999999    => 400 ~ "field":"n"
GET /params/only/               => 404
GET /params/only/5/             => 404


=== a slash that is encoded is a slash, a NUL is refused
--- request eval
["GET /params/fixed/a%2fb", "GET /params/fixed/a%00b",
 "GET /params/fixed/%2e%2e/fixed/5", "GET /params/fixed/..%2f..%2f..%2fetc"]
--- error_code eval
[200, 400, 200, 400]
--- response_body_like eval
['"all a/b"', "400", "5", "400"]


=== 10,000 parameters
--- request eval
"GET /params/rules?" . join("&", ("a=1") x 1500) . "&need=5"
--- error_code: 200
--- response_body_like: "need":5


=== nothing was logged as ours but what is ours
--- cases
GET /params/fixed/text          => 200 "text"
--- grep_error_log eval: qr/\[(?:alert|crit|emerg)\][^,]*/
--- grep_error_log_out
