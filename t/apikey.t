# api_key: who has a key, by a statement; what its row says; beside tokens.
# t/system/apikey_faults.py has look-ups that are counted, limits, and a database that
# is away.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

use Digest::SHA qw(hmac_sha256 sha256_hex);
use JSON::PP;
use MIME::Base64 qw(encode_base64url);

sql(<<'SQL');
CREATE TABLE api_keys (hash bytea PRIMARY KEY, owner int, role text, scopes text, tags text[], expires_at timestamptz);
INSERT INTO api_keys SELECT sha256(convert_to(k, 'UTF8')), o, r, s, t, now() + interval '1 hour' FROM (VALUES
    ('key-of-ann-0000001', 1, 'admin', 'read write', '{a,b}'::text[]),
    ('key-of-bob-0000002', 2, 'user', 'read', NULL)) AS v (k, o, r, s, t);
INSERT INTO api_keys VALUES (sha256('key-of-old-0000003'), 3, 'user', '', NULL, now() - interval '1 hour');
INSERT INTO api_keys VALUES (sha256(convert_to(repeat('k', 256), 'UTF8')), 4, 'user', '', NULL, now() + interval '1 hour');
SQL

our $Secret = 's' x 32;

sub token {
    my ($claims) = @_;

    my $text = join '.', map { encode_base64url(JSON::PP->new->encode($_)) }
        { alg => 'HS256' }, { exp => time + 600, %$claims };

    return "$text." . encode_base64url(hmac_sha256($text, $Secret));
}

our %Word = (
    token  => token({ sub => 'eve', role => 'user' }),
    forged => token({ sub => 'eve' }) . 'x',
    longest => 'k' x 256,
    longer => 'k' x 257,
);

sub words {
    my ($text) = @_;

    $text =~ s/<(\w+)>/$Word{$1}/g;

    return $text;
}

$ENV{TEST_NGINX_JWT_SECRET} = $ENV{JWT_SECRET} = $Secret;

our $Key = q!api_key {
    query "SELECT owner AS sub, role, scopes AS scope, tags FROM api_keys
           WHERE hash = sha256(convert_to($api_key, 'UTF8')) AND expires_at > now()"; !;

our $Keys = JSON::PP->new->encode({
    sha256_hex('key-of-a-file-0001') => { sub => 'billing', role => 'admin', tags => ['a', 'b'], n => 1 },
    uc(sha256_hex('key-of-a-file-0002')) => { sub => 'backup', exp => time + 600 },
    sha256_hex('key-of-a-file-0003') => { sub => 'old', exp => time - 1 },
    sha256_hex('key-of-ann-0000001') => { sub => 'of the file' },
});

our $Config = <<"END";
    location /k {
        $Key }
        api_header X-Auth "\$api_auth" always;
        api_header X-Status "\$api_jwt_status" always;
        api_route GET /a      { api_query value "SELECT \$jwt.sub"; }
        api_route GET /own    { api_query one "SELECT \$key.sub::int AS sub, \$key.tags::text[] AS tags, \$jwt AS whole"; }
        api_route GET /admin  { api_require role=admin; api_query value "SELECT \$jwt.role"; }
        api_route GET /write  { api_require scope=write; api_query value "SELECT \$jwt.role"; }
        api_route GET /u/:id<int> { api_require sub=\$id; api_query value "SELECT \$id::int"; }
        api_route GET /some   { api_key optional; api_query value "SELECT \$jwt.sub"; }
        api_route GET /open   { api_key off; api_query value "SELECT 1"; }
        api_route GET /file   { empty_gif; }
    }
    location /both {
        api_jwt { key env:JWT_SECRET; }
        $Key header My-Key; realm "mine"; }
        api_header X-Auth "\$api_auth" always;
        api_route GET /a { api_query value "SELECT \$jwt.sub"; }
        api_route GET /some { api_jwt optional; api_query value "SELECT \$jwt.sub"; }
    }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('main_config', 'env JWT_SECRET;');
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== whose key it is
--- cases words
GET /k/a => 200 "1"
+ X-API-Key: key-of-ann-0000001
< X-Auth: ^key$
< X-Status: ^ok$
< Vary: X-API-Key
GET /k/a => 200 "1"
+ x-api-key: key-of-ann-0000001
GET /k/own => 200 {"sub":1,"tags":["a","b"],"whole":{"sub": 1, "role": "admin", "tags": ["a", "b"], "scope": "read write"}}
+ X-API-Key: key-of-ann-0000001
GET /k/own => 200 {"sub":2,"tags":null,"whole":{"sub": 2, "role": "user", "tags": null, "scope": "read"}}
+ X-API-Key: key-of-bob-0000002
GET /k/a => 200 "4"
+ X-API-Key: <longest>
GET /k/open => 200 1



=== who has none, or a wrong one, alike
--- cases words
GET /k/a => 401 ~ "detail":"an API key is required"
< WWW-Authenticate: ^ApiKey realm="api"$
< Cache-Control: ^no-store$
< X-Auth: ^$
< X-Status: ^missing$
GET /k/a => 401 ~ "detail":"an API key is required"
+ X-API-Key:
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: key-of-nobody-0001
< WWW-Authenticate: ^ApiKey realm="api"$
< X-Status: ^api_key$
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: key-of-old-0000003
< X-Status: ^api_key$
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: short
< X-Status: ^api_key_form$
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: <longer>
< X-Status: ^api_key_form$
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: key of ann 0000001
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: key-of-ann-0000001'); DROP TABLE api_keys; --
GET /k/a => 401 ~ "detail":"the API key is not valid"
+ X-API-Key: key-of-ann-0000001
+ X-API-Key: key-of-ann-0000001
GET /k/file => 401
GET /k/nothing => 401
PUT /k/a => 401



=== what it may
--- cases words
GET /k/admin => 200 "admin"
+ X-API-Key: key-of-ann-0000001
GET /k/admin => 403 ~ "detail":"the API key does not allow this"
+ X-API-Key: key-of-bob-0000002
GET /k/write => 200 "admin"
+ X-API-Key: key-of-ann-0000001
GET /k/write => 403
+ X-API-Key: key-of-bob-0000002
GET /k/u/2 => 200 2
+ X-API-Key: key-of-bob-0000002
GET /k/u/1 => 403
+ X-API-Key: key-of-bob-0000002
GET /k/some => 200 null
GET /k/some => 200 "2"
+ X-API-Key: key-of-bob-0000002
GET /k/some => 401
+ X-API-Key: key-of-nobody-0001



=== beside a token, which decides
--- cases words
GET /both/a => 401 ~ "an access token or an API key is required"
< WWW-Authenticate: ^Bearer realm="api", ApiKey realm="mine"$
GET /both/a => 200 "1"
+ My-Key: key-of-ann-0000001
< X-Auth: ^key$
GET /both/a => 200 "eve"
+ Authorization: Bearer <token>
< X-Auth: ^jwt$
GET /both/a => 200 "eve"
+ Authorization: Bearer <token>
+ My-Key: key-of-ann-0000001
< X-Auth: ^jwt$
GET /both/a => 401 ~ "the access token is not valid"
+ Authorization: Bearer <forged>
+ My-Key: key-of-ann-0000001
GET /both/a => 200 "1"
+ Authorization: Basic YTpi
+ My-Key: key-of-ann-0000001
GET /both/a => 401 ~ "the API key is not valid"
+ My-Key: key-of-nobody-0001
< WWW-Authenticate: ^ApiKey realm="mine"$
GET /both/some => 200 null



=== keys in a file, beside a statement and alone
--- config
location /f {
    api_key { keys file:../html/keys.json; }
    api_header X-Auth "$api_auth" always;
    api_header X-Status "$api_jwt_status" always;
    api_route GET /a     { api_query one "SELECT $key.sub AS sub, $key.tags::text[] AS tags, $jwt AS whole"; }
    api_route GET /admin { api_require role=admin; api_query value "SELECT $jwt.role"; }
    api_route GET /some  { api_key optional; api_query value "SELECT $jwt.sub"; }
}
location /two {
    api_key {
        keys  file:../html/keys.json;
        query "SELECT owner AS sub FROM api_keys WHERE hash = sha256(convert_to($api_key, 'UTF8')) AND expires_at > now()";
    }
    api_route GET /a { api_query value "SELECT $key.sub"; }
}
--- user_files eval
">>> keys.json\n$::Keys"
--- cases
GET /f/a => 200 ~ ^\{"sub":"billing","tags":\["a","b"\],"whole":\{.*"role": ?"admin".*\}\}$
+ X-API-Key: key-of-a-file-0001
< X-Auth: ^key$
GET /f/a => 200 ~ "sub":"backup"
+ X-API-Key: key-of-a-file-0002
GET /f/admin => 200 "admin"
+ X-API-Key: key-of-a-file-0001
GET /f/admin => 403
+ X-API-Key: key-of-a-file-0002
GET /f/some => 200 null
GET /f/a => 401 ~ "an API key is required"
GET /f/a => 401 ~ "the API key is not valid"
+ X-API-Key: key-of-a-file-0003
< X-Status: ^api_key$
GET /f/a => 401 ~ "the API key is not valid"
+ X-API-Key: key-of-a-file-0004
GET /f/a => 401 ~ "the API key is not valid"
+ X-API-Key: key-of-bob-0000002
GET /two/a => 200 "billing"
+ X-API-Key: key-of-a-file-0001
GET /two/a => 200 "of the file"
+ X-API-Key: key-of-ann-0000001
GET /two/a => 200 "2"
+ X-API-Key: key-of-bob-0000002
GET /two/a => 401
+ X-API-Key: key-of-nobody-0001



=== a file that has the keys themselves
--- config
api_key { keys file:../html/keys.json; }
--- user_files
>>> keys.json
{ "key-of-a-file-0001": { "sub": "billing" } }
--- must_die
--- error_log eval
qr/\[emerg\].*api_key: "file:\.\.\/html\/keys\.json": key 1: its name is no SHA-256 in 64 hex digits, as printf %s KEY \| sha256sum tells it in \S+nginx\.conf:\d+:\d+/



=== a file with a fault is told with its place
--- config
api_key { keys file:../html/fault.json; }
--- user_files
>>> fault.json
{ "1c0d2b7bf0f7e9e3f5a1ac8c30d5e2a0b4b1a3e0d8c57f6e9a2b3c4d5e6f7081": { "sub": } }
--- must_die
--- error_log eval
qr/\[emerg\].*api_key: "file:\.\.\/html\/fault\.json": the text is not valid JSON, line 1, column 80 in \S+nginx\.conf:\d+:\d+/



=== a file that is not there
--- config
api_key { keys file:no-such-file.json; }
--- must_die
--- error_log eval
qr/\[emerg\].*api_key: "file:no-such-file\.json": it cannot be read.*No such file.* in \S+nginx\.conf:\d+:\d+/



=== keys that stand in nginx.conf
--- config
api_key { keys key-of-a-file-0001; }
--- must_die
--- error_log eval
qr/\[emerg\].*"keys" of api_key is file:FILE, a JSON object of SHA-256 and claims/



=== no statement
--- config
api_key { header X-Key; }
--- must_die
--- error_log eval
qr/\[emerg\].*api_key has no "query" and no "keys": say which row has a key.* in \S+nginx\.conf:\d+/



=== another name than its own
--- config
api_key { query "SELECT 1 AS sub WHERE $api_key = $remote_addr"; }
--- must_die
--- error_log eval
qr/\[emerg\].*"query" of api_key: "\$remote_addr" is unknown here in \S+nginx\.conf:\d+:\d+/



=== a column that is not there
--- config
api_key { query "SELECT nobody FROM api_keys WHERE hash = sha256(convert_to($api_key, 'UTF8'))"; }
--- must_die
--- error_log eval
qr/\[emerg\].*"query" of api_key: column "nobody" does not exist \(42703\).* in \S+nginx\.conf:\d+:\d+/



=== its words
--- config
api_key { query "SELECT 1 AS sub WHERE $api_key = 'x'"; cache 10ms; }
--- must_die
--- error_log eval
qr/\[emerg\].*"cache" of api_key must be a time/



=== a header's name
--- config
api_key { header "X Key"; query "SELECT 1 AS sub WHERE $api_key = 'x'"; }
--- must_die
--- error_log eval
qr/\[emerg\].*"header" of api_key is a header's name, as X-API-Key/



=== "required" beside api_jwt
--- config
api_jwt { key env:JWT_SECRET; }
api_key { query "SELECT 1 AS sub WHERE $api_key = 'x'"; required optional; }
--- must_die
--- error_log eval
qr/\[emerg\].*"required" of api_key stands beside an api_jwt \{ \}, whose "required" is for both/



=== a row of the same name
--- config
api_key { query "SELECT 1 AS sub WHERE $api_key = 'x'"; }
api_route GET /a { api_query one "SELECT 1 AS n" as=key; api_query value "SELECT $key.n::int"; }
--- must_die
--- error_log eval
qr/\[emerg\].*key/
