# Whose fault it is, of statements that no rule was written for: the verdict was
# thought of first.  4xx, and the field, where what this client has sent fails;
# 500 where what is stored does.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE kept (id int, n int, z int, big int, num numeric, txt text, pat text, fmt text, tz text,
    day date, ts timestamptz, raw bytea, doc jsonb);
INSERT INTO kept VALUES
    (1, 5, 0, 2147483647, -1, 'garbage', '(', '%s %s %s', 'Nowhere', 'infinity', '2026-06-01Z', '\xff', '{"a":"x"}'),
    (2, 5, 1, 1, 1, '7', 'a', '%s', 'Europe/Berlin', '2026-01-01', '2026-06-01Z', '\x61', '{"a":1}');
CREATE TABLE nums (id int, n numeric(4,2), s varchar(8), small smallint);
INSERT INTO nums VALUES (1, 1, 'a', 10);
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE stays (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO stays VALUES (1, '[2026-01-01Z,2026-01-05Z)');
CREATE TABLE wide (a text, v varchar(3));
SQL

our $Config = <<'END';
    location /h {
        api_route GET /date/:y<int>/:m<int>/:d<int> { api_query value "SELECT make_date($y, $m, $d)"; }
        api_route GET /time/:h<int>/:m<int> { api_query value "SELECT make_time($h, $m, 0)"; }
        api_route GET /lpad/:id/:n<int> { api_query value "SELECT lpad(txt, $n) FROM kept WHERE id = $id"; }
        api_route GET /repeat/:s/:n<int> { api_query value "SELECT length(repeat($s, $n))"; }
        api_route GET /cut/:id/:n<int> { api_query value "SELECT substring(txt from 1 for $n) FROM kept WHERE id = $id"; }
        api_route GET /cut-stored/:id { api_query value "SELECT substring(txt, 1, n - 10) FROM kept WHERE id = $id"; }
        api_route GET /path { api_param p string; api_query many "SELECT doc #> ('{' || $p || '}')::text[] AS x FROM kept"; }
        api_route GET /jsonpath { api_param p string; api_query many "SELECT jsonb_path_query_first(doc, $p::text::jsonpath) AS x FROM kept"; }
        api_route GET /member/:id { api_query value "SELECT (doc->>'a')::int FROM kept WHERE id = $id"; }
        api_route GET /chr/:n<int> { api_query value "SELECT chr($n)"; }
        api_route GET /hex/:s { api_query value "SELECT length(decode($s, 'hex'))"; }
        api_route GET /decode/:s/:e { api_query value "SELECT length(decode($s, $e))"; }
        api_route GET /encode/:id/:e { api_query value "SELECT encode(raw, $e) FROM kept WHERE id = $id"; }
        api_route GET /trunc/:id/:u { api_query value "SELECT date_trunc($u, ts) FROM kept WHERE id = $id"; }
        api_route GET /year/:d { api_query value "SELECT extract(year FROM $d::text::date)"; }
        api_route GET /bucket/:x<number>/:n<int> { api_query value "SELECT width_bucket($x::float8, 0, 10, $n)"; }
        api_route GET /ln/:n<number> { api_query value "SELECT ln($n::numeric)"; }
        api_route GET /ln-stored/:id { api_query value "SELECT ln(num) FROM kept WHERE id = $id"; }
        api_route GET /power/:a<number>/:b<number> { api_query value "SELECT power($a::float8, $b::float8)"; }
        api_route GET /times/:n { api_query value "SELECT $n::int * 1000000"; }
        api_route GET /plus/:id/:n<int> { api_query value "SELECT big + $n FROM kept WHERE id = $id"; }
        api_route GET /factorial/:n<int> { api_query value "SELECT factorial($n::bigint)"; }
        api_route GET /case/:n<int> { api_query value "SELECT CASE WHEN $n > 0 THEN 10 / ($n - 5) ELSE 0 END"; }
        api_route GET /guard/:id/:n<int> { api_query value "SELECT CASE WHEN $n = 0 THEN 0 ELSE 10 / $n END + 10 / z FROM kept WHERE id = $id"; }
        api_route GET /stamp { api_param s string; api_query value "SELECT to_timestamp($s, 'YYYY-MM-DD HH24:MI')"; }
        api_route GET /number/:s { api_query value "SELECT to_number($s, '999D99')"; }
        api_route GET /inet/:s { api_query value "SELECT $s::text::inet"; }
        api_route GET /cidr/:s { api_query value "SELECT ($s || '/24')::cidr"; }
        api_route GET /range/:a<int>/:b<int> { api_query value "SELECT int4range($a, $b)"; }
        api_route GET /until/:id { api_param t timestamp; api_query value "SELECT tstzrange(ts, $t) FROM kept WHERE id = $id"; }
        api_route GET /first/:n<int> { api_param l int[]; api_query value "SELECT ($l::int[])[1] / $n"; }
        api_route GET /ints/:s { api_query value "SELECT string_to_array($s, ',')::int[]"; }
        api_route GET /ints-stored/:id/:sep { api_query value "SELECT string_to_array(txt, $sep)::int[] FROM kept WHERE id = $id"; }
        api_route GET /match { api_param p string; api_query many "SELECT regexp_match(txt, $p) AS x FROM kept"; }
        api_route GET /match-stored/:id/:s { api_query value "SELECT regexp_match($s, pat) FROM kept WHERE id = $id"; }
        api_route GET /flags/:id/:f { api_query value "SELECT regexp_replace(txt, 'a', 'b', $f) FROM kept WHERE id = $id"; }
        api_route GET /similar { api_param p string; api_query many "SELECT id FROM kept WHERE txt SIMILAR TO $p"; }
        api_route GET /format/:id { api_param f string; api_query value "SELECT format($f, txt) FROM kept WHERE id = $id"; }
        api_route GET /format-stored/:id/:s { api_query value "SELECT format(fmt, $s::text) FROM kept WHERE id = $id"; }
        api_route GET /zone/:id/:z { api_query value "SELECT ts AT TIME ZONE $z FROM kept WHERE id = $id"; }
        api_route GET /ago/:n/:u { api_query value "SELECT now() > now() - ($n || ' ' || $u)::interval"; }
        api_route GET /json/:j { api_query value "SELECT $j::text::jsonb"; }
        api_route GET /json-int { api_param j string; api_query value "SELECT ($j::text::jsonb ->> 'n')::int"; }
        api_route GET /elements { api_param j string; api_query many "SELECT jsonb_array_elements($j::text::jsonb) AS x"; }
        api_route GET /elements-stored/:id { api_query many "SELECT jsonb_array_elements(doc) AS x FROM kept WHERE id = $id"; }
        api_route GET /pairs { api_param l string[]; api_query value "SELECT jsonb_object($l)"; }
        api_route GET /byte/:id/:i<int> { api_query value "SELECT set_byte(raw, $i, 0) FROM kept WHERE id = $id"; }
        api_route GET /overlay/:id/:n<int> { api_query value "SELECT overlay(txt placing 'x' from $n) FROM kept WHERE id = $id"; }
        api_route GET /with/:id/:a/:b { api_query value "WITH p AS (SELECT $a::int / $b::int AS q) SELECT q FROM p, kept WHERE id = $id"; }
        api_route GET /beside/:id/:n<int> { api_query value "SELECT 10 / z + $n FROM kept WHERE id = $id"; }
        api_route GET /modulo/:id/:m<int> { api_query value "SELECT n % $m FROM kept WHERE id = $id"; }
        api_route GET /where/:a<int>/:b<int> { api_query many "SELECT id FROM kept WHERE n > $a / $b ORDER BY id"; }
        api_route GET /sum/:m<int> { api_query value "SELECT sum(n) / $m FROM kept"; }
        api_route GET /series/:step<int> { api_query many "SELECT g FROM generate_series(1, 10, $step) g"; }
        api_route GET /series-stored/:id/:step<int> { api_query many "SELECT generate_series(1, n, $step) AS g FROM kept WHERE id = $id"; }
        api_route GET /bits/:h { api_query value "SELECT ('x' || $h)::bit(8)::int"; }
        api_route GET /typmod/:a { api_query value "SELECT $a::text::numeric(4,2)"; }
        api_route GET /typmod-stored/:id { api_query value "SELECT txt::numeric(4,2) FROM kept WHERE id = $id"; }
        api_route GET /encoding/:s/:e { api_query value "SELECT length(convert_to($s, $e))"; }
        api_route GET /since/:id/:d { api_query value "SELECT nullif($d, '')::date - day FROM kept WHERE id = $id"; }
        api_route GET /month/:s { api_query value "SELECT CAST($s || '-01' AS date)"; }
        api_route POST /product { api_body { a number; b number; } api_query exec "INSERT INTO nums (n) VALUES ($a::numeric * $b::numeric)"; }
        api_route POST /copied { api_body { x string; id int; } api_query exec "INSERT INTO nums (n, s) SELECT num * 1000, left($x, 3) FROM kept WHERE id = $id"; }
        api_route POST /joined { api_body { a string; b string; } api_query exec "INSERT INTO nums (s) VALUES (upper($a) || $b)"; }
        api_route PUT /small/:n<int> { api_query exec "UPDATE nums SET small = $n * 2 WHERE id = 1"; }
        api_route PUT /small-stored/:id { api_body { s string; } api_query exec "UPDATE nums SET small = big, s = $s FROM kept WHERE kept.id = $id AND nums.id = 1"; }
        api_route GET /age/:id/:a { api_query value "SELECT age($a::text::timestamptz, ts) FROM kept WHERE id = $id"; }
        api_route GET /within/:a<number>/:b<number> { api_query many "SELECT id FROM kept WHERE numrange($a::numeric, $b::numeric) @> num ORDER BY id"; }
        api_route GET /root/:id/:x<int> { api_query value "SELECT sqrt(n + $x) FROM kept WHERE id = $id"; }
        api_route GET /root-stored/:id/:x<int> { api_query value "SELECT sqrt(num) + $x FROM kept WHERE id = $id"; }
        api_route GET /position/:id/:a/:z<int> { api_query value "SELECT position($a in txt) + 10 / $z FROM kept WHERE id = $id"; }
        api_route GET /part/:id/:sep/:n<int> { api_query value "SELECT split_part(txt, $sep, $n) FROM kept WHERE id = $id"; }
        api_route GET /left/:id/:n<int> { api_query value "SELECT left(txt, $n)::int FROM kept WHERE id = $id"; }
        api_route GET /glue/:id/:a { api_query value "SELECT $a || txt::int FROM kept WHERE id = $id"; }
        api_route POST /stays { api_body { room int; from timestamp; to timestamp; }
            api_query exec "INSERT INTO stays (room, during) VALUES ($room, tstzrange($from, $to))"; }
        api_route POST /passed-on { api_body { a string; }
            api_query exec "WITH x AS (INSERT INTO wide (a) VALUES ($a) RETURNING a) INSERT INTO nums (s) SELECT a FROM x"; }
        api_route GET /length/:n<number> { api_query value "SELECT $n::numeric(3,1)"; }
        api_route GET /rank { api_param q string; api_query many "SELECT ts_rank(to_tsvector('simple', txt), to_tsquery('simple', $q)) AS r FROM kept"; }
        api_route GET /size/:s { api_query value "SELECT pg_size_bytes($s)"; }
        api_route GET /ident/:s { api_query value "SELECT parse_ident($s)"; }
        api_route GET /uuid/:a { api_query value "SELECT ($a || '-0000-0000-0000-000000000000')::uuid"; }
        api_route GET /epoch/:n { api_query value "SELECT extract(epoch FROM ($n || ' days')::interval)"; }
        api_route GET /narrow/:n { api_query value "SELECT ($n::int4 + 1)::int2"; }
        api_route GET /narrow-stored/:id/:k { api_query value "SELECT (n * 100000)::int2 + $k::int FROM kept WHERE id = $id"; }
        api_route GET /least/:a<int>/:b<int> { api_query value "SELECT greatest($a, 1) / least($b, 1)"; }
        api_route GET /coalesce { api_param a int; api_query value "SELECT 10 / coalesce($a, 0)"; }
        api_route GET /flag/:id/:f<bool> { api_query value "SELECT txt::int FROM kept WHERE id = $id AND $f"; }
        api_route GET /between { api_param from string; api_param days string;
            api_query many "SELECT id FROM kept WHERE ts > $from::text::timestamptz - ($days || ' days')::interval ORDER BY id"; }
        api_route GET /days/:a/:b { api_query many "SELECT id FROM kept WHERE day BETWEEN to_date($a, 'YYYY-MM-DD') AND to_date($b, 'YYYY-MM-DD') ORDER BY id"; }
        api_route GET /order/:m<int> { api_query many "SELECT id FROM kept ORDER BY n / $m"; }
        api_route GET /over/:m<int> { api_query many "SELECT id, rank() OVER (ORDER BY n / $m) AS r FROM kept"; }
        api_route GET /object/:n<int> { api_query many "SELECT jsonb_build_object('x', 10 / $n, 'y', n) AS o FROM kept"; }
        api_route GET /inner/:n<int> { api_query value "SELECT (SELECT 1 / $n WHERE $n = 0)"; }
        api_route GET /each/:n<int> { api_param l int[]; api_query many "SELECT x / $n AS q FROM unnest($l::int[]) x"; }
        api_route GET /by-each { api_param l int[]; api_query many "SELECT 10 / x AS q FROM unnest($l::int[]) x"; }
        api_route GET /split { api_param s string; api_query many "SELECT x::int AS n FROM regexp_split_to_table($s, ',') x"; }
        api_route GET /docs { api_param j string; api_query many "SELECT (e->>'n')::int AS n FROM jsonb_array_elements($j::text::jsonb) e"; }
        api_route POST /docs { api_body json; api_query many "SELECT 10 / (e->>'n')::int AS n FROM jsonb_array_elements($body) e"; }
        api_route PUT /divide/:n<int> { api_query exec "UPDATE nums SET small = small / $n WHERE id = 1"; }
        api_route DELETE /divide/:n<int> { api_query exec "DELETE FROM nums WHERE small / $n > 5000"; }
        api_route POST /returning { api_body { n int; } api_query value "INSERT INTO nums (small) VALUES (1) RETURNING 10 / $n"; }
    }
END

our $Http = 'api_postgres app { primary $TEST_NGINX_PG_URI; check on; }';

run_tests();

__DATA__

=== parts that fail by themselves
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
GET /h/date/2026/13/1           => 400 ~ "field":"m"
GET /h/date/2026/12/1           => 200 "2026-12-01"
GET /h/time/25/0                => 400 ~ "field":"h"
GET /h/repeat/ab/2000000000     => 400 ~ "field":"n"
GET /h/path?p=%22               => 400 ~ "field":"p"
GET /h/path?p=a                 => 200
GET /h/jsonpath?p=$.[           => 400 ~ "field":"p"
GET /h/chr/-5                   => 400 ~ "field":"n"
GET /h/hex/zz                   => 400 ~ "field":"s"
GET /h/decode/aa/nope           => 400 ~ "field":"e"
GET /h/year/x                   => 400 ~ "field":"d"
GET /h/bucket/1/0               => 400 ~ "field":"n"
GET /h/ln/0                     => 400 ~ "field":"n"
GET /h/power/0/-1               => 400 ~ "field":"b"
GET /h/times/5000               => 400 ~ "field":"n"
GET /h/factorial/-1             => 400 ~ "field":"n"
GET /h/case/5                   => 400 ~ "field":"n"
GET /h/case/-5                  => 200 0
GET /h/stamp?s=abcd             => 400 ~ "field":"s"
GET /h/number/x                 => 400 ~ "field":"s"
GET /h/inet/zz                  => 400 ~ "field":"s"
GET /h/cidr/1.2.3.4             => 400 ~ "field":"s"
GET /h/range/5/1                => 400 ~ "field":"a"
GET /h/first/0?l=1,2            => 400 ~ "field":"n"
GET /h/ints/a,b                 => 400 ~ "field":"s"
GET /h/ago/5/dayz               => 400 ~ "field":"u"
GET /h/ago/5/days               => 200 true
GET /h/json/%7Ba                => 400 ~ "field":"j"
GET /h/json-int?j={"n":"x"}     => 400 ~ "field":"j"
GET /h/elements?j={"a":1}       => 400 ~ "field":"j"
GET /h/pairs?l=a,b,c            => 400 ~ "field":"l"
GET /h/with/1/5/0               => 400 ~ "field":"b"
GET /h/where/1/0                => 400 ~ "field":"b"
GET /h/series/0                 => 400 ~ "field":"step"
GET /h/bits/zz                  => 400 ~ "field":"h"
GET /h/typmod/12345             => 400 ~ "field":"a"
GET /h/encoding/a/XXX           => 400 ~ "field":"e"
GET /h/month/2026-13            => 400 ~ "field":"s"
GET /h/age/1/x                  => 400 ~ "field":"a"
GET /h/within/5/1               => 400 ~ "field":"a"
GET /h/rank?q=a%20%26           => 400 ~ "field":"q"
GET /h/size/x                   => 400 ~ "field":"s"
GET /h/ident/1a                 => 400 ~ "field":"s"
GET /h/uuid/zz                  => 400 ~ "field":"a"
GET /h/epoch/x                  => 400 ~ "field":"n"
GET /h/narrow/40000             => 400 ~ "field":"n"
GET /h/least/5/0                => 400 ~ "field":"b"
GET /h/coalesce?a=0             => 400 ~ "field":"a"
GET /h/coalesce                 => 500
GET /h/between?from=x&days=1    => 400 ~ "field":"from"
GET /h/between?from=2026-01-01&days=x => 400 ~ "field":"days"
GET /h/days/2026-01-01/2026-02-31 => 400 ~ "field":"b"
GET /h/object/0                 => 400 ~ "field":"n"
GET /h/inner/0                  => 400 ~ "field":"n"
GET /h/split?s=1,a              => 400 ~ "field":"s"
GET /h/docs?j=[{"n":"x"}]       => 400 ~ "field":"j"
POST /h/docs [{"n":0}]          => 422
POST /h/returning {"n":0}       => 422 ~ "field":"/n"


=== parts that are computed with what is stored
--- cases
GET /h/lpad/2/2000000000        => 400 ~ "field":"n"
GET /h/cut/1/-1                 => 400 ~ "field":"n"
GET /h/encode/1/nope            => 400 ~ "field":"e"
GET /h/trunc/1/eon              => 400 ~ "field":"u"
GET /h/plus/1/1                 => 400 ~ "field":"n"
GET /h/until/1?t=2026-01-01T00:00:00Z => 400 ~ "field":"t"
GET /h/match?p=(                => 400 ~ "field":"p"
GET /h/flags/1/z                => 400 ~ "field":"f"
GET /h/similar?p=(              => 400 ~ "field":"p"
GET /h/format/2?f=%25d          => 400 ~ "field":"f"
GET /h/zone/1/Nowhere           => 400 ~ "field":"z"
GET /h/byte/1/99                => 400 ~ "field":"i"
GET /h/overlay/1/0              => 400 ~ "field":"n"
GET /h/modulo/1/0               => 400 ~ "field":"m"
GET /h/sum/0                    => 400 ~ "field":"m"
GET /h/series-stored/1/0        => 400 ~ "field":"step"
GET /h/root/1/-10               => 400 ~ "field":"x"
GET /h/position/1/a/0           => 400 ~ "field":"z"
GET /h/part/1/a/0               => 400 ~ "field":"n"
GET /h/order/0                  => 400 ~ "field":"m"
GET /h/over/0                   => 400 ~ "field":"m"
GET /h/each/0?l=1,2             => 400 ~ "field":"n"
GET /h/by-each?l=1,0            => 400 ~ "field":"l"
PUT /h/divide/0                 => 400 ~ "field":"n"
DELETE /h/divide/0              => 400 ~ "field":"n"


=== what is stored
--- cases
GET /h/cut-stored/1             => 500
GET /h/member/1                 => 500
GET /h/ln-stored/1              => 500
GET /h/guard/1/0                => 500
GET /h/guard/2/0                => 200 10
GET /h/ints-stored/1/,          => 500
GET /h/match-stored/1/a         => 500
GET /h/format-stored/1/a        => 500
GET /h/elements-stored/1        => 500
GET /h/beside/1/0               => 500
GET /h/typmod-stored/1          => 500
GET /h/since/1/2026-01-02       => 500
GET /h/since/2/x                => 400 ~ "field":"d"
GET /h/root-stored/1/5          => 500
GET /h/left/1/3                 => 500
GET /h/glue/1/5                 => 500
GET /h/narrow-stored/1/1        => 500
GET /h/flag/1/true              => 500


=== what does not fit
--- cases
POST /h/product {"a":50,"b":50} => 422
POST /h/product {"a":1,"b":2}   => 204 -
POST /h/copied {"x":"abcdef","id":1} => 500
POST /h/joined {"a":"abcdefgh","b":"i"} => 422
POST /h/joined {"a":"abc","b":"i"} => 204 -
PUT /h/small/20000              => 400 ~ "field":"n"
PUT /h/small-stored/1 {"s":"a"} => 500
POST /h/passed-on {"a":"abcdefghi"} => 422
GET /h/length/100               => 400 ~ "field":"n"
POST /h/stays {"room":1,"from":"2026-01-02T00:00:00Z","to":"2026-01-03T00:00:00Z"} => 409 ~ "field":"/room".*"field":"/from".*"field":"/to"


=== what is stored is logged with its place, though somebody was asked first
--- cases
GET /h/beside/1/7               => 500
--- error_log eval
qr/GET \/h\/beside\/:id\/:n<int>: ERROR 22012: division by zero.*nginx\.conf:\d+/


=== what was sent is not
--- cases
GET /h/within/5/1               => 400 ~ "field":"a"
--- no_error_log
GET /h/within
