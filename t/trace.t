# api_trace and its variables: what comes in by traceparent, what goes on to
# upstreams, what nginx -t says.  t/system/otlp.py has spans and collectors.

use strict;
use warnings;
use lib 't/lib';
use Api;

our $Trace = '4bf92f3577b34da6a3ce929d0e0e4736';
our $Parent = '00f067aa0ba902b7';

our $Http = <<'END';
    api_postgres app { primary $TEST_NGINX_PG_URI; }
    split_clients $api_trace_id $all { 100% on; * off; }
    split_clients $api_trace_id $none { * off; }
    map $api_traceparent $round { default on; }
END

# an upstream that says what it was sent
our $Config = <<'END';
    location = /sent { return 200 "$http_traceparent|$http_tracestate"; }
    location /on { api_trace on; proxy_set_header traceparent $api_traceparent;
        proxy_set_header tracestate $api_tracestate;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/sent; }
    location /parent { api_trace parent; return 200 $api_traceparent; }
    location /off { return 200 "$api_traceparent $api_tracestate"; }
    location /all { api_trace $all; return 200 $api_traceparent; }
    location /none { api_trace $none; return 200 $api_traceparent; }
    location /arg { api_trace $arg_t; return 200 $api_traceparent; }
    location /round { api_trace $round; return 200 $api_traceparent; }
    location /ids { api_trace on; return 200 "$api_trace_id $api_span_id $api_traceparent"; }
    location /moved { api_trace on; add_header X-Before $api_traceparent always;
        error_page 418 =200 /behind; set $before $api_traceparent; return 418; }
    location /behind { api_trace on; return 200 "$before $api_traceparent"; }
    location /api {
        api_trace on;
        api_route GET /one { api_query value "SELECT 1"; add_header X-Parent $api_traceparent always; add_header X-Id $api_trace_id always; }
        api_route GET /wrong/:n<int> { api_query value "SELECT 1 / (n - n) FROM (SELECT $n::int AS n) _"; }
    }
END

add_block_preprocessor {
    my ($block) = @_;

    $block->set_value('http_config', $Http)
        unless defined $block->http_config || defined $block->must_die;
    $block->set_value('config', $Config)
        unless defined $block->config || defined $block->must_die;
};

no_long_string();
run_tests();

__DATA__

=== a trace goes on: its id, and the request's own span
--- request
GET /on
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01\ntracestate: a=1,b=2"
--- response_body_like eval
qr/^00-$::Trace-(?!$::Parent)[0-9a-f]{16}-01\|a=1,b=2$/



=== without one it is a new one, sampled, with no state
--- request
GET /on
--- more_headers
tracestate: a=1
--- response_body_like: ^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01\|$



=== on is on, whatever the parent says
--- request
GET /on
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-00"
--- response_body_like eval
qr/^00-$::Trace-[0-9a-f]{16}-01\|$/



=== parent is as the parent says
--- pipelined_requests eval
["GET /parent", "GET /parent", "GET /parent"]
--- more_headers eval
["traceparent: 00-$::Trace-$::Parent-01", "traceparent: 00-$::Trace-$::Parent-00", ""]
--- response_body_like eval
[qr/^00-$::Trace-[0-9a-f]{16}-01$/, qr/^00-$::Trace-[0-9a-f]{16}-00$/,
 qr/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/]



=== off: what was sent, as it came
--- request
GET /off
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01\ntracestate: a=1"
--- response_body eval
"00-$::Trace-$::Parent-01 a=1"



=== a variable that hangs on the trace's id, and one on what is decided
--- pipelined_requests eval
["GET /all", "GET /none", "GET /round", "GET /arg", "GET /arg?t=parent", "GET /arg?t=1"]
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01"
--- response_body_like eval
[qr/-01$/, qr/-00$/, qr/-01$/, qr/-00$/, qr/-01$/, qr/-01$/]



=== the ids are the same wherever they are asked for
--- request
GET /ids
--- response_body_like: ^([0-9a-f]{32}) ([0-9a-f]{16}) 00-\1-\2-01$



=== also where an error_page has led
--- request
GET /moved
--- response_body_like: ^(00-[0-9a-f]{32}-[0-9a-f]{16}-01) \1$



=== of a route, in its headers
--- request
GET /api/one
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01"
--- response_headers_like eval
"X-Id: $::Trace\nX-Parent: 00-$::Trace-[0-9a-f]{16}-01"
--- response_body: 1



=== requests of one connection have ids of their own
--- pipelined_requests eval
["GET /ids", "GET /ids"]
--- more_headers eval
["traceparent: 00-$::Trace-$::Parent-01", ""]
--- response_body_like eval
[qr/^$::Trace /, qr/^(?!$::Trace)[0-9a-f]{32} /]



=== what is no traceparent is none
--- pipelined_requests eval
[("GET /parent") x 16]
--- more_headers eval
[map +("traceparent: $_"),
 "00-$::Trace-$::Parent-01x", "00-$::Trace-$::Parent-01-", "00-$::Trace-$::Parent-1",
 "00-\U$::Trace\E-$::Parent-01", "00-" . "0" x 32 . "-$::Parent-01",
 "00-$::Trace-" . "0" x 16 . "-01", "ff-$::Trace-$::Parent-01",
 "0-$::Trace-$::Parent-01", "00-$::Trace-$::Parent", "00$::Trace$::Parent" . "01",
 "00-$::Trace-$::Parent-0g", "00-$::Trace" . "0-$::Parent-01",
 "00-'; DROP TABLE spans; --", "01-$::Trace-$::Parent-01x",
 "00-$::Trace-$::Parent-01, 00-$::Trace-$::Parent-01", "\"00-$::Trace-$::Parent-01\""]
--- response_body_like eval
[map { qr/^00-(?!$::Trace)[0-9a-f]{32}-(?!$::Parent)[0-9a-f]{16}-00$/ } 1 .. 16]



=== nor are two
--- request
GET /parent
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01\ntraceparent: 00-$::Trace-$::Parent-01"
--- response_body_like eval
qr/^00-(?!$::Trace)[0-9a-f]{32}-[0-9a-f]{16}-00$/



=== a higher version is read as far as it is known, and answered with ours
--- pipelined_requests eval
["GET /parent", "GET /parent"]
--- more_headers eval
["traceparent: 01-$::Trace-$::Parent-01", "traceparent: cc-$::Trace-$::Parent-0f-what-comes"]
--- response_body_like eval
[map { qr/^00-$::Trace-[0-9a-f]{16}-01$/ } 1 .. 2]



=== tracestates are one list, of what fits
--- pipelined_requests eval
["GET /on", "GET /on", "GET /on"]
--- more_headers eval
["traceparent: 00-$::Trace-$::Parent-01\ntracestate: a=1\ntracestate: b=2",
 "traceparent: 00-$::Trace-$::Parent-01\ntracestate: a=" . "x" x 508 . ",b=2",
 "traceparent: 00-$::Trace-$::Parent-01\ntracestate: a=\xc3\xa9"]
--- response_body_like eval
[qr/\|a=1,b=2$/, qr/\|a=x{508}$/, qr/\|$/]



=== a word that is none
--- config
    location /t { api_trace yes; }
--- must_die
--- error_log
"api_trace" directive must be on, off, parent, or a variable that says one of these



=== twice
--- config
    location /t { api_trace on; api_trace off; }
--- must_die
--- error_log
"api_trace" directive is duplicate



=== slow= has a time
--- config
    location /t { api_trace on slow=soon; }
--- must_die
--- error_log
"api_trace" directive has a time as slow=, as slow=500ms



=== off with what is kept besides
--- config
    location /t { api_trace off errors; }
--- must_die
--- error_log
off traces nothing, slow or failed



=== a variable that is not there
--- config
    location /t { api_trace $nobody; }
--- must_die
--- error_log
unknown "nobody" variable



=== api_otlp needs to know where
--- http_config
    api_otlp { service shop; }
--- config
    api_trace on;
--- must_die
--- error_log
api_otlp has no "endpoint": say where spans go



=== and a URL that is one
--- http_config
    api_otlp { endpoint 127.0.0.1:4317; }
--- config
    api_trace on;
--- must_die
--- error_log
"endpoint" of api_otlp is the URL of a collector's OTLP over HTTP



=== with a path
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318; }
--- config
    api_trace on;
--- must_die
--- error_log
"endpoint" of api_otlp has no path: collectors take spans at /v1/traces



=== a header whose variable is not set
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; header Authorization env:NOBODY_HAS_SET_IT; }
--- config
    api_trace on;
--- must_die
--- error_log
the variable "NOBODY_HAS_SET_IT" of the environment is not set



=== a header that would be a second one
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; header content-length 7; }
--- config
    api_trace on;
--- must_die
--- error_log
"header" of api_otlp is one that is sent anyway



=== an attribute without a value
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; resource prod; }
--- config
    api_trace on;
--- must_die
--- error_log
"resource" of api_otlp is written: resource KEY=VALUE



=== an attribute that is there twice
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; resource a=1 b=2; resource a=3; }
--- config
    api_trace on;
--- must_die
--- error_log
"resource" of api_otlp has a key that is there already



=== in a server
--- config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; }
--- must_die
--- error_log
"api_otlp" directive belongs in http { }: a worker has one connection to the collector



=== server_span off wants the other module's variables
--- http_config
    api_otlp { endpoint http://127.0.0.1:4318/v1/traces; server_span off; }
--- config
    api_trace on;
--- must_die
--- error_log
unknown "otel_trace_id" variable



=== the error log says whose a line is
--- request
GET /api/wrong/1
--- more_headers eval
"traceparent: 00-$::Trace-$::Parent-01\nX-Request-Id: mine"
--- error_code: 500
--- error_log eval
qr/division by zero.*, request_id: mine, trace_id: $::Trace, /
