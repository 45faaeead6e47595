# api_param_unknown: parameters that a route does not know.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

our $Config = <<'END';
    location /u {
        api_param_unknown reject;
        api_param page int;

        api_route GET /a {
            api_param limit int default=20;
            api_param author_id int;
            api_param ids int[];
            api_param tenant string in=header;
            api_query one "SELECT $limit::int AS limit, $author_id::int AS author, $ids::int[] AS ids,
                                  $tenant::text AS tenant";
        }
        api_route GET /b/:id<int> { api_query value "SELECT $id::int"; }
        api_route GET /c { api_query value "SELECT $arg_Sort::text"; }
        api_route GET /open { api_param_unknown ignore; api_query value "SELECT 1"; }
        api_route POST /body {
            api_body { a int required; }
            api_query value "SELECT $a::int";
        }
        location /u/inner { api_route GET /x { api_query value "SELECT 2"; } }
    }
    location /d {
        api_route GET /a { api_param limit int; api_query value "SELECT $limit::int"; }
        api_route GET /own { api_param_unknown reject; api_query value "SELECT 3"; }
    }
END

run_tests();

__DATA__

=== refused by name
--- config eval: $main::Config
--- cases
GET /u/a                      => 200 {"limit":20,"author":null,"ids":null,"tenant":null}
GET /u/a?limit=1&author_id=2&ids=3&page=4 => 200 {"limit":1,"author":2,"ids":[3],"tenant":null}
GET /u/a?ids[]=1&ids%5B1%5D=2 => 200 ~ "ids":\[1,2\]
GET /u/a?&&limit=1&           => 200 ~ "limit":1
GET /u/a?%6cimit=1            => 200 ~ "limit":1
GET /u/a?autor_id=2           => 400 ~ "code":"bad_parameter".*\[\{"in":"query","field":"autor_id","code":"unknown","message":"is no parameter of this path; perhaps author_id is what you want"\}\]
GET /u/a?author[]=2           => 400 ~ "field":"author\[\]","code":"unknown","message":"is no parameter of this path"
GET /u/a?id[]=1               => 400 ~ "field":"id\[\]","code":"unknown"
GET /u/a?idds[]=1             => 400 ~ "field":"idds\[\]","code":"unknown","message":".*perhaps ids is
GET /u/a?ids[x]=1             => 400 ~ "field":"ids\[x\]","code":"unknown"
GET /u/a?limit[]=1            => 400 ~ "errors":\[\{"in":"query","field":"limit","code":"type",[^}]*\}\]
GET /u/a?limit=x&b=1&c&=2&b=3 => 400 ~ "limit","code":"type".*"field":"b".*"field":"c".*"field":"",[^}]*\}\]
GET /u/a?tenant=x             => 400 ~ "field":"tenant","code":"unknown","message":"is no parameter of this path"
+ Tenant: y
GET /u/a?Limit=1              => 400 ~ "field":"Limit","code":"unknown","message":".*perhaps limit is
GET /u/a?%G0=1                => 400 ~ "field":"%G0","code":"unknown"
GET /u/a?%FF%22%00=1          => 400 ~ "code":"unknown"
GET /u/b/1                    => 200 1
GET /u/b/1?page=2             => 200 1
GET /u/b/1?id=2               => 400 ~ "field":"id","code":"unknown"
HEAD /u/b/1?x=2               => 400
GET /u/c?sort=x               => 200 "x"
GET /u/c?SORT=x               => 200 "x"
GET /u/c?sorted=x             => 400 ~ "field":"sorted"
GET /u/open?x=1               => 200 1
GET /u/inner/x?x=1            => 400
POST /u/body?x=1 {"a":1}      => 400 ~ "field":"x","code":"unknown"
POST /u/body?x=1 {"a":"b"}    => 400 ~ "field":"x","code":"unknown".*"in":"body","field":"/a"
POST /u/body {"a":1}          => 200 1
GET /d/a?x=1&limit=2          => 200 2
GET /d/own?x=1                => 400
GET /d/own                    => 200 3
--- no_error_log
[error]



=== many, and long ones
--- config eval: $main::Config
--- request eval
[ 'GET /u/b/1?' . CORE::join('&', map { "x$_=1" } 1 .. 200), 'GET /u/b/1?' . 'y' x 500 . '=1', 'GET /u/b/1?x' . '%C3%A4' x 100 ]
--- error_code eval
[400, 400, 400]
--- response_body_like eval
[ qr/"x100","code":"unknown"[^}]*\}\]\}$/, qr/"field":"y{128}\.\.\."/, qr/"field":"x(?:\xc3\xa4){63}\.\.\."/ ]
--- no_error_log
[error]



=== its words
--- config
    api_param_unknown refuse;
--- must_die
--- error_log
must be reject or ignore



=== twice
--- config
    api_param_unknown reject;
    api_param_unknown ignore;
--- must_die
--- error_log
is duplicate
