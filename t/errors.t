# api_errors, api_problem_type: the form of errors.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL);
INSERT INTO users VALUES (1, 'a@example.com', 'a');
SQL

our $Routes = <<'END';
        api_route POST /users {
            api_body { user required { email email required max=20; name string required min=2 max=20; } }
            api_query one "INSERT INTO users VALUES (2, $user.email, $user.name) RETURNING id";
        }
        api_route POST /flat {
            api_param page int min=1;
            api_body { email email required; tags[] { name string required; } }
            api_query value "SELECT coalesce($page::int, jsonb_array_length($tags), length($email))";
        }
        api_route GET /users/:id {
            api_query one "SELECT id, true AS ok, $id <> 1 AS mine FROM users WHERE id = $id" as=u none=404 "no \"user\"";
            api_check $u.mine 403 "not yours";
        }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /token { api_jwt { key file:secret; } api_query value "SELECT $jwt.sub"; }
END

our $Config = <<"END";
    location /f {
        api_errors fields=errors;
$Routes
        api_route GET /inner/:id<int> { api_errors problem; api_query one "SELECT id FROM users WHERE id = \$id"; }
    }
    location /m {
        api_errors fields=errors message=message default=base;
$Routes
    }
    location /t {
        api_problem_type https://example.com/problems#;
$Routes
        api_route GET /inner/:id<int> { api_problem_type about:blank; api_query one "SELECT id FROM users WHERE id = \$id"; }
    }
END

our %file = (secret => '01234567890123456789012345678901');

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('user_files', [ map { [ "../conf/$_" => $file{$_} ] } sort keys %file ]);
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== each field with its messages, without what is around all of them
--- request eval
qq(POST /f/users\n{"user":{"email":"x","name":"y"}})
--- more_headers
Content-Type: application/json
--- error_code: 422
--- response_headers
Content-Type: application/json
--- response_body_like: \A\{"errors":\{"email":\["[^"]+"\],"name":\["[^"]+"\]\}\}\z

=== a unique column's
--- request eval
qq(POST /f/users\n{"user":{"email":"a\@example.com","name":"abc"}})
--- more_headers
Content-Type: application/json
--- error_code: 409
--- response_body_like: \A\{"errors":\{"email":\["[^"]+"\]\}\}\z

=== parameters beside the body, and an array's items
--- request eval
qq(POST /f/flat?page=0\n{"tags":[{}]})
--- more_headers
Content-Type: application/json
--- error_code: 400
--- response_body_like: \A\{"errors":\{"page":\["[^"]+"\],"tags\.0\.name":\["[^"]+"\],"email":\["[^"]+"\]\}\}\z

=== a sentence
--- request
GET /f/users/9
--- error_code: 404
--- response_body: {"errors":{"body":["no \"user\""]}}
--- response_headers
Content-Type: application/json

=== a check's, with message= and default=
--- request
GET /m/users/1
--- error_code: 403
--- response_body: {"errors":{"base":["not yours"]},"message":"not yours"}

=== fields and the message
--- request eval
qq(POST /m/users\n{"user":{"email":"b\@example.com"}})
--- more_headers
Content-Type: application/json
--- error_code: 422
--- response_body_like: \A\{"errors":\{"name":\["[^"]+"\]\},"message":"[^"]+"\}\z

=== nginx's own refusal
--- request
GET /f/denied
--- error_code: 403
--- response_headers
Content-Type: application/json
--- response_body: {"errors":{"body":["this is not allowed"]}}

=== no path, no method, no token
--- cases
GET /f/nowhere => 404 {"errors":{"body":["there is no such path"]}}
< Content-Type: ^application/json$
DELETE /f/flat => 405 {"errors":{"body":["this path does not allow the method; see the Allow header"]}}
< Content-Type: ^application/json$
< Allow: POST, OPTIONS
GET /f/token   => 401 {"errors":{"body":["an access token is required"]}}
< Content-Type: ^application/json$
< WWW-Authenticate: Bearer realm="api"

=== problems again, further inside
--- request
GET /f/inner/9
--- error_code: 404
--- response_headers
Content-Type: application/problem+json
--- response_body_like: "type":"about:blank",.*"code":"no_row"

=== the type of problems
--- request
GET /t/users/9
--- error_code: 404
--- response_headers
Content-Type: application/problem+json
--- response_body_like: \A\{"type":"https://example\.com/problems#no_row","title":"Not Found","status":404,"detail":"no \\"user\\"","code":"no_row"

=== of nginx's own, and about:blank further inside
--- pipelined_requests eval
["GET /t/denied", "GET /t/inner/9"]
--- error_code eval
[403, 404]
--- response_body_like eval
[qr{"type":"https://example\.com/problems#forbidden"}, qr{"type":"about:blank"}]

=== wrong words
--- config
location /a { api_errors shape=errors; api_route GET /a { api_query value "SELECT 1"; } }
location /b { api_errors message=m; api_route GET /b { api_query value "SELECT 1"; } }
location /c { api_errors fields=m message=m; api_route GET /c { api_query value "SELECT 1"; } }
location /d { api_errors fields=; api_route GET /d { api_query value "SELECT 1"; } }
location /e { api_problem_type 'a"b'; api_route GET /e { api_query value "SELECT 1"; } }
location /f { api_errors problem; api_errors problem; api_route GET /f { api_query value "SELECT 1"; } }
--- must_die
--- error_log
"api_errors" directive is written: api_errors problem, or api_errors fields=NAME [message=NAME] [default=NAME]
"api_errors" directive needs "fields=NAME"
"api_errors" directive has one name for two members
"api_errors" directive needs a name behind each "="
"api_problem_type" directive needs what the types of problems begin with
"api_errors" directive is duplicate
