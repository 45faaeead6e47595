# api_query of a location: a statement before those of each of its routes.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, token text NOT NULL UNIQUE, blocked bool NOT NULL DEFAULT false);
INSERT INTO people VALUES (1, 'ada', 'a', false), (2, 'bob', 'b', true);
CREATE TABLE seen (person int);
CREATE TABLE notes (id int PRIMARY KEY, owner int NOT NULL, note text NOT NULL);
INSERT INTO notes VALUES (1, 1, 'mine'), (2, 2, 'his');
SQL

our $Config = <<'END';
    location /s {
        api_param token string in=header;
        api_query one "SELECT id, name, NOT blocked AS welcome FROM people WHERE token = $token" as=me none=401 "who are you?";

        api_route GET /me { api_answer { user $me; } }
        api_route GET /notes/:id<int> {
            api_check $me.welcome 403 "you are blocked";
            api_query one "SELECT note FROM notes WHERE id = $id AND owner = $me.id::int";
        }
        api_route POST /notes {
            api_body { id int required; note string required; }
            api_query exec "INSERT INTO seen VALUES ($me.id::int)";
            api_query one "INSERT INTO notes VALUES ($id, $me.id::int, $note) RETURNING id";
            api_status 201;
        }
        api_route GET /all { api_query many "SELECT id FROM notes ORDER BY id"; }
        api_route GET /plain { return 200 "nobody was asked"; }
    }
    location /other { api_route GET /all { api_query many "SELECT id FROM notes WHERE id < 3 ORDER BY id"; } }
    location /file {
        api_param n int default=1;
        api_query one ../conf/two.sql as=two;
        api_query optional "SELECT $two.n::int + 1 AS m WHERE $n <> 9" as=three none=204;
        api_route GET /a { api_query value "SELECT $three.m::int"; }
        api_route GET /b/:n<int> { api_query value "SELECT $two.n::int * 10"; }
    }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('user_files', [ [ '../conf/two.sql' => 'SELECT $n::int * 2 AS n' ] ]);
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== each route of the location is asked it first
--- cases
GET /s/notes/1 => 200 {"note":"mine"}
+ Token: a
GET /s/notes/2 => 404 ~ "code":"no_row"
+ Token: a
GET /s/notes/2 => 403 ~ you are blocked
+ Token: b
GET /s/notes/1 => 401 ~ who are you
GET /s/all     => 401 ~ who are you
GET /s/all     => 200 [{"id":1},{"id":2}]
+ Token: b

=== in one transaction with its own
--- cases
POST /s/notes {"id":3,"note":"x"} => 201 {"id":3}
+ Token: a
POST /s/notes {"id":3,"note":"x"} => 409
+ Token: a
POST /s/notes {"id":4,"note":"x"} => 401
+ Token: c
GET /s/notes/3 => 200 {"note":"x"}
+ Token: a

=== it may be all that a route asks
--- cases
GET /s/me => 200 {"user":{"id":1,"name":"ada","welcome":true}}
+ Token: a
GET /s/me => 401

=== not of routes that nginx answers, nor of other locations
--- cases
GET /s/plain   => 200 nobody was asked
< Content-Type: text/plain
GET /other/all => 200 [{"id":1},{"id":2}]

=== from a file, by names that each route has itself
--- cases
GET /file/a      => 200 3
GET /file/a?n=5  => 200 11
GET /file/a?n=9  => 204 -
GET /file/b/7    => 200 140

=== below a route, with words that it has not
--- config
location /a { api_route GET /x { api_query value "SELECT 1"; } api_query one "SELECT 1 AS n" as=n; }
location /b { api_query one "SELECT 1 AS n" answer; api_route GET /x { api_query value "SELECT 1"; } }
location /c { api_query one "SELECT 1 AS n" as=n; api_query one "SELECT 1 AS n" as=n; api_route GET /x { api_query value "SELECT 1"; } }
location /d { api_query one "SELECT 1 AS n" as=n; api_route GET /x { } }
--- must_die
--- error_log
api_query of a location: it stands below a route, which would not have it: move it above
api_query of a location: what it answers is for the statements of its routes
api_query of a location: two statements have the same "as=": rename one
api_route "GET /d/x" has no answer

=== its faults have their place
--- config
location /a {
    api_query one "SELECT nope FROM people"
              as=me;
    api_route GET /x { api_query value "SELECT $me.nope"; }
}
--- must_die
--- error_log eval
qr/column "nope" does not exist.* in \S+nginx\.conf:44:27/
