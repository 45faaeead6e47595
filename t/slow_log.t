# api_slow_log: which statements are told of, and what the line says; whose
# request a line of the error log is about; api_sql_comment.

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql('CREATE TABLE users (id int PRIMARY KEY, name text)',
    "INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 5) i");

our $Config = <<'END';
    api_slow_log 100ms;

    location /s {
        api_route GET /slow/:id<int> {
            api_param q string;
            api_query many "SELECT id, pg_sleep(0.05)::text FROM users WHERE id <> $id AND $q <> ''";
        }
        api_route GET /values/:id<int> {
            api_slow_log 100ms values;
            api_param q string;
            api_param key string in=header;
            api_query value "SELECT pg_sleep(0.15)::text || $id || $q || $key";
        }
        api_route GET /two/:id<int> {
            api_query one "SELECT id, name FROM users WHERE id = $id" as=user;
            api_query value "SELECT pg_sleep(0.15)::text || $user.name";
        }
        api_route POST /login {
            api_slow_log 100ms values;
            api_body { name string required; password string required max=128; }
            api_hash_password $hash $password;
            api_query value "SELECT pg_sleep(0.15)::text || $name || length($hash)";
        }
        api_route GET /quick { api_slow_log 20s; api_query value "SELECT 1"; }
        api_route GET /off { api_slow_log off; api_query value "SELECT pg_sleep(0.15)::text"; }
        api_route GET /longer { api_slow_log 20s; api_query value "SELECT pg_sleep(0.15)::text"; }
        api_route GET /late {
            api_timeout 1s;
            api_query value "SELECT pg_sleep(8)::text";
        }
        api_route GET /fails { api_query value "SELECT pg_sleep(0.15)::text::int"; }
    }
END

run_tests();

__DATA__

=== route, statement, rows, host, and of parameters the type and the length
--- config eval: $main::Config
--- cases
GET /s/slow/3?q=secret => 200
--- error_log eval
qr/\[warn\] .*slow: GET \/s\/slow\/:id<int>: 0\.[2-9]\d\d s.*; statement in \S+nginx\.conf:\d+: 0\.[2-9]\d\d s, rows: 4, host: \S+:\d+, parameters: \$id: int\(1\), \$q: string\(6\), client: 127\.0\.0\.1, request_id: [0-9a-f]{32}, server/
--- no_error_log eval
qr/slow: .*secret.*, client: /



=== values where they are asked for, on one line and cut, but not those of headers
--- config eval: $main::Config
--- cases
GET /s/values/77?q=%22a%0ab%22%5Cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx => 200
+ Key: topsecret
--- error_log eval
[qr/\$id: int\(2\) "77", \$q: string\(\d+\) "\\x22a\\x0Ab\\x22\\x5Cx+"\.\.\., \$key: string\(9\), client/]
--- no_error_log
topsecret



=== nor a password, nor its hash
--- config eval: $main::Config
--- cases
POST /s/login {"name":"ann","password":"correct horse"} => 200
--- error_log eval
qr/\$name: string\(3\) "ann", \$hash: string\(\d+\), client/
--- no_error_log
correct horse
argon2id



=== of several statements the one that took longest
--- config eval: $main::Config
--- cases
GET /s/two/2 => 200
--- error_log eval
qr/slow: GET \/s\/two\/:id<int>: .*nginx\.conf:58: \d\.[1-9]\d\d s, rows: 1, host: \S+, parameters: \$user\.name: untyped\(6\), /



=== what is quick, or off, or below its time is not told of
--- config eval: $main::Config
--- cases
GET /s/quick   => 200
GET /s/off     => 200
GET /s/longer  => 200
--- no_error_log
slow: 



=== of several subrequests the one that it was
--- config
    location /s {
        api_slow_log 100ms;
        api_route GET /sleep { api_query value "SELECT pg_sleep(0.15)::text"; }
        api_route GET /soon { api_query value "SELECT 1"; }
    }
    location /page { add_before_body /s/sleep; add_after_body /s/soon; }
--- user_files
>>> page/a.html
middle
--- request
GET /page/a.html
--- response_body_like: middle
--- error_log eval
qr/slow: GET \/s\/sleep: .*, request: "GET \/page\/a.html HTTP\/1.1", subrequest: "\/s\/sleep"/



=== what is given up at the deadline is, with the statement that ran
--- config eval: $main::Config
--- cases
GET /s/late => 504
--- error_log eval
qr/\[warn\] .*slow: GET \/s\/late: [\d.]+ s.*, and was given up for api_timeout; statement in \S+nginx\.conf:\d+, host: /



=== and what fails
--- config eval: $main::Config
--- cases
GET /s/fails => 500
--- error_log eval
qr/\[warn\] .*slow: GET \/s\/fails: \d\.\d+ s.*; statement in \S+nginx\.conf:\d+: \d\.[1-9]\d\d s, rows: 0/



=== a line of another module's has the id that the client was told
--- config
    location /l { deny all; api_route GET /one { api_query value "SELECT 1"; } }
--- cases
GET /l/one => 403 ~ "request_id":"mine-7"
+ X-Request-Id: mine-7
--- error_log eval
qr/\[error\] .*access forbidden by rule, client: [\d.]+, request_id: mine-7, server: /



=== a long path does not push it out of the line
--- config
    location /p { api_route GET /:x<string> { api_query value "SELECT pg_sleep(0.12)::text || length($x)"; api_slow_log 100ms; } }
--- request eval
"GET /p/" . "y" x 3000
--- error_code: 200
--- error_log eval
qr/slow: .*, request_id: [0-9a-f]{32}, server: .*y{100}/
