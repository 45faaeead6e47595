# Api_jwt, api_require, claims in SQL and in variables: what a client is told,
# and what nginx -t says.  t/system/auth.py has the matrix, keys that change,
# and hostile tokens.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

use Digest::SHA qw(hmac_sha256);
use JSON::PP;
use MIME::Base64 qw(encode_base64url);

our $Secret = 's' x 32;
my $Ann     = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

sub token {
    my ($claims, $secret, %head) = @_;

    my $text = join '.', map { encode_base64url(JSON::PP->new->canonical
                                                        ->encode($_)) }
        { alg => 'HS256', typ => 'JWT', %head },
        { exp => time + 600, iss => 'https://id', aud => 'api', %$claims };

    return "$text." . encode_base64url(hmac_sha256($text, $secret // $Secret));
}

# <ann> and the like stand for tokens

our %Token = (
    ann     => token({ sub => $Ann, role => 'user', scope => 'read write',
                       tenant => { id => 7 }, groups => ['a', 'b"c'],
                       ids => [3, 5], on => JSON::PP::true, age => 41,
                       'https://x/role' => 'boss', big => 9007199254740993,
                       Mixed => 'm' }),
    admin   => token({ sub => 'root', role => 'admin' }),
    nobody  => token({ sub => 'abc' }),
    expired => token({ sub => $Ann, exp => time - 60 }),
    early   => token({ sub => $Ann, nbf => time + 600 }),
    issuer  => token({ sub => $Ann, iss => 'https://other' }),
    forus   => token({ sub => $Ann, aud => 'other' }),
    forged  => token({ sub => $Ann }, 't' x 32),
    none    => token({ sub => $Ann }, $Secret, alg => 'none'),
    wicked  => token({ sub => "a\r\nX-Evil: 1", role => 'user' }),
);

sub tokens {
    my ($text) = @_;

    $text =~ s/<(\w+)>/$Token{$1}/g;

    return $text;
}

$ENV{TEST_NGINX_JWT_SECRET} = $ENV{JWT_SECRET} = $Secret;
$ENV{TEST_NGINX_ANN} = $Ann;

sql(<<'SQL');
CREATE FUNCTION deny() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN RAISE insufficient_privilege; END $$;
CREATE TABLE posts (id int PRIMARY KEY, owner uuid NOT NULL, title text NOT NULL);
INSERT INTO posts VALUES (1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'hers'),
                         (2, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'his');
SQL

our $Jwt = <<'END';
    api_jwt {
        key      env:JWT_SECRET;
        issuer   https://id;
        audience api other-api;
    }
END

our $Config = $Jwt . <<'END';
    location /open {
        api_jwt off;
        api_route GET /a { api_query value "SELECT 1"; }
    }

    location /a {
        api_route GET /all    { api_query value "SELECT $jwt"; }
        api_route GET /claims {
            api_query one 'SELECT $jwt.sub::text AS sub, $jwt.age::int AS age, $jwt.on::bool AS on,
                                  $jwt.tenant.id::int AS tenant, $jwt.groups::text[] AS groups, $jwt.ids::int[] AS ids,
                                  $jwt.tenant::jsonb AS json, $jwt.big::bigint AS big, $jwt.role::jsonb AS role,
                                  $jwt."https://x/role" AS boss, $jwt.missing AS missing';
        }
        api_route GET /mine   { api_query many "SELECT title FROM posts WHERE owner = $jwt.sub"; }
        api_route GET /typed/:n<int> { api_query value "SELECT $n::int"; }
        api_route GET /maybe  { api_jwt optional; api_query value "SELECT $jwt.role"; }
        api_route GET /free   { api_jwt off; api_query value "SELECT 1"; }
        api_route GET /kept   { api_jwt optional; api_require role=user; api_query value "SELECT 1"; }
        api_route GET /users/:id { api_require any sub=$id role=admin; api_query value "SELECT $id::uuid"; }
        api_route GET /typedusers/:id<uuid> { api_require sub=$id; api_query value "SELECT $id::uuid"; }
        api_route GET /not/:id<uuid> { api_require sub!=$id; api_query value "SELECT $id::uuid"; }
        api_route GET /scope  { api_require scope=write|admin; api_query value "SELECT 1"; }
        api_route GET /wider  { api_require scope=admin|root; api_query value "SELECT 1"; }
        api_route GET /param  { api_param who string; api_require sub=$who; api_query value "SELECT $who::text"; }
        api_route GET /log    {
            add_header X-Sub    "$api_jwt_sub" always;
            add_header X-Auth   "$api_auth" always;
            add_header X-Status "$api_jwt_status" always;
            add_header X-Claims "$api_jwt_claims" always;
            add_header X-Mixed  "$api_jwt_mixed" always;
            api_query value "SELECT 1";
        }
        api_route POST /write { api_body { t string; } api_query value "SELECT $t::text"; }
        location /a/empty { empty_gif; }
    }

    location /lines {
        api_require role=admin|user;
        api_route GET /both { api_require tenant.id=7; api_query value "SELECT 1"; }
        api_route GET /less { api_require off; api_query value "SELECT 1"; }
        api_route GET /open { api_jwt off; api_query value "SELECT 1"; }
    }

    location /realm {
        api_jwt { key env:JWT_SECRET; audience any; realm "my shop"; required optional; token $cookie_session; }
        api_route GET /a  { api_query value "SELECT $jwt.role"; }
        api_route POST /a { api_query value "SELECT $jwt.role"; }
    }
    location /sites {
        api_jwt { key env:JWT_SECRET; audience any; token $cookie_session; origins https://app.example.com http://localhost:3000; }
        api_route POST /a { api_query value "SELECT $jwt.role"; }
    }
    location /made {
        set $made $cookie_session$http_x_token;
        api_jwt { key env:JWT_SECRET; audience any; token $made; origins https://app.example.com; }
        api_route POST /a { api_query value "SELECT $jwt.role"; }
    }
END

add_block_preprocessor {
    my ($block) = @_;

    $block->set_value('main_config', "env JWT_SECRET;\n")
        unless defined $block->main_config;

    $block->set_value('config', $Config)
        unless defined $block->config || defined $block->must_die;
};

no_long_string();
run_tests();

__DATA__

=== no token, a good one, and what is wrong with others
--- cases tokens
GET /a/mine => 401 ~ "detail":"an access token is required"
< WWW-Authenticate: ^Bearer realm="api"$
< Cache-Control: ^no-store$
< Vary: Authorization
GET /a/mine => 200 [{"title":"hers"}]
+ Authorization: Bearer <ann>
< Vary: Authorization
GET /a/mine => 200 [{"title":"hers"}]
+ authorization: bearer   <ann>
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer <expired>
< WWW-Authenticate: ^Bearer realm="api", error="invalid_token"$
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer <early>
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer <issuer>
GET /a/mine => 200
+ Authorization: Bearer <ann>
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer <forged>
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer <none>
GET /a/mine => 401 ~ "detail":"the access token is not valid"
+ Authorization: Bearer x.y.z
GET /a/mine => 401 ~ "detail":"an access token is required"
+ Authorization: Bearer
< WWW-Authenticate: ^Bearer realm="api"$
GET /a/mine => 401 ~ "detail":"an access token is required"
+ Authorization: Basic YTpi
< WWW-Authenticate: ^Bearer realm="api"$



=== before anything that tells about the API
--- cases
GET /a/nosuch      => 401 ~ is required
PUT /a/mine        => 401 ~ is required
OPTIONS /a/mine    => 401 ~ is required
GET /a/typed/x     => 401 ~ is required
GET /a/empty       => 401 ~ is required
POST /a/write {    => 401 ~ is required
GET /open/a        => 200 1
GET /a/free        => 200 1



=== and then it is told
--- cases tokens
GET /a/nosuch      => 404
+ Authorization: Bearer <ann>
PUT /a/mine        => 405
+ Authorization: Bearer <ann>
OPTIONS /a/mine    => 204 -
+ Authorization: Bearer <ann>
GET /a/typed/x     => 400
+ Authorization: Bearer <ann>
POST /a/write {"t":"x"} => 200 "x"
+ Authorization: Bearer <ann>



=== optional: none is nobody, a bad one is bad
--- cases tokens
GET /a/maybe => 200 null
GET /a/maybe => 200 null
+ Authorization: Basic YTpi
GET /a/maybe => 200 "user"
+ Authorization: Bearer <ann>
GET /a/maybe => 401 ~ is not valid
+ Authorization: Bearer <forged>
GET /a/kept  => 401 ~ is required
GET /a/kept  => 200 1
+ Authorization: Bearer <ann>
GET /a/kept  => 403 ~ "code":"forbidden"|does not allow
+ Authorization: Bearer <admin>
< Cache-Control: no-store



=== claims are values of their types
--- cases tokens
GET /a/claims => 200 {"sub":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","age":41,"on":true,"tenant":7,"groups":["a","b\"c"],"ids":[3,5],"json":{"id": 7},"big":9007199254740993,"role":"user","boss":"boss","missing":null}
+ Authorization: Bearer <ann>
GET /a/claims => 200 ~ "age":null
+ Authorization: Bearer <admin>
GET /a/all    => 200 ~ "role": ?"admin"
+ Authorization: Bearer <admin>



=== a claim that is none of its type's is forbidden, and no connection is used
--- cases tokens
GET /a/mine => 403 ~ does not allow
+ Authorization: Bearer <nobody>
< Cache-Control: no-store



=== requirements
--- cases tokens
GET /a/users/A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 => 200 "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
+ Authorization: Bearer <ann>
GET /a/typedusers/A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 => 200
+ Authorization: Bearer <ann>
GET /a/users/b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 => 403
+ Authorization: Bearer <ann>
GET /a/users/b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 => 200
+ Authorization: Bearer <admin>
GET /a/users/x => 403
+ Authorization: Bearer <ann>
GET /a/users/x => 400
+ Authorization: Bearer <admin>
GET /a/not/A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 => 403
+ Authorization: Bearer <ann>
GET /a/not/b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 => 200
+ Authorization: Bearer <ann>
GET /a/scope => 200 1
+ Authorization: Bearer <ann>
GET /a/wider => 403
+ Authorization: Bearer <ann>
< WWW-Authenticate: ^Bearer realm="api", error="insufficient_scope", scope="admin root"$
GET /a/param?who=root => 200 "root"
+ Authorization: Bearer <admin>
GET /a/param?who=ann => 403
+ Authorization: Bearer <admin>
GET /a/param => 403
+ Authorization: Bearer <admin>



=== lines of all levels add up, unless they are cleared
--- cases tokens
GET /lines/both => 200 1
+ Authorization: Bearer <ann>
GET /lines/both => 403
+ Authorization: Bearer <admin>
GET /lines/less => 200 1
+ Authorization: Bearer <nobody>
GET /lines/open => 200 1
GET /lines/x    => 403
+ Authorization: Bearer <nobody>
GET /lines/x    => 404
+ Authorization: Bearer <admin>



=== variables
--- cases tokens
GET /a/log => 200 1
+ Authorization: Bearer <ann>
< X-Sub: ^a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11$
< X-Auth: ^jwt$
< X-Status: ^ok$
< X-Mixed: ^m$
< X-Claims: .*"tenant":\{"id":7\}.*
GET /a/log => 401
+ Authorization: Bearer <forged>
< X-Status: ^signature$
GET /a/log => 401
< X-Status: ^missing$
GET /a/log => 200 1
+ Authorization: Bearer <wicked>
< X-Sub: ^a%0D%0AX-Evil: 1$



=== what a policy of the database forbids: 401 to nobody, 403 to somebody
--- config
location /deny {
    api_jwt { key env:JWT_SECRET; audience any; required optional; realm mine; }
    api_route GET /a { api_query value "SELECT deny()"; }
    api_route GET /off { api_jwt off; api_query value "SELECT deny()"; }
    api_route GET /said { api_error 42501 409 "not that"; api_query value "SELECT deny()"; }
}
--- cases tokens
GET /deny/a => 401 ~ "detail":"credentials are needed","code":"unauthorized"
< WWW-Authenticate: ^Bearer realm="mine"$
< Cache-Control: ^no-store$
GET /deny/a => 403 ~ "code":"forbidden"
+ Authorization: Bearer <ann>
GET /deny/off => 403
GET /deny/said => 409 ~ not that



=== sites whose pages may use a cookie
--- cases tokens
POST /sites/a => 200 "admin"
+ Cookie: session=<admin>
+ Origin: https://APP.example.com
+ Sec-Fetch-Site: cross-site
POST /sites/a => 200 "admin"
+ Cookie: session=<admin>
+ Origin: http://localhost:3000
POST /sites/a => 200 "admin"
+ Cookie: session=<admin>
+ Origin: https://app.example.com.evil
+ Sec-Fetch-Site: same-origin
POST /sites/a => 403
+ Cookie: session=<admin>
+ Origin: https://app.example.com.evil
POST /sites/a => 403
+ Cookie: session=<admin>
+ Origin: http://app.example.com
POST /sites/a => 403
+ Cookie: session=<admin>
+ Origin: http://localhost
+ Sec-Fetch-Site: cross-site
POST /sites/a => 403
+ Cookie: session=<admin>
+ Origin: null
POST /sites/a => 403
+ Cookie: session=<admin>
+ Sec-Fetch-Site: cross-site



=== a variable that is made of a cookie is one
--- cases tokens
POST /made/a => 403
+ Cookie: session=<admin>
+ Origin: https://evil.example.com
+ Sec-Fetch-Site: cross-site
POST /made/a => 403
+ Cookie: session=<admin>
POST /made/a => 200 "admin"
+ Cookie: session=<admin>
+ Origin: https://app.example.com
+ Sec-Fetch-Site: cross-site
POST /made/a => 200 "admin"
+ Cookie: session=<admin>
+ Sec-Fetch-Site: same-origin
POST /made/a => 200 "admin"
+ X-Token: <admin>
POST /made/a => 200 "admin"
+ X-Token: <admin>
+ Origin: https://evil.example.com
+ Sec-Fetch-Site: cross-site



=== a site is scheme and host
--- config
api_jwt { key env:JWT_SECRET; token $cookie_s; origins https://app.example.com/; }
--- must_die
--- error_log eval
qr/\[emerg\].*"origins" of api_jwt are sites as browsers name them, https:\/\/app\.example\.com: scheme and host/



=== sites are for cookies
--- config
api_jwt { key env:JWT_SECRET; origins https://app.example.com; }
--- must_die
--- error_log eval
qr/\[emerg\].*"origins" of api_jwt says whose pages may use a token in a cookie, and this one is in none/



=== a realm, a cookie, and other sites
--- cases tokens
GET /realm/a => 200 "admin"
+ Cookie: a=b; session=<admin>
< Vary: Cookie
GET /realm/a => 200 null
+ Authorization: Bearer <admin>
GET /realm/a => 401 ~ is not valid
+ Cookie: session=<forged>
< WWW-Authenticate: ^Bearer realm="my shop", error="invalid_token"$
POST /realm/a => 403
+ Cookie: session=<admin>
POST /realm/a => 200 "admin"
+ Cookie: session=<admin>
+ Sec-Fetch-Site: same-origin
POST /realm/a => 403
+ Cookie: session=<admin>
+ Sec-Fetch-Site: cross-site
POST /realm/a => 403
+ Cookie: session=<admin>
+ Origin: https://evil.example
POST /realm/a => 200 "admin"
+ Cookie: session=<admin>
+ Origin: http://localhost
POST /realm/a => 200 null
