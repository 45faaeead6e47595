# api_server_timing: which answers say how long they took.

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

our $Config = <<'END';
    location /t {
        api_server_timing on;
        api_route GET /sleep { api_query value "SELECT pg_sleep(0.05)::text"; }
        api_route GET /things/:id<int> {
            api_query one "SELECT 1 AS x WHERE $id = 1";
        }
        api_route GET /off { api_server_timing off; api_query value "SELECT 1"; }
        api_route GET /asked { api_server_timing $arg_debug; api_query value "SELECT 1"; }
        api_route GET /nginx { return 200 x; }
    }
    location /d {
        api_route GET /one { api_query value "SELECT 1"; }
    }
END

run_tests();

__DATA__

=== an answer has wait, db and all, in milliseconds
--- config eval: $main::Config
--- request
GET /t/sleep
--- response_headers_like
Server-Timing: wait;dur=\d+\.\d\d\d, db;dur=(5|6|7|8|9|\d\d)\d\.\d\d\d, total;dur=\d\d+\.\d\d\d



=== a problem has them, too
--- config eval: $main::Config
--- request
GET /t/things/2
--- error_code: 404
--- response_headers_like
Server-Timing: wait;dur=\d+\.\d\d\d, db;dur=\d+\.\d\d\d, total;dur=\d+\.\d\d\d



=== without the database there is only the whole
--- config eval: $main::Config
--- request
GET /t/things/x
--- error_code: 400
--- response_headers_like
Server-Timing: total;dur=\d+\.\d\d\d



=== of what nginx answers, too
--- config eval: $main::Config
--- request
GET /t/nginx
--- response_headers_like
Server-Timing: total;dur=\d+\.\d\d\d



=== with metrics it is exact
--- config eval
$main::Config . 'location = /metrics { api_metrics; }'
--- request
GET /t/things/1
--- response_headers_like
Server-Timing: wait;dur=\d+\.\d\d\d, db;dur=\d+\.\d\d\d, total;dur=\d+\.(?!000)\d\d\d



=== off by default, where it is taken back, and where a variable says so
--- config eval: $main::Config
--- request eval
["GET /d/one", "GET /t/off", "GET /t/asked", "GET /t/asked?debug=0", "GET /t/asked?debug=off"]
--- response_headers eval
["!Server-Timing", "!Server-Timing", "!Server-Timing", "!Server-Timing", "!Server-Timing"]



=== a variable says on
--- config eval: $main::Config
--- request
GET /t/asked?debug=1
--- response_headers_like
Server-Timing: wait;dur=.*



=== a word that is none of them
--- config
    api_server_timing yes;
--- must_die
--- error_log
must be on, off or a variable



=== twice
--- config
    api_server_timing on;
    api_server_timing off;
--- must_die
--- error_log
is duplicate
