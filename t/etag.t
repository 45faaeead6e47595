# api_etag: tags of answers, If-None-Match and If-Match, what nginx -t says.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql('CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL, version int NOT NULL DEFAULT 1,
                         stamp timestamptz NOT NULL DEFAULT \'2026-01-02 03:04:05.678901+00\',
                         label text)',
    "INSERT INTO posts VALUES (1, 'one', 1, DEFAULT, 'a \"b\" %41'), (2, 'two', 7, DEFAULT, NULL),
                              (3, 'three', 1, DEFAULT, NULL), (4, 'four', 1, DEFAULT, NULL)");

our $Config = <<'END';
    location /e {
        api_etag version;
        api_route GET /posts { api_query many "SELECT id FROM posts WHERE id < 3 ORDER BY id"; }
        api_route GET /posts/:id { api_query one "SELECT id, title, version FROM posts WHERE id = $id"; }
        api_route PUT /posts/:id {
            api_body { title string required; }
            api_query one "UPDATE posts SET title = $title, version = version + 1
                            WHERE id = $id AND ($if_match IS NULL OR version = $if_match)
                           RETURNING id, title, version";
        }
        api_route DELETE /posts/:id {
            api_etag version required;
            api_query exec "DELETE FROM posts WHERE id = $id AND ($if_match IS NULL OR version = $if_match)";
        }
        api_route PATCH /posts/:id {
            api_body { title string required; }
            api_query one "UPDATE posts SET title = $title WHERE id = $id
                              AND ($if_match IS NULL OR version = ANY ($if_match))
                           RETURNING id, version";
        }
        api_route POST /posts {
            api_body { id int required; title string required; }
            api_status 201;
            api_query one "INSERT INTO posts (id, title) VALUES ($id, $title) RETURNING id, version";
        }
        api_route PUT /new/:id {
            api_body { title string required; }
            api_query one "INSERT INTO posts (id, title) VALUES ($id, $title)
                           ON CONFLICT (id) DO UPDATE SET title = excluded.title, version = posts.version + 1
                            WHERE NOT $if_none_match RETURNING id, version";
        }
    }
    location /s {
        api_route GET /stamp/:id { api_etag stamp; api_query one "SELECT stamp FROM posts WHERE id = $id"; }
        api_route PUT /stamp/:id {
            api_etag stamp;
            api_query one "UPDATE posts SET stamp = stamp + interval '1 second'
                            WHERE id = $id AND ($if_match IS NULL OR stamp = $if_match) RETURNING stamp";
        }
        api_route GET /label/:id { api_etag label; api_query one "SELECT label FROM posts WHERE id = $id"; }
        api_route PUT /label/:id {
            api_etag label;
            api_query one "UPDATE posts SET label = 'x' WHERE id = $id AND ($if_match IS NULL OR label = $if_match)
                           RETURNING label";
        }
        api_route GET /xmin/:id { api_etag v; api_query one "SELECT id, xmin::text AS v FROM posts WHERE id = $id"; }
        api_route PUT /xmin/:id {
            api_etag v;
            api_query one "UPDATE posts SET title = title
                            WHERE id = $id AND ($if_match IS NULL OR xmin::text = $if_match) RETURNING xmin::text AS v";
        }
    }
    location /h {
        api_etag on;
        gzip on; gzip_min_length 1; gzip_types application/json;
        api_route GET /posts/:id { api_query one "SELECT id, title FROM posts WHERE id = $id"; }
        api_route GET /off { api_etag off; api_query value "SELECT 1"; }
        api_route GET /accepted { api_status 202; api_query value "SELECT 1"; }
        api_route POST /posts { api_query value "SELECT 1"; }
    }
    location /n { api_route GET /plain { api_query value "SELECT 1"; } }
END

run_tests();

__DATA__

=== a column: reads
--- config eval: $main::Config
--- cases
GET /e/posts/1 => 200 {"id":1,"title":"one","version":1}
< ETag: "1"
HEAD /e/posts/1 => 200 -
< ETag: "1"
GET /e/posts/9 => 404
+ If-None-Match: "1"
< ETag: (?!.)
GET /e/posts => 200 [{"id":1},{"id":2}]
< ETag: "[0-9a-f]{32}"
GET /e/posts/1 => 412 ~ "code":"precondition_failed"
+ If-Match: "2"
GET /e/posts/1 => 200
+ If-Match: "2", W/"1"
GET /e/posts/1 => 200
+ If-Match: *
GET /e/posts/1 => 400 ~ "in":"header","field":"If-Match","code":"form"
+ If-Match: 1
GET /e/posts/1 => 200
+ If-None-Match: "2"
GET /e/posts/1 => 200
+ If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT
< Last-Modified: (?!.)
GET /n/plain => 200
+ If-None-Match: *
< ETag: (?!.)



=== a column: 304
--- config eval: $main::Config
--- request eval
['GET /e/posts/1', 'GET /e/posts/1', 'HEAD /e/posts/1', 'GET /e/posts/1']
--- more_headers eval
['If-None-Match: "1"', 'If-None-Match: "2", W/"1"', 'If-None-Match: *',
 "If-None-Match: \"1\"\nIf-Modified-Since: Fri, 01 Jan 1999 00:00:00 GMT"]
--- error_code eval: [304, 304, 304, 304]
--- response_headers_like eval
[('ETag: "1"') x 4]
--- response_body eval: [('') x 4]



=== a column: writes
--- config eval: $main::Config
--- cases
PUT /e/posts/1 {"title":"uno"} => 412 ~ "code":"precondition_failed","request_id
+ If-Match: "2"
PUT /e/posts/1 {"title":"uno"} => 412
+ If-Match: "x"
PUT /e/posts/1 {"title":"uno"} => 412
+ If-Match: ""
PUT /e/posts/1 {"title":"uno"} => 412
+ If-Match: "99999999999999999999"
PUT /e/posts/1 {"title":"uno"} => 400 ~ "field":"If-Match","code":"max"
+ If-Match: "1", "2"
PUT /e/posts/1 {"title":"uno"} => 400 ~ "field":"If-Match","code":"form"
+ If-Match: *, "1"
PUT /e/posts/1 {"title":"uno"} => 400 ~ "field":"If-Match","code":"form"
+ If-Match: "1
PUT /e/posts/1 {"title":"uno"} => 200 {"id":1,"title":"uno","version":2}
+ If-Match: "1"
< ETag: "2"
PUT /e/posts/1 {"title":"uno"} => 200 ~ "version":3
+ If-Match: W/"2"
PUT /e/posts/1 {"title":"uno"} => 200 ~ "version":4
+ If-Match: *
PUT /e/posts/1 {"title":"uno"} => 200 ~ "version":5
< ETag: "5"
PUT /e/posts/9 {"title":"uno"} => 412
+ If-Match: *
PUT /e/posts/9 {"title":"uno"} => 412
+ If-Match: "1"
PUT /e/posts/9 {"title":"uno"} => 404 ~ "code":"no_row"
PUT /e/posts/1 {} => 422
+ If-Match: "5"
PATCH /e/posts/1 {"title":"eins"} => 200 {"id":1,"version":5}
+ If-Match: "1", "5"
PATCH /e/posts/1 {"title":"eins"} => 412
+ If-Match: "1", "4"
PATCH /e/posts/1 {"title":"eins"} => 412
+ If-Match: "1", "x"
PATCH /e/posts/1 {"title":"eins"} => 412
+ If-Match: "y", "x"
PATCH /e/posts/1 {"title":"eins"} => 200
+ If-Match: "x", "5"
PATCH /e/posts/1 {"title":"eins"} => 200
+ If-Match: "5"
DELETE /e/posts/1 => 428 ~ "code":"precondition_required"
DELETE /e/posts/1 => 412
+ If-Match: "4"
DELETE /e/posts/1 => 204 -
+ If-Match: "5"
< ETag: (?!.)
POST /e/posts {"id":5,"title":"five"} => 201 {"id":5,"version":1}
< ETag: "1"



=== only what is not there yet
--- config eval: $main::Config
--- cases
PUT /e/new/6 {"title":"six"} => 200 {"id":6,"version":1}
+ If-None-Match: *
< ETag: "1"
PUT /e/new/6 {"title":"six"} => 412
+ If-None-Match: *
PUT /e/new/6 {"title":"six"} => 200 {"id":6,"version":2}
PUT /e/new/6 {"title":"six"} => 400 ~ "field":"If-None-Match","code":"form"
+ If-None-Match: "1"



=== timestamps, texts, xmin
--- config eval: $main::Config
--- cases
GET /s/stamp/3 => 200
< ETag: "2026-01-02%2003:04:05.678901\+00"|"2026-01-02T03:04:05.678901(Z|\+00:00)"
PUT /s/stamp/3 => 200
+ If-Match: "2026-01-02T03:04:05.678901Z"
PUT /s/stamp/3 => 412
+ If-Match: "2026-01-02T03:04:05.678901Z"
PUT /s/stamp/3 => 412
+ If-Match: "soon"
GET /s/label/2 => 200 {"label":null}
< ETag: (?!.)
PUT /s/label/2 => 412
+ If-Match: "a%20%22b%22%20%2541"
GET /s/xmin/4 => 200
< ETag: "\d+"
PUT /s/xmin/4 => 412
+ If-Match: "1"
PUT /s/xmin/4 => 200
< ETag: "\d+"



=== a hash of the bytes, weak behind gzip
--- config eval: $main::Config
--- cases
GET /h/posts/3 => 200
< ETag: "[0-9a-f]{32}"
GET /h/posts/3 => 200 ~ ^\x1f
+ Accept-Encoding: gzip
< ETag: W/"[0-9a-f]{32}"
GET /h/posts/3 => 412
+ If-Match: "00"
GET /h/off => 200
< ETag: (?!.)
GET /h/accepted => 202
< ETag: (?!.)
POST /h/posts => 200
+ If-None-Match: *
< ETag: (?!.)



=== of a subrequest: conditions are of the main request's answer
--- config
    location /asked { api_etag version; api_route GET /it { api_query one "SELECT 1 AS version" none=401; } }
    location /main { auth_request /asked/it; api_route GET /in { api_query value "SELECT 1"; } }
--- cases
GET /main/in => 200 1
+ If-Match: "2"
GET /main/in => 200 1
+ If-None-Match: *



=== nginx -t: a read without the column
--- config
    location /l {
        api_etag version;
        api_route GET /a { api_query one "SELECT id FROM posts WHERE id = 1"; }
    }
--- must_die
--- error_log eval
qr/\[emerg\].*api_etag version of "GET \/l\/a": the answer has no column "version": select it, or say api_etag on \(a hash of the answer\) or off in this route in .*nginx\.conf:\d+:9/
--- no_error_log
[alert]



=== nginx -t: a write without it is warned of
--- config
    api_route PUT /a {
        api_etag version;
        api_query one "UPDATE posts SET title = title WHERE id = 2 AND ($if_match IS NULL OR version = $if_match)
                       RETURNING id";
    }
    api_route PUT /b {
        api_etag version;
        api_query one "UPDATE posts SET title = title WHERE id = 2 RETURNING id, version";
    }
--- request
PUT /a
--- error_code: 200
--- error_log eval
[qr/\[warn\].*api_etag version of "PUT \/a": the answer has no column "version", so that the client must read again/,
 qr/\[warn\].*api_etag version of "PUT \/b": no statement compares \$if_match/]



=== nginx -t: required, and nobody compares
--- config
    api_route PUT /a {
        api_etag version required;
        api_query one "UPDATE posts SET title = title WHERE id = 2 RETURNING id, version";
    }
--- must_die
--- error_log eval
qr/\[emerg\].*api_etag version of "PUT \/a": no statement compares \$if_match, so an If-Match of the client's changes nothing: write "AND \(\$if_match IS NULL OR version = \$if_match\)", or api_etag off in .*:9/
--- no_error_log
[alert]



=== nginx -t: $if_match without a column
--- config
    api_route PUT /a {
        api_etag on;
        api_query one "UPDATE posts SET title = title WHERE version = $if_match RETURNING id, version";
    }
--- must_die
--- error_log eval
qr/\[emerg\].*"\$if_match" is what the client's header says of the version, and no api_etag COLUMN is here or around: name the column that is the version/
--- no_error_log
[alert]



=== nginx -t: $if_match in a read
--- config
    api_route GET /a {
        api_etag version;
        api_query one "SELECT version FROM posts WHERE version = $if_match";
    }
--- must_die
--- error_log eval
qr/\[emerg\].*"\$if_match" is of writes: If-Match and If-None-Match of a GET are compared/
--- no_error_log
[alert]



=== nginx -t: words
--- config
    api_etag on required;
    location /a { api_etag version needed; }
    location /b { api_etag a.b; }
    location /c { api_etag; }
    location /d { api_etag on; api_etag off; }
--- must_die
--- error_log eval
[qr/\[emerg\].*api_etag takes required behind a column only: with a hash of bytes nothing stored can be compared in .*:17/,
 qr/\[emerg\].*api_etag takes one word behind the column, required: writes must then say If-Match/,
 qr/\[emerg\].*api_etag names a column of the answer by letters, digits and "_"/,
 qr/\[emerg\].*api_etag is written: api_etag on; or off; or api_etag COLUMN \[required\]/,
 qr/\[emerg\].*api_etag is declared twice here: keep one/]
--- no_error_log
[alert]
