# Whose fault it is that PostgreSQL refuses a value, where its words do not say
# which one: each statement in both directions, 4xx where what this client has
# sent stands in the operation that failed, else 500.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE few (id int GENERATED ALWAYS AS IDENTITY (MINVALUE 0 MAXVALUE 1 START 1), v text);
INSERT INTO few (v) VALUES ('a');
CREATE TABLE longs (id int, v text);
INSERT INTO longs VALUES (1, 'abcdef'), (2, 'ab');
CREATE TABLE short2 (v varchar(3), n int);
CREATE TABLE short (v varchar(3), s text);
CREATE TABLE stored (id int, d int, f float8, day date, tz text, p text, form text, txt text, raw bytea);
INSERT INTO stored VALUES (1, 0, 10000, 'infinity', 'Nowhere', '(', '%s %s %s', 'garbage', '\xff'),
    (2, 5, 1, '2026-01-01', 'Europe/Berlin', 'a', '%s', '7', '\x61');
CREATE TABLE booking (id int, during tstzrange, n int);
CREATE FUNCTION booking() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.n = 10 / (SELECT d FROM stored WHERE id = NEW.id); RETURN NEW; END';
CREATE TRIGGER booking BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION booking();
CREATE TABLE rooms (id int PRIMARY KEY, divisor int, other int);
INSERT INTO rooms VALUES (1, 1, 0);
CREATE TABLE target (id int PRIMARY KEY);
INSERT INTO target VALUES (1);
CREATE DOMAIN level AS int4range CHECK (lower(VALUE) > 0);
CREATE FUNCTION kind(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $1::regclass::text; END';
CREATE FUNCTION lost(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM nosuch($1); RETURN $1; END';
CREATE TABLE link (ref int REFERENCES target DEFERRABLE INITIALLY DEFERRED);
SQL

our $Config = <<'END';
    location /r {
        api_route POST /few { api_body { v string; } api_query exec "INSERT INTO few (v) VALUES ($v)"; }
        api_route POST /copy { api_body { n int; id int; } api_query exec "INSERT INTO short2 (v, n) SELECT v, $n FROM longs WHERE id = $id"; }
        api_route POST /now { api_body { s string; } api_query exec "INSERT INTO short (v, s) VALUES (now()::text, $s)"; }
        api_route POST /short { api_body { v string; } api_query exec "INSERT INTO short (v, s) VALUES ($v, 'long enough')"; }

        api_route GET /zero/:id { api_query value "SELECT 10 / (SELECT d FROM stored WHERE id = $id)"; }
        api_route GET /zero-both/:id/:n<int> { api_query value "SELECT 10 / ((SELECT d FROM stored WHERE id = $id) - $n)"; }
        api_route POST /book { api_body { id int; from timestamp; to timestamp; }
            api_query exec "INSERT INTO booking (id, during) VALUES ($id, tstzrange($from, $to))"; }
        api_route PUT /rooms/:id { api_body { n int; } api_query value "UPDATE rooms SET divisor = $n WHERE id = $id RETURNING 100 / divisor"; }
        api_route PUT /others/:id { api_body { n int; } api_query value "UPDATE rooms SET divisor = $n WHERE id = $id RETURNING 100 / other"; }
        api_route POST /rooms { api_body { id int; n int; } api_query value "INSERT INTO rooms (id, divisor) VALUES ($id, $n) RETURNING 100 / divisor"; }

        api_route GET /zone/:id { api_param at timestamp; api_query value "SELECT ($at::timestamptz AT TIME ZONE tz)::text FROM stored WHERE id = $id"; }
        api_route GET /zone-of { api_param z string; api_query value "SELECT ('2026-01-01Z'::timestamptz AT TIME ZONE $z)::text"; }
        api_route GET /match/:id { api_param q string; api_query value "SELECT $q ~ p FROM stored WHERE id = $id"; }
        api_route GET /where/:q { api_query many "SELECT id FROM stored WHERE $q ~ p"; }
        api_route GET /days/:id { api_param d date; api_query value "SELECT $d - day FROM stored WHERE id = $id"; }
        api_route GET /later/:id/:n<int> { api_query value "SELECT day + $n FROM stored WHERE id = $id"; }
        api_route GET /format/:id { api_param n int; api_query value "SELECT format(form, $n) FROM stored WHERE id = $id"; }
        api_route GET /exp/:id { api_param n number; api_query value "SELECT $n::float8 + exp(f) FROM stored WHERE id = $id"; }
        api_route GET /times/:id { api_param n number; api_query value "SELECT $n::float8 * f * 1e300 FROM stored WHERE id = $id"; }
        api_route GET /bytes/:id { api_param e string; api_query value "SELECT convert_from(raw, $e) FROM stored WHERE id = $id"; }

        api_route GET /replace/:d { api_query value "SELECT replace($d, ',', '.')::numeric"; }
        api_route GET /replace/:d/:id { api_query value "SELECT replace($d, ',', '.')::numeric + txt::int FROM stored WHERE id = $id"; }
        api_route GET /number/:d { api_query value "SELECT to_number($d, '999')"; }
        api_route GET /array/:p { api_query value "SELECT ('{' || $p || '}')::text[]"; }
        api_route GET /date/:f { api_query value "SELECT to_date('2026-01-01', $f)"; }

        api_route GET /regex { api_param q string; api_query many "SELECT id FROM stored WHERE txt ~ $q"; }
        api_route GET /interval { api_param d string; api_query value "SELECT now() > now() - ($d || ' days')::interval"; }
        api_route GET /limit { api_param n int; api_query many "SELECT id FROM stored LIMIT $n"; }

        api_route GET /config { api_param c string; api_param q string; api_query value "SELECT to_tsvector($c::text::regconfig, $q)"; }
        api_route GET /config/:id { api_param c string; api_query value "SELECT to_tsvector($c::text::regconfig, txt) IS NULL FROM stored WHERE id = $id"; }
        api_route GET /class { api_param c string default=gone; api_query value "SELECT $c::text::regclass"; }
        api_route GET /class-of { api_param q string; api_query many "SELECT txt::regclass, $q || 'x' AS q FROM stored"; }
        api_route GET /setting { api_param n int; api_query value "SELECT current_setting('app.gone') || $n"; }
        api_route GET /kind { api_param q string; api_query value "SELECT kind($q)"; }
        api_route GET /lost { api_param q string; api_query value "SELECT lost($q)"; }
        api_route POST /class { api_body json; api_query value "SELECT x.c::text FROM jsonb_to_record($body) AS x(c regclass)"; }
        api_route GET /type { api_param c string; api_query value "SELECT $c::text::regtype"; }
        api_route GET /xpath { api_param q string; api_query value "SELECT xpath($q, '<a/>')::text"; }
        api_route GET /level { api_param l string; api_param n int; api_query value "SELECT $l::text::level::text WHERE $n > 0"; }

        api_route POST /link { api_body { b int; }
            api_query exec "INSERT INTO link (ref) VALUES ($b)";
            api_query exec "INSERT INTO link (ref) VALUES (5555)"; }
        api_route POST /links { api_body { b int; }
            api_query exec "INSERT INTO link (ref) VALUES ($b)";
            api_query exec "INSERT INTO link (ref) VALUES (1)"; }
    }
END

our $Http = 'api_postgres app { primary $TEST_NGINX_PG_URI; check on; }';

run_tests();

__DATA__

=== columns
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
POST /r/few {"v":"x"}           => 500 ~ "code":"statement"
POST /r/copy {"n":5,"id":1}     => 500
POST /r/copy {"n":5,"id":2}     => 204 -
POST /r/now {"s":"long enough"} => 500
POST /r/short {"v":"abcd"}      => 422 ~ "field":"/v"


=== divisions
--- cases
GET /r/zero/1                   => 500
GET /r/zero/2                   => 200 2
GET /r/zero-both/2/5            => 400 ~ "field":"n"
POST /r/book {"id":1,"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"} => 500
PUT /r/rooms/1 {"n":0}          => 422
PUT /r/rooms/1 {"n":5}          => 200 20
PUT /r/others/1 {"n":0}         => 500
POST /r/rooms {"id":5,"n":0}    => 422


=== operations with what is stored
--- cases
GET /r/zone/1?at=2026-01-01T00:00:00Z => 500
GET /r/zone/2?at=2026-01-01T00:00:00Z => 200
GET /r/zone-of?z=Nowhere        => 400 ~ "field":"z"
GET /r/match/1?q=a              => 500
GET /r/match/2?q=a              => 200 true
GET /r/where/a                  => 500
GET /r/days/1?d=2026-01-02      => 500
GET /r/days/2?d=2026-01-02      => 200 1
GET /r/later/2/2147483647       => 400 ~ "field":"n"
GET /r/format/1?n=5             => 500
GET /r/format/2?n=5             => 200 "5"
GET /r/exp/1?n=5                => 500
GET /r/times/2?n=1e300          => 400 ~ "field":"n"
GET /r/bytes/1?e=UTF8           => 500
GET /r/bytes/1?e=none           => 400 ~ "field":"e"


=== what is made of what was sent
--- cases
GET /r/replace/1,x              => 400 ~ "field":"d"
GET /r/replace/1,5              => 200 1.5
GET /r/replace/1,5/1            => 500
GET /r/number/x                 => 400 ~ "field":"d"
GET /r/array/a%22b              => 400 ~ "field":"p"
GET /r/date/DDMM                => 400 ~ "field":"f"


=== the only parameter has a name
--- cases
GET /r/regex?q=(                => 400 ~ "code":"bad_parameter"
GET /r/regex?q=(                => 400 ~ "field":"q"
GET /r/interval?d=x             => 400 ~ "in":"query","field":"d"
GET /r/limit?n=-1               => 400 ~ "field":"n"


=== at the commit
--- cases
POST /r/link {"b":1}            => 500
POST /r/link {"b":99}           => 409 ~ "field":"/b"
POST /r/links {"b":99}          => 409 ~ "field":"/b"


=== names that are read while a statement runs
--- cases
GET /r/config?c=english&q=cats     => 200 "'cat':1"
GET /r/config?c=gone&q=cats        => 400 ~ "field":"c"
GET /r/config/1?c=gone             => 400 ~ "field":"c"
GET /r/class?c=stored              => 200 "stored"
GET /r/class?c=gone7               => 400 ~ "field":"c"
GET /r/class?c=a.b.c               => 400 ~ "field":"c"
GET /r/class                       => 500 ~ "code":"statement"
GET /r/class-of?q=stored           => 500
GET /r/setting?n=1                 => 500
GET /r/kind?q=stored               => 200 "stored"
GET /r/kind?q=garbage              => 400 ~ "field":"q"
GET /r/lost?q=nosuch               => 500
POST /r/class {"c":"stored"}       => 200 "stored"
POST /r/class {"c":"gone"}         => 422 ~ "code":"invalid"
GET /r/type?c=int                  => 200 "integer"
GET /r/type?c=nosuch               => 400 ~ "field":"c"
GET /r/xpath?q=/a                  => 200 "{<a/>}"
GET /r/xpath?q=/a[                 => 400 ~ "field":"q"
GET /r/level?l=[1,2)&n=1           => 200 "[1,2)"
GET /r/level?l=[0,2)&n=1           => 400 ~ "field":"l"
