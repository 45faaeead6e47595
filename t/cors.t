# api_cors: preflights, the headers of answers and errors, what nginx -t says.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

use Digest::SHA qw(hmac_sha256);
use JSON::PP;
use MIME::Base64 qw(encode_base64url);

$ENV{CORS_KEY} = 'k' x 40;

my $Signed = join '.', map { encode_base64url(encode_json($_)) }
    { alg => 'HS256', typ => 'JWT' }, { sub => 'ann', exp => time + 600 };
our $Token = "$Signed." . encode_base64url(hmac_sha256($Signed, $ENV{CORS_KEY}));

our $Http = <<'END';
    api_postgres app {
        primary $TEST_NGINX_PG_URI;
    }
    limit_req_zone $uri zone=cors:1m rate=1r/m;
END

our $Config = <<'END';
    location /c {
        api_cors https://app.example.com https://*.example.org:8443 capacitor://localhost {
            credentials on;
            headers     X-Trace X-Page;
            max_age     10m;
        }
        api_route GET /things/:id<int> {
            api_param tenant string in=header;
            api_query one "SELECT $id::int AS id, $tenant::text AS tenant WHERE $id::int > 0";
        }
        api_route DELETE /things/:id<int> { api_query value "SELECT $id::int"; api_cors off; }
        api_route POST /things { api_body { a int required; } api_query one "SELECT $a::int AS a"; }
        api_route GET /own { api_cors *; api_query value "SELECT 1"; }
        api_route GET /none { api_cors off; api_query value "SELECT 1"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /limited { limit_req zone=cors; api_query value "SELECT 1"; }
        api_route GET /returned { return 403; }
        api_route GET /proxied { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT; rewrite ^ /up break; }
    }
    location /k {
        api_cors https://app.example.com { private_network on; expose X-One X-Two; }
        api_jwt { key env:CORS_KEY; audience any; token $cookie_session; }
        api_route POST /kept { api_query value "SELECT 1"; }
        api_route GET /kept { api_query value "SELECT 1"; }
    }
    location /w {
        api_cors https://app.example.com { credentials on; }
        api_jwt { key env:CORS_KEY; audience any; token $cookie_session; }
        api_route POST /kept { api_query value "SELECT 1"; }
    }
    location /p {
        api_cors https://app.example.com;
        api_jwt { key env:CORS_KEY; audience any; }
        location /p/proxied { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/up; }
        location /p/tried { try_files /none /up; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/up; }
        location /p/file { empty_gif; }
        location /p/nobody { api_jwt off; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/up; }
    }
    location = /up {
        add_header Access-Control-Allow-Origin *;
        add_header Access-Control-Allow-Origin http://else;
        return 200 '{}';
    }
END

run_tests();

__DATA__

=== preflights: the path's methods, the route's headers, before who asks is asked
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
OPTIONS /c/things/7 => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
+ Access-Control-Request-Headers: x-trace
< Access-Control-Allow-Origin: https://app\.example\.com
< Access-Control-Allow-Credentials: true
< Access-Control-Allow-Methods: GET, HEAD, DELETE, OPTIONS
< Access-Control-Allow-Headers: Content-Type, Authorization, .*X-Trace, X-Page, tenant
< Access-Control-Max-Age: 600
< Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
< Access-Control-Expose-Headers: (?!.)
< Allow: (?!.)
OPTIONS /c/things/x => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: HEAD
< Access-Control-Allow-Methods: .*GET.*
OPTIONS /c/things/7 => 204
+ Origin: https://evil.example.com
+ Access-Control-Request-Method: GET
< Vary: .*Origin.*
< Access-Control-Allow-Origin: (?!.)
< Access-Control-Allow-Methods: (?!.)
OPTIONS /c/things/7 => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: DELETE
< Allow: GET, HEAD, DELETE.*
< Access-Control-Allow-Origin: (?!.)
OPTIONS /c/things/7 => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: BREW
< Access-Control-Allow-Methods: GET, HEAD, DELETE, OPTIONS
OPTIONS /c/things => 204
+ Origin: https://a.b.example.org:8443
+ Access-Control-Request-Method: POST
< Access-Control-Allow-Origin: https://a\.b\.example\.org:8443
< Access-Control-Allow-Methods: POST, OPTIONS
OPTIONS /c/things => 204
+ Origin: https://app.example.com
< Allow: .*POST, OPTIONS.*
< Access-Control-Allow-Methods: (?!.)
OPTIONS /c/nowhere => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: PUT
< Access-Control-Allow-Methods: PUT
< Access-Control-Allow-Headers: .*X-Page
OPTIONS /c/own => 204
+ Origin: null
+ Access-Control-Request-Method: GET
< Access-Control-Allow-Origin: \*
< Access-Control-Allow-Credentials: (?!.)
OPTIONS /c/none => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
< Allow: .*GET.*
< Access-Control-Allow-Methods: (?!.)
OPTIONS /k/kept => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: POST
+ Access-Control-Request-Private-Network: true
< Access-Control-Allow-Private-Network: true
< Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS
OPTIONS /c/things => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: POST
+ Access-Control-Request-Private-Network: true
< Access-Control-Allow-Private-Network: (?!.)
OPTIONS /c/denied => 403 ~ "code":"forbidden"
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
< Access-Control-Allow-Methods: (?!.)
OPTIONS /c/returned => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
< Access-Control-Allow-Methods: .*GET.*
OPTIONS /k/kept => 401
+ Origin: https://app.example.com



=== no handler is reached by what looks like a preflight and has no token
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
OPTIONS /p/proxied => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: PUT
< Access-Control-Allow-Origin: https://app\.example\.com
< Access-Control-Allow-Methods: .*PUT.*
OPTIONS /p/proxied => 204
+ Origin: https://evil.example.net
+ Access-Control-Request-Method: GET
< Access-Control-Allow-Methods: (?!.)
OPTIONS /p/tried => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
OPTIONS /p/file => 204
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
OPTIONS /p/proxied => 401
+ Origin: https://app.example.com
OPTIONS /p/nobody => 200
+ Origin: https://app.example.com
+ Access-Control-Request-Method: GET
< Content-Type: text/plain



=== which origins
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
GET /c/things/1 => 200
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app\.example\.com
< Access-Control-Expose-Headers: Link, ETag, .*X-Request-Id.*
< Vary: .*Origin.*
GET /c/things/1 => 200
+ Origin: HTTPS://App.example.com
< Access-Control-Allow-Origin: HTTPS://App.*
GET /c/things/1 => 200
+ Origin: capacitor://localhost
< Access-Control-Allow-Origin: capacitor://localhost
GET /c/things/1 => 200
< Vary: .*Origin.*
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: http://app.example.com
< Vary: .*Origin.*
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://app.example.com.evil.net
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://example.org:8443
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://.example.org:8443
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://a..example.org:8443
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://evil.net/a.example.org:8443
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://a@b.example.org:8443
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: https://a.example.org
< Access-Control-Allow-Origin: (?!.)
GET /c/things/1 => 200
+ Origin: null
< Access-Control-Allow-Origin: (?!.)
GET /c/own => 200
< Access-Control-Allow-Origin: \*
< Vary: (?!.)
GET /c/none => 200
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: (?!.)
< Vary: (?!.)



=== errors have them, nginx's own as well
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
GET /c/things/0 => 404 ~ "code":"no_row"
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
< Access-Control-Allow-Credentials: .*true.*
GET /c/things/x => 400
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
PUT /c/things/1 => 405
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
GET /c/nowhere => 404 ~ "code":"no_route"
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
POST /c/things {"a":"x"} => 422
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
GET /c/denied => 403 ~ "code":"forbidden"
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
GET /c/returned => 403
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
GET /c/limited => 200
+ Origin: https://app.example.com
GET /c/limited => 503
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
GET /k/kept => 401
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app.*
< Access-Control-Expose-Headers: X-One, X-Two
< Access-Control-Allow-Credentials: (?!.)
GET /c/proxied => 200
+ Origin: https://app.example.com
< Access-Control-Allow-Origin: https://app\.example\.com
< Content-Type: text/plain



=== a cookie is taken of the pages that may send it
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases eval
my $cases = <<'END'; $cases =~ s/TOKEN/$main::Token/g; $cases
POST /w/kept => 200
+ Origin: https://app.example.com
+ Sec-Fetch-Site: cross-site
+ Cookie: session=TOKEN
POST /w/kept => 403
+ Origin: https://evil.example.com
+ Sec-Fetch-Site: cross-site
+ Cookie: session=TOKEN
POST /k/kept => 403
+ Origin: https://app.example.com
+ Sec-Fetch-Site: cross-site
+ Cookie: session=TOKEN
< Access-Control-Allow-Origin: https://app\.example\.com
END



=== nginx -t: both words
--- config
    location / {
        api_cors * { credentials on; }
    }
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors \* with "credentials on" would let every site act as the user who visits it, and no browser takes it: name the origins, or drop credentials in .*nginx\.conf:\d+:9/
--- no_error_log
[alert]



=== nginx -t: no origin
--- config
    api_cors;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors names the sites whose pages may use this API: .* in .*nginx\.conf:\d+:5/
--- no_error_log
[alert]



=== nginx -t: a slash behind the host
--- config
    api_cors https://a.example.com https://app.example.com/;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors names origins, which have no path, no user and no variable: end it behind the host, without a slash in .*nginx\.conf:\d+:36/
--- no_error_log
[alert]



=== nginx -t: no scheme
--- config
    api_cors app.example.com;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors names origins as browsers do, scheme and host: https:\/\/app.example.com in .*:14/
--- no_error_log
[alert]



=== nginx -t: the scheme's own port
--- config
    api_cors https://app.example.com:443;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors names the port that the scheme has anyway/
--- no_error_log
[alert]



=== nginx -t: a star elsewhere
--- config
    api_cors https://app.*.com;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors takes a \* for labels in front of a host only, as in https:\/\/\*\.example\.com/
--- no_error_log
[alert]



=== nginx -t: a star beside others
--- config
    api_cors * https://app.example.com;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors \* is every site: drop the others, or the \*/
--- no_error_log
[alert]



=== nginx -t: twice
--- config
    api_cors https://a.example.com;
    api_cors https://b.example.com;
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors is declared twice here: name all origins in one line/
--- no_error_log
[alert]



=== nginx -t: a header's name that is none
--- config
    api_cors https://a.example.com { headers "X-A, X-B"; }
--- must_die
--- error_log eval
qr/\[emerg\].*"headers" of api_cors takes names of headers, with spaces between them: X-Trace X-Page in .*nginx\.conf:\d+:47/
--- no_error_log
[alert]



=== nginx -t: a line that is none
--- config
    api_cors https://a.example.com { expos X-A; }
--- must_die
--- error_log eval
qr/\[emerg\].*unknown directive "expos" in api_cors: perhaps expose/
--- no_error_log
[alert]



=== nginx -t: off has no block
--- config
    api_cors off { credentials on; }
--- must_die
--- error_log eval
qr/\[emerg\].*api_cors off takes back what is around, and has no block/
--- no_error_log
[alert]
