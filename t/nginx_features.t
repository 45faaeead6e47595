# What the runtime shares with nginx: preconditions, pages that are not ours,
# requests that are redirected, and clients that leave in between.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE things (id int PRIMARY KEY, name text);
SQL

our $Config = <<'END';
    root html;

    location /r {
        api_route PUT /thing/:id<int> {
            api_body { name string required; }
            api_query one "INSERT INTO things VALUES ($id, $name) RETURNING id";
        }
        api_route GET /thing/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }

        api_route GET /words { return 422; }
        api_route GET /teapot { return 418; }
        api_route GET /page/:id {
            error_page 404 /r/static/page.html;
            api_query one "SELECT id FROM things WHERE id = $id";
        }
        location /r/static { types { text/html html; } }

        api_route GET /upstream {
            rewrite ^ /upstream break;
            proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
        }

        api_route GET /moved {
            rewrite ^ /where last;
            api_query value "SELECT 1";
        }

        api_route GET /left {
            post_action /after;
            api_query value "SELECT 1 FROM (SELECT pg_sleep(0.6)) s";
        }
        api_route GET /late {
            post_action /after;
            api_timeout 600ms;
            api_query value "SELECT 1 FROM (SELECT pg_sleep(5)) s";
        }
        api_route POST /hashed {
            post_action /after;
            api_body { password string required max=128; }
            api_hash_password $hash $password;
            api_query value "SELECT 1 FROM (SELECT pg_sleep(0.6)) s WHERE $hash <> ''";
        }
        api_route DELETE /lingering {
            lingering_timeout 100ms;
            api_query value "SELECT 1 FROM (SELECT pg_sleep(0.9)) s";
        }
        api_route GET /slow {
            api_query value "SELECT 1 FROM (SELECT pg_sleep(1.2)) s";
        }
    }

    location = /where { return 200 "route: [$api_route]"; }
    location /upstream { add_header X-Request-Id theirs; return 200 up; }
    location = /after {
        rewrite ^ /r/slow break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    }
END

no_long_string();
run_tests();

__DATA__

=== the user's page stays, below a location with routes
--- config eval: $main::Config
--- user_files
>>> r/static/page.html
<p>my page</p>
--- request
GET /r/page/77
--- error_code: 404
--- response_headers
Content-Type: text/html
--- response_body
<p>my page</p>


=== a precondition makes no refusal of what is committed
--- config eval: $main::Config
--- cases
PUT /r/thing/1 {"name":"a"}  => 200 {"id":1}
  + If-Match: "x"
GET /r/thing/1               => 200 {"id":1,"name":"a"}
PUT /r/thing/2 {"name":"b"}  => 200 {"id":2}
  + If-None-Match: *
PUT /r/thing/3 {"name":"c"}  => 200 {"id":3}
  + If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT
GET /r/thing/3               => 200 {"id":3,"name":"c"}
  + Range: bytes=0-1


=== a status that nginx has no page for is a problem, too
--- config eval: $main::Config
--- cases
GET /r/words    => 422 ~ "status":422
HEAD /r/words   => 422 -
GET /r/teapot   => 418 ~ "status":418


=== one X-Request-Id, though an upstream has its own
--- config eval: $main::Config
--- request
GET /r/upstream
--- more_headers
X-Request-Id: mine
--- response_headers
X-Request-Id: mine
--- response_body chomp
up


=== a route that was rewritten away is not the request's
--- config eval: $main::Config
--- request
GET /r/moved
--- response_body chomp
route: []

=== a discarded body comes late: the connection is kept all the same
--- config eval: $main::Config
--- raw_request eval
["DELETE /r/lingering HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n",
 "12345",
 "PUT /r/thing/9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
 . "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n"
 . '{"name":"i"}']
--- raw_request_middle_delay: 0.05
--- response_body chomp
1
--- wait: 0.3


=== the connection's next request was answered
--- config eval: $main::Config
--- cases
GET /r/thing/9  => 200 {"id":9,"name":"i"}


=== post_action of a client that left, its statement pending
--- config eval: $main::Config
--- request
GET /r/left
--- timeout: 0.2
--- abort
--- ignore_response
--- wait: 2.2


=== post_action, the deadline pending
--- config eval: $main::Config
--- request
GET /r/late
--- timeout: 0.2
--- abort
--- ignore_response
--- wait: 2.2


=== post_action, a password's hash pending
--- config eval: $main::Config
--- request
POST /r/hashed
{"password":"correct horse"}
--- more_headers
Content-Type: application/json
--- timeout: 0.01
--- abort
--- ignore_response
--- wait: 2.2


=== the worker lives on
--- config eval: $main::Config
--- cases
GET /r/thing/1  => 200
