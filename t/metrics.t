
# Api_metrics, its zone and its buckets, api_health: what is answered, and what
# nginx -t says.  t/system/metrics_faults.py has kills and reloads, t/system/health.py
# databases that go away.

use strict;
use warnings;
use lib 't/lib';
use Api;

our $Config = <<'END';
    location = /metrics { api_metrics; }
    location /api {
        api_route GET /one { api_query value "SELECT 1"; }
    }
END

add_block_preprocessor {
    my ($block) = @_;

    $block->set_value('config', $Config)
        unless defined $block->config || defined $block->must_die;
};

no_long_string();
run_tests();

__DATA__

=== a request is counted by route, method and status
--- pipelined_requests eval
["GET /api/one", "GET /metrics"]
--- error_code eval
[200, 200]
--- response_headers_like eval
["", "Content-Type: text/plain; version=0.0.4; charset=utf-8"]
--- response_body_like eval
["1", qr/^http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/api\/one",http_response_status_code="200"\} [1-9]/m]



=== its statement is named by its route
--- pipelined_requests eval
["GET /api/one", "GET /metrics"]
--- response_body_like eval
["1", qr/^db_client_operation_duration_seconds_count\{db_namespace="app",db_query_summary="GET \/api\/one",error_type=""\} [1-9]/m]



=== its wait is the database's, which is up
--- pipelined_requests eval
["GET /api/one", "GET /metrics"]
--- response_body_like eval
["1", qr/^db_client_connection_wait_time_seconds_count\{db_client_connection_pool_name="app"\} [1-9].*^api_db_up\{db_client_connection_pool_name="app"\} 1$/ms]



=== whoever takes OpenMetrics gets it
--- request
GET /metrics
--- more_headers
Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3
--- response_headers
Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8
--- response_body_like eval
qr/^# TYPE api_worker_starts counter\napi_worker_starts_total [1-9].*^# EOF\n\z/ms



=== a HEAD has no body
--- request
HEAD /metrics
--- error_code: 200
--- response_body:



=== a POST is not allowed
--- request
POST /metrics
--- error_code: 405



=== buckets are what the configuration says
--- http_config
    api_postgres app { primary $TEST_NGINX_PG_URI; }
    api_metrics_buckets 100us 0.25ms 2.5s;
--- pipelined_requests eval
["GET /api/one", "GET /metrics"]
--- response_body_like eval
["1", qr/le="0.0001"\} \d+\nhttp_server\S+le="0.00025"\} \d+\nhttp_server\S+le="2.5"\} [1-9]\d*\nhttp_server\S+le="\+Inf"\} [1-9]/]



=== quotes and backslashes of a path are escaped
--- config
    location = /metrics { api_metrics; }
    location /q {
        api_route GET '/a"b\c' { return 200 "x"; }
    }
--- pipelined_requests eval
["GET /q/a%22b%5Cc", "GET /metrics"]
--- error_code eval
[200, 200]
--- response_body_like eval
["x", qr/http_route="\/q\/a\\"b\\\\c",http_response_status_code="200"\} [1-9]/]



=== without a route there is no path
--- pipelined_requests eval
["GET /never/declared", "PROPFIND /x", "GET /metrics"]
--- error_code eval
[404, 405, 200]
--- response_body_like eval
["", "", qr/\A(?!.*never.declared)(?=.*http_request_method="_OTHER",http_route="",http_response_status_code="40\d"\} [1-9])/s]



=== api_metrics alone, without a database
--- http_config
--- config
    location = /metrics { api_metrics; }
    location = /x { return 200 x; }
--- pipelined_requests eval
["GET /x", "GET /metrics"]
--- error_code eval
[200, 200]
--- response_body_like eval
["x", qr/http_route="",http_response_status_code="200"\} 1$/m]



=== api_metrics belongs in a location
--- must_die
--- config
    api_metrics;
--- error_log
"api_metrics" directive belongs in a location of its own



=== api_metrics twice
--- must_die
--- config
    location = /m { api_metrics; api_metrics; }
--- error_log
"api_metrics" directive is duplicate



=== api_metrics_zone is a size
--- must_die
--- http_config
    api_metrics_zone 100k;
--- config
--- error_log
"api_metrics_zone" directive must be a size of 256k or more, as 2m



=== api_metrics_buckets rise
--- must_die
--- http_config
    api_metrics_buckets 1ms 1ms;
--- config
--- error_log
api_metrics_buckets "1ms": must be above the one before it



=== api_metrics_buckets are times
--- must_die
--- http_config
    api_metrics_buckets 1ms 5;
--- config
--- error_log
api_metrics_buckets "5": must be a time from 1us to 3600s, as 0.25ms, 10ms or 2.5s



=== api_metrics_buckets are no finer than 1us
--- must_die
--- http_config
    api_metrics_buckets 0.0001ms;
--- config
--- error_log
api_metrics_buckets "0.0001ms": must be a time from 1us to 3600s



=== api_metrics_buckets are at most 32
--- must_die
--- http_config eval
"    api_metrics_buckets " . join(' ', map { "${_}ms" } 1 .. 33) . ";"
--- config
--- error_log
"api_metrics_buckets" directive has more than 32 bounds



=== live says so, and no cache keeps it
--- config
    location = /live { api_health live; }
--- request
GET /live
--- response_headers
Content-Type: application/json
Cache-Control: no-store
--- response_body chomp
{"status":"live"}



=== ready, where there is no database in use
--- config
    location = /ready { api_health ready details=on; }
--- request
GET /ready
--- response_body_like chomp
\A\{"status":"ready","exiting":false,"databases":\{"app":\{"up":.*\}\}\}\z



=== details when a variable says so
--- config
    location = /ready { api_health ready details=$arg_v; }
--- pipelined_requests eval
["GET /ready", "GET /ready?v=0", "GET /ready?v=off", "GET /ready?v=1"]
--- response_body_like eval
['\A{"status":"ready"}\z', '\A{"status":"ready"}\z', '\A{"status":"ready"}\z', '"databases"']



=== a database in use that is away
--- http_config
    api_postgres app { primary "host=127.0.0.1 port=1 user=app dbname=x"; check off; }
--- config
    location = /live { api_health live; }
    location = /ready { api_health ready details=on; }
    location /api { api_route GET /one { api_query value "SELECT 1"; } }
--- wait: 0.3
--- pipelined_requests eval
["GET /live", "GET /ready"]
--- error_code eval
[200, 503]
--- response_headers eval
["", "Retry-After: 1"]
--- response_body_like eval
["live", '"status":"not ready","exiting":false,"databases":{"app":{"up":false,"fault":"(?:away|connecting)"']
--- no_check_leak



=== api_health is live or ready
--- must_die
--- config
    location = /h { api_health fine; }
--- error_log
"api_health" directive must be live or ready



=== api_health belongs in a location
--- must_die
--- config
    api_health live;
--- error_log
"api_health" directive belongs in a location of its own



=== api_health live has no details
--- must_die
--- config
    location = /h { api_health live details=on; }
--- error_log
"api_health" directive is written: api_health live, or api_health ready details=on|off|$variable



=== api_health with details of a variable that is not there
--- must_die
--- config
    location = /h { api_health ready details=$nowhere; }
--- error_log
unknown "nowhere" variable
