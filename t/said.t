# What nginx -t says of what PostgreSQL and nginx take, and what does nothing.

use strict;
use warnings;
use lib 't/lib';
use Api;

sql(<<'SQL');
CREATE TABLE users (
    id    int PRIMARY KEY,
    email text CONSTRAINT users_email_key UNIQUE,
    age   int CONSTRAINT users_age_check CHECK (age > 0),
    boss  int CONSTRAINT users_boss_fkey REFERENCES users,
    "createdAt" timestamptz DEFAULT '2024-01-01T00:00:00Z'
);
CREATE UNIQUE INDEX users_lower ON users (lower(email));
CREATE INDEX users_plain ON users (age);
CREATE DOMAIN positive AS int CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE FUNCTION raises() RETURNS int LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION USING CONSTRAINT = 'made_up'; END $$;
INSERT INTO users (id, email) VALUES (1, 'a');
SQL

our $Route = 'api_route GET /a { api_query value "SELECT 1"; }';

run_tests();

__DATA__

=== api_error: constraints that are there
--- config eval
'api_error users_email_key 409 "taken"; api_error users_age_check 422; api_error users_boss_fkey 422;
 api_error users_lower 409; api_error users_pkey 409; api_error positive_check 422; api_error made_up 402;
 api_error 23505 409; api_error 22* 400; api_error P0001 400; api_error PT402 402;' . $main::Route
--- request
GET /a
--- no_error_log
[warn]



=== api_error: one that is not there
--- config eval
"api_error users_of_nobody 409;\n" . $main::Route
--- request
GET /a
--- error_log eval
qr/\[warn\].*api_error "users_of_nobody": no constraint and no unique index is called so in \S+nginx\.conf:\d+:11\n/



=== api_error: one that is nearly there, in a route
--- config
    api_route GET /a {
        api_error user_email_key 409 "taken";
        api_query value "SELECT 1";
    }
--- request
GET /a
--- error_log eval
qr/\[warn\].*api_error "user_email_key": no constraint .*; perhaps users_email_key is what you want in \S+nginx\.conf:\d+:19\n/



=== api_error: an index that is not unique
--- config eval
'api_error users_plain 409;' . $main::Route
--- request
GET /a
--- error_log
"users_plain": no constraint and no unique index is called so



=== api_error: codes that never come
--- config eval
'api_error 02000 404; api_error 00* 400; api_error 01004 400;' . $main::Route
--- request
GET /a
--- error_log
api_error "02000": no statement fails with it
api_error "00*": no statement fails with it
api_error "01004": no statement fails with it
say none=STATUS behind it



=== api_error: a code of ours
--- config eval
'api_error no_row 410; api_error conflict 400;' . $main::Route
--- request
GET /a
--- error_log
api_error "no_row": that is a code of our answers, and taken for a constraint's name here: for a statement that finds or affects nothing say none=STATUS behind it
api_error "conflict": that is a code of our answers, and taken for a constraint's name here: name the SQLSTATE



=== api_error: a condition of PL/pgSQL
--- config eval
'api_error unique_violation 400;' . $main::Route
--- request
GET /a
--- error_log
api_error "unique_violation": that is a name of PL/pgSQL's, and taken for a constraint's here: write 23505



=== api_error: what nobody has asked is not told
--- http_config
    api_postgres app { primary $TEST_NGINX_PG_URI; check off; }
--- config eval
'api_error no_such 400; api_error 02000 404;' . $main::Route
--- request
GET /a
--- error_log
api_error "02000": no statement fails with it
--- no_error_log
"no_such"



=== api_error: of several databases one may have it
--- http_config
    api_postgres app { primary $TEST_NGINX_PG_URI; }
    api_postgres other { primary "host=/nowhere dbname=a user=u"; check off; }
--- config
    api_database app;
    api_error no_such 400;
    api_route GET /a { api_query value "SELECT 1"; }
--- request
GET /a
--- no_error_log
"no_such"



=== a time zone that PostgreSQL would drop
--- config
    api_route GET /a { api_query value "SELECT 1"; }
    api_route POST /a { api_body json; api_query many "SELECT * FROM jsonb_to_record($body) AS x(id int, at timestamp)"; }
    api_route POST /b { api_body { l json; } api_query many "SELECT * FROM jsonb_to_recordset($l) x(n numeric(4, 2), during tsrange)"; }
--- request
GET /a
--- error_log
"POST /a": timestamp drops the time zone of what JSON has for "at": write timestamptz there
"POST /b": tsrange drops the time zone of what JSON has for "during": write tstzrange there



=== a time zone that is there no more, or kept
--- config
    api_route GET /a { api_query value "SELECT 1"; }
    api_route POST /a { api_body { l[] { at timestamp; } } api_query many "SELECT * FROM jsonb_to_recordset($l) AS x(at timestamp)"; }
    api_route POST /b { api_body json; api_query many "SELECT * FROM jsonb_to_record($body) AS x(at timestamptz, b timestamp with time zone)"; }
    api_route POST /c { api_body { id int; } api_query many "SELECT x.at FROM jsonb_to_record('{}') AS x(at timestamp) WHERE $id > 0"; }
--- request
GET /a
--- no_error_log
drops the time zone



=== ORDER BY a parameter
--- config
    api_route GET /a {
        api_param sort enum(id,email);
        api_query many "SELECT id FROM users
                         ORDER BY $sort, id";
    }
--- request
GET /a
--- error_log eval
qr/\[warn\].*api_query of "GET \/a": "\$sort" is the same for all rows and orders nothing: .*CASE \$sort WHEN 'name' THEN name .* in \S+nginx\.conf:\d+:35\n/



=== ORDER BY a CASE
--- config
    api_route GET /a {
        api_param sort enum(id,email);
        api_param limit int default=1;
        api_query many "SELECT id FROM users
                         ORDER BY CASE $sort WHEN 'email' THEN email END, CASE WHEN $sort = 'id' THEN id END LIMIT $limit";
    }
--- request
GET /a
--- no_error_log
[warn]



=== $api_row_NAME of columns that are there, in whatever case
--- config
    location /x {
        add_header X-Id $api_row_id;
        api_route GET /a {
            add_header Location /x/${api_row_id}/$api_row_CREATEDAT;
            add_header X-Created $api_row_createdAt;
            api_query one 'SELECT id, "createdAt" FROM users';
        }
        api_route GET /b { api_query many "SELECT email FROM users"; }
    }
--- request
GET /x/a
--- response_headers_like
Location: /x/1/2024-01-01.*
X-Created: 2024-01-01.*
--- no_error_log
[warn]



=== $api_row_NAME of one that is not, in a route
--- config
    location /x {
        # $api_row_comment
        api_route GET /a {
            # $api_row_comment
            add_header X-A "${api_row_id} $api_row_emial";
            api_query one "SELECT id, email FROM users";
        }
        api_route GET /b { api_query one "SELECT email AS emial FROM users"; }
    }
--- request
GET /x/a
--- error_log eval
qr/\[warn\].*\$api_row_emial of "GET \/x\/a" is always empty: the answer has no column "emial"; perhaps email is what you want in \S+nginx\.conf:\d+:43\n/
--- no_error_log
comment



=== $api_row_NAME where there is no row
--- config
    api_route POST /a {
        add_header Location /a/$api_row_id;
        api_query exec "UPDATE users SET age = 1 WHERE id = 1";
    }
--- request
POST /a
--- error_code: 204
--- error_log eval
qr/\$api_row_id of "POST \/a" is always empty: the answer has no row in \S+nginx\.conf:\d+:32\n/



=== $api_row_NAME that is in no answer
--- config
    location /x {
        add_header X-A $api_row_nosuch;
        api_route GET /a { api_query one "SELECT id FROM users"; }
    }
--- request
GET /x/a
--- error_log
$api_row_nosuch is always empty: no route's answer has a column "nosuch"
