# $changes: the fields of a body that were sent, in an UPDATE.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql('CREATE TABLE posts (id int PRIMARY KEY, title varchar(10) NOT NULL, text text, n int CHECK (n > 0), tags text[],
                         meta jsonb, at timestamptz, "order" int, version int NOT NULL DEFAULT 1)',
    "INSERT INTO posts (id, title, text) SELECT i, 'title', 'text' FROM generate_series(1, 3) i");

our $Config = <<'END';
    location /p {
        api_etag version;
        api_route GET /posts/:id { api_query one "SELECT * FROM posts WHERE id = $id"; }
        api_route PATCH /posts/:id {
            api_body {
                title string;
                text  string nullable;
                n     int;
                tags  string[] nullable;
                meta  nullable { a int; }
                at    timestamp;
                order int;
                why   string;
            }
            api_query one "UPDATE posts SET $changes, version = version + 1
                            WHERE id = $id AND ($if_match IS NULL OR version = $if_match)
                              AND ($why IS NULL OR $why <> 'no')
                           RETURNING title, text, n, tags, meta, at, \"order\", version";
        }
        api_route PUT /named/:id {
            api_param changes int;
            api_query value "UPDATE posts SET n = $changes WHERE id = $id RETURNING n";
        }
    }
END

run_tests();

__DATA__

=== what was sent is changed, the rest stays
--- config eval: $main::Config
--- cases
PATCH /p/posts/1 {"title":"new"} => 200 {"title":"new","text":"text","n":null,"tags":null,"meta":null,"at":null,"order":null,"version":2}
< ETag: "2"
PATCH /p/posts/1 {"text":null} => 200 ~ ^\{"title":"new","text":null,
PATCH /p/posts/1 {"n":3,"tags":["a","b,c"],"meta":{"a":1},"at":"2026-01-02T03:04:05Z","order":4} => 200 ~ "n":3,"tags":\["a","b,c"\],"meta":\{"a":\s?1\},"at":"2026-01-02T03:04:05(Z|\+00:00)","order":4,"version":4
PATCH /p/posts/1 {"tags":null,"meta":null} => 200 ~ "n":3,"tags":null,"meta":null,"at":"2026
PATCH /p/posts/1 {"title":"merged"} => 200 ~ "title":"merged","text":null,"n":3
+ Content-Type: application/merge-patch+json
PATCH /p/posts/1 {"title":"x","why":"yes"} => 200 ~ "title":"x"
PATCH /p/posts/1 {"title":"y","why":"no"} => 404
PATCH /p/posts/1 {"title":"y"} => 412
+ If-Match: "1"
PATCH /p/posts/1 {"title":"y"} => 200
+ If-Match: "7"



=== what is refused
--- config eval: $main::Config
--- cases
PATCH /p/posts/2 {} => 422 ~ "keyword":"minProperties"
PATCH /p/posts/2 {"version":9} => 422 ~ "field":"/version"
PATCH /p/posts/2 {"title":null} => 422 ~ "field":"/title"
PATCH /p/posts/2 {"n":"x"} => 422 ~ "field":"/n"
PATCH /p/posts/2 {"n":0} => 422 ~ "field":"/n"
PATCH /p/posts/2 {"title":"far too long a title"} => 422 ~ "field":"/title"
PATCH /p/posts/2 [{"op":"remove","path":"/text"}] => 415 ~ "code":"media_type"
+ Content-Type: application/json-patch+json
< Accept-Patch: application/merge-patch\+json, application/json
PATCH /p/posts/9 {"title":"new"} => 404
GET /p/posts/2 => 200 ~ "title":"title","text":"text".*"version":1
PUT /p/named/3?changes=5 => 200 5



=== nginx -t: no body
--- config
    api_route PATCH /a { api_query exec "UPDATE posts SET $changes WHERE id = 1"; }
--- must_die
--- error_log eval
qr/\[emerg\].*"\$changes" is what the body changes, and there is no api_body \{ \} whose fields are columns: declare it in .*nginx\.conf:\d+:\d+/
--- no_error_log
[alert]



=== nginx -t: all fields are named
--- config
    api_route PATCH /a {
        api_body { title string; }
        api_query exec "UPDATE posts SET $changes, title = $title WHERE id = 1";
    }
--- must_die
--- error_log eval
qr/\[emerg\].*"\$changes" is the fields of api_body that the statement does not name besides, and there are none: drop it, or the others in .*nginx\.conf:\d+:\d+/
--- no_error_log
[alert]



=== nginx -t: a field that is no column
--- config
    api_route PATCH /a {
        api_body { title string; colour string; }
        api_query exec "UPDATE posts SET $changes WHERE id = 1";
    }
--- must_die
--- error_log eval
qr/\[emerg\].*column "colour".*does not exist.* at line 1, column \d+ of the statement in .*nginx\.conf:\d+/
--- no_error_log
[alert]
