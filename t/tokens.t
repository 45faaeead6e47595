# api_issue_token: tokens of our own, what they claim and how they are signed.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE users (id int PRIMARY KEY, name text, role text, roles text[], boss int);
INSERT INTO users VALUES (1, 'ann', 'admin', '{a,"b c"}', NULL), (2, 'bo"b', 'user', NULL, 1);
CREATE TABLE issued (jti text, token text);
-- HMAC-SHA256 by the text, so that somebody else reads what nginx has signed
CREATE FUNCTION b64(t text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT decode(rpad(translate(t, '-_', '+/'), (length(t) + 3) / 4 * 4, '='), 'base64') $$;
CREATE FUNCTION xor(k bytea, n int) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        k := k || decode(repeat('00', 64 - length(k)), 'hex');
        FOR i IN 0 .. 63 LOOP k := set_byte(k, i, get_byte(k, i) # n); END LOOP;
        RETURN k;
    END $$;
CREATE FUNCTION hmac(t bytea, k bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT sha256(xor(k, 92) || sha256(xor(k, 54) || t)) $$;
CREATE FUNCTION token(t text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT json_build_object(
        'head', convert_from(b64(split_part(t, '.', 1)), 'UTF8')::json,
        'claims', convert_from(b64(split_part(t, '.', 2)), 'UTF8')::json,
        'right', hmac(convert_to(split_part(t, '.', 1) || '.' || split_part(t, '.', 2), 'UTF8'),
                      convert_to('0123456789abcdef0123456789abcdef', 'UTF8'))
                 = b64(split_part(t, '.', 3)),
        'parts', array_length(string_to_array(t, '.'), 1)) $$;
SQL

our $Config = <<'END';
    location /t {
        api_route POST /read { api_body { token string required max=9000; } api_query value "SELECT token($token)"; }
        api_route POST /user/:id<int> {
            api_query one "SELECT * FROM users WHERE id = $id" as=u;
            api_issue_token $access {
                key file:secret kid=first;
                sub $u.id; name $u.name; role $u.role; roles $u.roles; boss $u.boss; iss "https://api.example.com/";
                admin false; level 3; expires 15m; jti auto;
            }
            api_query value "SELECT token($access)";
        }
        api_route POST /text/:id<int> {
            api_query one "SELECT name, role FROM users WHERE id = $id" as=u;
            api_issue_token $access { key file:secret; sub $u.name; expires 1h; }
            api_answer { access_token $access; token_type Bearer; expires_in 3600; }
        }
        api_route POST /nobody {
            api_query optional "SELECT id FROM users WHERE id = -1" as=u;
            api_issue_token $access { key file:secret; sub $u.id; expires 1h; }
            api_answer { access_token $access; }
        }
        api_route POST /none {
            api_query optional "SELECT id FROM users WHERE id = -1" as=u none=401 "nobody is here";
            api_issue_token $access { key file:secret; sub $u.id; expires 1h; }
            api_answer { access_token $access; }
        }
        api_route POST /large {
            api_query value "SELECT repeat('x', 7000) AS x" as=u;
            api_issue_token $access { key file:secret; x $u.x; expires 1h; }
            api_answer { access_token $access; }
        }
        api_route POST /two {
            api_query one "SELECT id FROM users WHERE id = 1" as=u;
            api_issue_token $one { key file:rsa.pem kid=r; sub $u.id; expires 1m; }
            api_issue_token $two { key file:ec.pem; sub $u.id; expires 1m; }
            api_answer { one $one; two $two; }
        }
        api_route POST /cached {
            add_header Cache-Control "private";
            api_query one "SELECT id FROM users WHERE id = 1" as=u;
            api_issue_token $access { key file:secret; sub $u.id; expires 1m; }
            api_answer { access_token $access; }
        }
    }
END

my %file = (
    secret => "0123456789abcdef0123456789abcdef\n",
    'ec.pub' => scalar qx(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | openssl pkey -pubout),
    map { $_->[0] => scalar qx($_->[1] 2>/dev/null) }
        [ 'rsa.pem', 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048' ],
        [ 'ec.pem', 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256' ]);

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('user_files', [ map { [ "../conf/$_" => $file{$_} ] } sort keys %file ]);
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== what a row says, each claim of its type; sub is text
--- cases
POST /t/user/1 => 200 ~ "head" : \{"alg":"HS256","typ":"JWT","kid":"first"\}, "claims" : \{"iat":\d{10},"exp":\d{10},"jti":"[\w-]{22}","sub":"1","name":"ann","role":"admin","roles":\["a","b c"\],"iss":"https://api.example.com/","admin":false,"level":3\}, "right" : true, "parts" : 3
< Cache-Control: no-store
POST /t/user/2 => 200 ~ "sub":"2","name":"bo\\"b","role":"user","boss":1,"iss".*"right" : true

=== of a row that is not there
--- cases
POST /t/user/3 => 404
POST /t/none   => 401 ~ nobody is here

=== a token of nobody is not issued
--- cases
POST /t/nobody => 401 ~ "code":"unauthorized".*|sign in again

=== nor one that no header would take
--- cases
POST /t/large => 500 ~ "code":"internal"
--- error_log: its claims are beyond 6 KiB

=== in an answer of names
--- cases
POST /t/text/2 => 200 ~ \A\{"access_token":"[\w-]+\.[\w-]+\.[\w-]+","token_type":"Bearer","expires_in":3600\}\z
< Cache-Control: no-store

=== by RSA, which a thread does, and by ECDSA
--- cases
POST /t/two => 200 ~ \A\{"one":"[\w-]+\.[\w-]+\.[\w-]{342}","two":"[\w-]+\.[\w-]+\.[\w-]{86}"\}\z
POST /t/two => 200



=== key, iss and aud of the api_jwt around, where it names none
--- config
location /t { api_route POST /read { api_body { token string required max=9000; } api_query value "SELECT token($token)"; } }
location /j {
    api_jwt { key file:secret; issuer https://me "https://\"old\""; audience us them; required off; }
    api_route POST /all {
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { sub $u.id; expires 15m; }
        api_query value "SELECT token($access)";
    }
    api_route POST /named {
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { sub $u.id; expires 15m; iss you; aud all; }
        api_query value "SELECT token($access)";
    }
    api_route POST /own {
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { key file:secret kid=own; sub $u.id; expires 15m; }
        api_query value "SELECT token($access)";
    }
    api_route POST /of/public {
        api_jwt { key file:ec.pub; issuer https://them; required off; }
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { key file:secret; sub $u.id; expires 15m; }
        api_query value "SELECT token($access)";
    }
}
--- cases
POST /j/all    => 200 ~ "claims" : \{"iat":\d{10},"exp":\d{10},"iss":"https://me","aud":"us","sub":"1"\}, "right" : true
POST /j/named  => 200 ~ "claims" : \{"iat":\d{10},"exp":\d{10},"sub":"1","iss":"you","aud":"all"\}, "right" : true
POST /j/own    => 200 ~ "kid":"own"\}, "claims" : \{"iat":\d{10},"exp":\d{10},"iss":"https://me","aud":"us","sub":"1"\}
POST /j/of/public => 200 ~ "claims" : \{"iat":\d{10},"exp":\d{10},"sub":"1"\}



=== RSA of the api_jwt around signs in a thread
--- config
location /j {
    api_jwt { key file:rsa.pem kid=r; audience us; required off; }
    api_route POST /rsa {
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { sub $u.id; expires 15m; }
        api_header X-Token $api_token_access;
        api_answer { n 1; }
    }
    api_route POST /me { api_jwt on; api_query value "SELECT $jwt.sub"; }
}
--- cases
POST /j/rsa => 200 {"n":1}
< X-Token: ^eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InIifQ\.[\w-]+\.[\w-]{342}$
POST /j/me  => 401



=== a token and a random text in cookies
--- config
location /c {
    api_jwt { key file:secret; token $cookie_session; audience us; required off; }
    api_route POST /login {
        api_random $Refresh 16;
        api_query one "SELECT id FROM users WHERE id = 1" as=u;
        api_issue_token $access { sub $u.id; expires 15m; }
        api_header Set-Cookie "session=$api_token_access; HttpOnly; Secure; SameSite=Lax; Path=/";
        api_header Set-Cookie "refresh=$api_random_refresh; HttpOnly; Secure; SameSite=Strict; Path=/c";
        api_answer { refresh $Refresh; }
    }
    api_route POST /nobody {
        api_query optional "SELECT id FROM users WHERE id = -1" as=u;
        api_issue_token $access { sub $u.id; expires 15m; }
        api_header Set-Cookie "session=$api_token_access; HttpOnly; Secure; SameSite=Lax; Path=/";
        api_header X-Token "<$api_token_access>" always;
        api_answer { n 1; }
    }
}
--- cases
POST /c/login  => 200 ~ ^\{"refresh":"[\w-]{22}"\}$
< Set-Cookie: session=eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}; HttpOnly; Secure; SameSite=Lax; Path=/, refresh=[\w-]{22}; HttpOnly; Secure; SameSite=Strict; Path=/c
POST /c/nobody => 401 ~ sign in again
< X-Token: ^<>$
--- no_error_log
[warn]



=== no key anywhere
--- config
api_route POST /a {
    api_query one "SELECT 1 AS id" as=u;
    api_issue_token $access { sub $u.id; expires 15m; }
    api_answer { access $access; }
}
--- must_die
--- error_log eval
qr/\[emerg\].*api_issue_token \$access of "POST \/a" has no key to sign with: say "key env:NAME;" or "key file:FILE;", here or in an api_jwt \{ \} around in \S+nginx\.conf:\d+/



=== no key but public ones
--- config
api_jwt { key file:ec.pub; required off; }
api_route POST /a {
    api_query one "SELECT 1 AS id" as=u;
    api_issue_token $access { sub $u.id; expires 15m; }
    api_answer { access $access; }
}
--- must_die
--- error_log eval
qr/\[emerg\].*has no key to sign with: .*, those of api_jwt are public in \S+nginx\.conf:\d+/
