# Parameters and fields that are lists: whatever clients send them as.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

our $Config = <<'END';
    location /l {
        api_route GET /ids {
            api_param ids int[];
            api_param one int;
            api_query one "SELECT $ids::int[] AS ids, $one::int AS one";
        }
        api_route GET /tags {
            api_param tags string[] max=5;
            api_query value "SELECT $tags::text[]";
        }
        api_route GET /kinds {
            api_param u uuid[]; api_param d date[]; api_param b bool[]; api_param e enum(red,green)[];
            api_param n number[]; api_param t timestamp[]; api_param ip ipv4[]; api_param m email[];
            api_query one "SELECT $u::uuid[] AS u, $d::date[] AS d, $b::bool[] AS b, $e::text[] AS e,
                                  $n::numeric[] AS n, cardinality($t::timestamptz[]) AS t, $ip::inet[] AS ip, $m::text[] AS m";
        }
        api_route GET /text {
            api_param r uri[]; api_param j json[];
            api_query one "SELECT $r::text[] AS r, $j::jsonb[] AS j";
        }
        api_route GET /header {
            api_param x_ids int[] in=header;
            api_param x_tags string[] in=header;
            api_param tags string[] in=cookie;
            api_param ids int[] in=cookie;
            api_query one "SELECT $x_ids::int[] AS i, $x_tags::text[] AS t, $tags::text[] AS ct, $ids::int[] AS ci";
        }
        api_route GET /sent {
            api_param ids int[] default=7,8;
            api_query one "SELECT $ids::int[] AS ids, $ids? AS sent";
        }
        api_route POST /form {
            api_body_type json form;
            api_body { ids int[] max=4; tags string[]; u uuid[]; e enum(red,green)[]; name string; }
            api_query one "SELECT $ids::int[] AS ids, $tags::text[] AS tags, $u::uuid[] AS u, $e::text[] AS e,
                                  $name AS name";
        }
    }
END

run_tests();

__DATA__

=== of numbers
--- config eval: $main::Config
--- cases
GET /l/ids?ids=1,2,3                      => 200 {"ids":[1,2,3],"one":null}
GET /l/ids?ids=1&ids=2                    => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids[]=1&ids[]=2                => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids%5B%5D=1&ids%5b%5d=2        => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids[0]=1&ids[1]=2              => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids%5B0%5D=1&ids%5B12%5D=2     => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids[1]=2&ids[0]=1              => 200 {"ids":[2,1],"one":null}
GET /l/ids?ids=1,2&ids[]=3&one=4&ids[7]=5 => 200 {"ids":[1,2,3,5],"one":4}
GET /l/ids?ids=1%2C2                      => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids=1,+2,%203                  => 200 {"ids":[1,2,3],"one":null}
GET /l/ids?ids=1%2C%202                   => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids[]=1,2                      => 200 {"ids":[1,2],"one":null}
GET /l/ids?ids[a]=1                       => 400 ~ "code":"type"
GET /l/ids?ids[]=1&ids[a][]=2             => 400 ~ "code":"type"
GET /l/ids?ids%5Bin%5D=1,2                => 400 ~ "code":"type"
GET /l/ids?one[gt]=1                      => 400 ~ "code":"type"
GET /l/ids?ids_[a]=1&id[a]=1              => 200 {"ids":null,"one":null}
GET /l/ids?ids=                           => 200 {"ids":[],"one":null}
GET /l/ids?ids[]=                         => 200 {"ids":[],"one":null}
GET /l/ids?ids[]                          => 200 {"ids":[],"one":null}
GET /l/ids?ids[]=&ids[]=1                 => 400 ~ "field":"ids","code":"type","message":"must not have an empty item: number 1 is"
GET /l/ids?ids=&ids=1                     => 400 ~ "message":"must not have an empty item: number 1 is"
GET /l/ids?ids=,1                         => 400 ~ "message":"must not have an empty item: number 1 is"
GET /l/ids?ids[0]=1&ids[1]=               => 400 ~ "message":"must not have an empty item: number 2 is"
GET /l/ids?ids=&ids=                      => 400 ~ "message":"must not have an empty item: number 1 is"
GET /l/ids                                => 200 {"ids":null,"one":null}
GET /l/ids?ids=1,,2                       => 400 ~ "in":"query","field":"ids","code":"type","message":"must not have an empty item: number 2 is"
GET /l/ids?ids=1,                         => 400 ~ "field":"ids"
GET /l/ids?ids=1%202                      => 400 ~ "field":"ids"
GET /l/ids?ids[]=1&ids[]=x                => 400 ~ "field":"ids","code":"type"
GET /l/ids?ids[]=%G0                      => 400 ~ "field":"ids","code":"encoding"
GET /l/ids?ids[x]=1                       => 400 ~ "field":"ids","code":"type"
GET /l/ids?ids[0][1]=1                    => 400 ~ "field":"ids","code":"type"
GET /l/ids?xids[]=1                       => 200 {"ids":null,"one":null}
GET /l/ids?id[]=1                         => 200 {"ids":null,"one":null}
GET /l/ids?one[]=1                        => 400 ~ "field":"one","code":"type","message":"must be one value
GET /l/ids?one%5B0%5D=1                   => 400 ~ "field":"one","code":"type"
GET /l/ids?one=1&one[]=2                  => 400 ~ "field":"one","code":"duplicate"
GET /l/sent?ids[]=1                       => 200 {"ids":[1],"sent":true}
GET /l/sent                               => 200 {"ids":[7,8],"sent":false}
--- no_error_log
[error]



=== of texts: a comma is only what was not escaped
--- cases
GET /l/tags?tags=a,b                      => 200 ["a","b"]
GET /l/tags?tags=a%2Cb                    => 200 ["a,b"]
GET /l/tags?tags=a%2Cb,c                  => 200 ["a,b","c"]
GET /l/tags?tags=a%2cb&tags=c,d           => 200 ["a,b","c","d"]
GET /l/tags?tags[]=a,b&tags[]=c           => 200 ["a,b","c"]
GET /l/tags?tags[]=a%2Cb                  => 200 ["a,b"]
GET /l/tags?tags[0]=a&tags[1]=b,c         => 200 ["a","b,c"]
GET /l/tags?tags=a,+b                     => 200 ["a"," b"]
GET /l/tags?tags=a%252Cb                  => 200 ["a%2Cb"]
GET /l/tags?tags=a,,b                     => 200 ["a","","b"]
GET /l/tags?tags=a,                       => 200 ["a",""]
GET /l/tags?tags=                         => 200 []
GET /l/tags?tags[]=                       => 200 []
GET /l/tags?tags[]=&tags[]=a              => 200 ["","a"]
GET /l/tags?tags=&tags=a                  => 200 ["","a"]
GET /l/tags?tags=,a                       => 200 ["","a"]
GET /l/tags?tags[0]=a&tags[1]=            => 200 ["a",""]
GET /l/tags?tags=a&tags=                  => 200 ["a",""]
GET /l/tags?tags=&tags=                   => 200 ["",""]
GET /l/tags?tags=%22a%22,%7B%7D,NULL,%5C  => 200 ["\"a\"","{}","NULL","\\"]
GET /l/tags?tags=a,%G0                    => 400 ~ "field":"tags","code":"encoding"
GET /l/tags?tags=a,b%2                    => 400 ~ "field":"tags","code":"encoding"
GET /l/tags?tags=a,%00                    => 400 ~ "field":"tags","code":"nul"
GET /l/tags?tags=a,%FF                    => 400 ~ "field":"tags"
GET /l/tags?tags=1,2,3,4,5,6              => 400 ~ "field":"tags","code":"max_items"
GET /l/tags?tags[]=1,2,3,4,5,6            => 200 ["1,2,3,4,5,6"]
GET /l/text?r=http://a/b%2Cc,http://d/    => 200 {"r":["http://a/b,c","http://d/"],"j":null}
GET /l/text?j={%22a%22:[1%2C2]},3         => 200 {"r":null,"j":[{"a": [1, 2]},3]}
GET /l/text?j[]={"a":[1,2]}&j[]=3         => 200 {"r":null,"j":[{"a": [1, 2]},3]}
--- no_error_log
[error]



=== of types that no comma is part of
--- cases
GET /l/kinds?d=2024-01-01%2C2024-01-02&b=true,+false&e=red%2C+green&n=1.5%2C2 => 200 ~ "d":\["2024-01-01","2024-01-02"\],"b":\[true,false\],"e":\["red","green"\],"n":\[1.5,2\]
GET /l/kinds?u[]=00000000-0000-0000-0000-000000000001&u[]=00000000-0000-0000-0000-000000000002 => 200 ~ "u":\["0+-0000-0000-0000-0+1","0+-0000-0000-0000-0+2"\]
GET /l/kinds?t=2024-01-01T00:00:00Z%2C2024-01-01T00:00:00%2B02:00&ip=1.2.3.4%2C5.6.7.8&m=a@b.c%2Cd@e.f => 200 ~ "t":2,"ip":\["1.2.3.4","5.6.7.8"\],"m":\["a@b.c","d@e.f"\]
GET /l/kinds?e=red,blue                   => 400 ~ "field":"e"
GET /l/kinds?d=2024-01-01&d=              => 400 ~ "field":"d".*"must not have an empty item: number 2 is"
GET /l/text?r=http://a/&r=                => 400 ~ "field":"r".*"must not have an empty item: number 2 is"
GET /l/text?j=1&j=                        => 400 ~ "field":"j".*"must not have an empty item: number 2 is"
--- no_error_log
[error]



=== in headers and cookies
--- cases
GET /l/header                             => 200 {"i":null,"t":null,"ct":null,"ci":null}
+ X-Nothing: 1
GET /l/header                             => 200 {"i":[1,2,3],"t":["a","b c","d"],"ct":null,"ci":null}
+ X-Ids: 1, 2 ,3
+ X-Tags: a,  b c , d
GET /l/header                             => 200 {"i":[1,2,3],"t":["a","b"],"ct":null,"ci":null}
+ X-Ids: 1
+ X-Ids: 2, 3
+ X-Tags: , a, ,b,
GET /l/header                             => 200 {"i":[1],"t":["a%2Cb"],"ct":["a","b"],"ci":[1,2]}
+ X-Ids: 1,
+ X-Tags: a%2Cb
+ Cookie: tags=a,b; ids=1,2
GET /l/header                             => 400 ~ "in":"header","field":"x_ids","code":"type"
+ X-Ids: 1, x
--- no_error_log
[error]



=== in forms
--- cases
POST /l/form ids=1,2&ids=3                => 200 ~ "ids":\[1,2,3\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids[]=1&ids[]=2&tags[]=a,b&tags[]=c => 200 ~ "ids":\[1,2\],"tags":\["a,b","c"\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids%5B%5D=1&ids%5B0%5D=2&e=red%2Cgreen => 200 ~ "ids":\[1,2\],.*"e":\["red","green"\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form tags=a,b&tags=c              => 200 ~ "tags":\["a,b","c"\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids[]=&tags[]=               => 200 ~ "ids":\[\],"tags":\[\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids=&tags=                   => 200 ~ "ids":\[\],"tags":\[\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form tags=&tags=a                 => 200 ~ "tags":\["","a"\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids=1&ids=                   => 422 ~ "/ids/1","code":"type"
+ Content-Type: application/x-www-form-urlencoded
POST /l/form u=00000000-0000-0000-0000-000000000001,+00000000-0000-0000-0000-000000000002 => 200 ~ "u":\["0+-0000-0000-0000-0+1","0+-0000-0000-0000-0+2"\]
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids=1,x                      => 422 ~ "/ids/1","code":"type"
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids=1,2,3,4,5                => 422 ~ "/ids","code":"max_items"
+ Content-Type: application/x-www-form-urlencoded
POST /l/form name[]=x                     => 422 ~ "/name\[\]","code":"unknown"
+ Content-Type: application/x-www-form-urlencoded
POST /l/form ids[x]=1                     => 422 ~ "/ids\[x\]","code":"unknown"
+ Content-Type: application/x-www-form-urlencoded
--- no_error_log
[error]



=== too many
--- config eval
"large_client_header_buffers 4 256k;" . $main::Config
--- request eval
[ 'GET /l/ids?' . CORE::join('&', ('ids=1') x 10000), 'GET /l/ids?' . CORE::join('&', ('ids[]=1') x 10001),
  'GET /l/ids?ids=' . CORE::join(',', ('1') x 10001), 'GET /l/ids?' . CORE::join('&', ('ids=') x 10001) . '&ids=1' ]
--- error_code eval
[200, 400, 400, 400]
--- response_body_like eval
[qr/"ids":\[1,1/, qr/"field":"ids","code":"max_items"/, qr/"code":"max_items"/, qr/"code":"max_items"/]
