# What PostgreSQL's types are as JSON, end to end.
#
# Each case is asked for twice: alone, as the only column of the only row, and
# in a row beside a column of a rare type.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use utf8;
use strict;
use warnings;
use lib 't/lib';
use Api;

use Encode qw(encode_utf8);
use JSON::PP ();
use MIME::Base64 qw(encode_base64);


# ---- the cases: family => [SQL, JSON], JSON as text or as a pattern ----------

# beyond the years 1 to 9999, which RFC 3339 ends with, it is PostgreSQL's text

my $z = '(?:Z|\+00:00)';
my $json = JSON::PP->new->allow_nonref;

# text that is hard on an encoder, as SQL and as what it must decode to

my $controls = join '', map { chr } 1 .. 0x9f;
my $hard = "\x{2028}\x{2029}\x{feff}\x{ffff}\x{10ffff}é€😀\\\"'/<script>&";

sub literal {
    my ($text) = @_;
    my $escaped = join '', map { sprintf '\U%08X', ord } split //, $text;
    return "E'$escaped'::text";
}

our @Cases = (
    integers => [
        ['0::int2',                      '0'],
        ['(-32768)::int2',               '-32768'],
        ['2147483647::int4',             '2147483647'],
        ['(-2147483648)::int4',          '-2147483648'],
        ['9223372036854775807::int8',    '9223372036854775807'],
        ["'-9223372036854775808'::int8", '-9223372036854775808'],
        ['9007199254740993::int8',       '9007199254740993'],
        ['(SELECT count(*) FROM generate_series(1, 1000))', '1000'],
    ],

    numerics => [
        ['0::numeric',                   '0'],
        ['1.10::numeric',                '1.10'],
        ['(-0.00)::numeric(5,2)',        '0.00'],
        ['12345678901234567890123456789.123456789012345678901234567890'
         . '::numeric', '12345678901234567890123456789'
         . '.123456789012345678901234567890'],
        ["'1e-30'::numeric",             '0.' . '0' x 29 . '1'],
        ["'1e1000'::numeric",            '1' . '0' x 1000],
        ["'-1e131071'::numeric",         qr/-1(?:0{13107}){10}0/],
        ["'NaN'::numeric",               '"NaN"'],
        ["'Infinity'::numeric",          '"Infinity"'],
        ["'-Infinity'::numeric",         '"-Infinity"'],
        ['(1::numeric / 3)::numeric(30,20)', '0.33333333333333333333'],
    ],

    floats => [
        ['0::float8',                    '0'],
        ['1::float8',                    '1'],
        ['0.1::float8',                  '0.1'],
        ['(0.1::float8 + 0.2::float8)',  '0.30000000000000004'],
        ['(1::float8 / 3)',              '0.3333333333333333'],
        ["'1.7976931348623157e308'::float8", '1.7976931348623157e+308'],
        ["'5e-324'::float8",             '5e-324'],
        ["'-0'::float8",                 '-0'],
        ['0.1::float4',                  '0.1'],
        ["'3.4028235e38'::float4",       '3.4028235e+38'],
        ["'NaN'::float8",                '"NaN"'],
        ["'Infinity'::float8",           '"Infinity"'],
        ["'-Infinity'::float8",          '"-Infinity"'],
        ["'NaN'::float4",                '"NaN"'],
        ["'-Infinity'::float4",          '"-Infinity"'],
    ],

    'booleans and nulls' => [
        ['true',                         'true'],
        ['false',                        'false'],
        ['NULL::bool',                   'null'],
        ['NULL::int8',                   'null'],
        ['NULL::numeric',                'null'],
        ['NULL::text',                   'null'],
        ['NULL::jsonb',                  'null'],
        ['NULL::int[]',                  'null'],
        ['NULL::pair',                   'null'],
        ['NULL',                         'null'],
        ['NULL::timestamptz',            'null'],
        ['NULL::bytea',                  'null'],
    ],

    texts => [
        ["''",                           '""'],
        ["'NULL'::text",                 '"NULL"'],
        ["'null'::varchar(10)",          '"null"'],
        ["'a'::char(3)",                 '"a  "'],
        ["'x'::\"char\"",                '"x"'],
        ["'name'::name",                 '"name"'],
        [literal($controls),             { decodes => $controls }],
        [literal($hard),                 { decodes => $hard }],
        ["repeat(chr(128512), 10000)",   { decodes => "😀" x 10000 }],
        ["repeat('\"', 10000)",          { decodes => '"' x 10000 }],
        ["repeat(chr(1), 10000)",        { decodes => "\x01" x 10000 }],
        ["repeat('x', 3000000)",         qr/"x{30000}.*x{30000}"/s],
    ],

    'json as it is' => [
        [q('{"a" :  1.10, "b":[ ]}'::json),  '{"a" :  1.10, "b":[ ]}'],
        [q('{"b":1,"a":1.10}'::jsonb),       '{"a": 1.10, "b": 1}'],
        [q('null'::json),                    'null'],
        [q('null'::jsonb),                   'null'],
        [q('"text"'::jsonb),                 '"text"'],
        [q('12345678901234567890.5'::jsonb), '12345678901234567890.5'],
        [q('[]'::jsonb),                     '[]'],
        [q(array_to_json(ARRAY['a"b'])),     '["a\"b"]'],
        [q(to_jsonb(chr(8232) || chr(127))), { decodes => "\x{2028}\x7f" }],
        [q('{"a":1,"a":2}'::json),           '{"a":1,"a":2}'],
    ],

    'points in time' => [
        ["'2024-02-29 12:34:56.789+02'::timestamptz",
         qr/"2024-02-29T10:34:56\.789(?:000)?$z"/],
        ["'2024-02-29 12:34:56+00'::timestamptz",
         qr/"2024-02-29T12:34:56$z"/],
        ["'2024-02-29 12:34:56.000001+05:30'::timestamptz",
         qr/"2024-02-29T07:04:56\.000001$z"/],
        ["'1969-12-31 23:59:59.999999+00'::timestamptz",
         qr/"1969-12-31T23:59:59\.999999$z"/],
        ["'0001-01-01 00:00:00+00'::timestamptz",
         qr/"0001-01-01T00:00:00$z"/],
        ["'9999-12-31 23:59:59.999999+00'::timestamptz",
         qr/"9999-12-31T23:59:59\.999999$z"/],
        ["'infinity'::timestamptz",      '"infinity"'],
        ["'-infinity'::timestamptz",     '"-infinity"'],
        ["'0044-03-15 12:00:00+00 BC'::timestamptz",
         qr/"0044-03-15[ T]12:00:00(?:$z|\+00) BC"/],
        ["'12345-01-01 00:00:00+00'::timestamptz",
         qr/"\+?12345-01-01[ T]00:00:00(?:$z|\+00)"/],
        ["'2024-02-29 12:34:56.5'::timestamp",
         qr/"2024-02-29T12:34:56\.5(?:00000)?$z?"/],
        ["'infinity'::timestamp",        '"infinity"'],
        ["'0044-03-15 12:00:00 BC'::timestamp",
         qr/"0044-03-15[ T]12:00:00 BC"/],
        ["'2024-02-29'::date",           '"2024-02-29"'],
        ["'infinity'::date",             '"infinity"'],
        ["'-infinity'::date",            '"-infinity"'],
        ["'0044-03-15 BC'::date",
         '"0044-03-15 BC"'],
        ["'00:00:00'::time",             '"00:00:00"'],
        ["'24:00:00'::time",             '"24:00:00"'],
        ["'12:34:56.5'::time",           qr/"12:34:56\.5(?:00000)?"/],
        ["'12:34:56+02'::timetz",        qr/"12:34:56\+02(?::00)?"/],
        ["'1 year 2 days 03:04:05.6'::interval",
         '"1 year 2 days 03:04:05.6"'],
        ["'-1 day'::interval",           '"-1 days"'],
        ["'0'::interval",                '"00:00:00"'],
    ],

    bytes => [
        ["''::bytea",                    '""'],
        ["'\\x00'::bytea",               '"AA=="'],
        ["'\\x00ff'::bytea",             '"AP8="'],
        ["'\\x00ff10'::bytea",           '"AP8Q"'],
        ["decode('" . unpack('H*', pack 'C*', 0 .. 255) . "', 'hex')",
         '"' . encode_base64(pack('C*', 0 .. 255), '') . '"'],
        ["convert_to(repeat('a', 300000), 'UTF8')",
         '"' . encode_base64('a' x 300000, '') . '"'],
    ],

    arrays => [
        ["'{}'::int[]",                  '[]'],
        ["'{1,2,3}'::int[]",             '[1,2,3]'],
        ["'{1,NULL,3}'::int8[]",         '[1,null,3]'],
        ["'{NULL}'::text[]",             '[null]'],
        ["'{\"NULL\",null,\"\"}'::text[]", '["NULL",null,""]'],
        ["'{{1,2},{3,NULL}}'::int[]",    '[[1,2],[3,null]]'],
        ["'{{{1},{2}},{{3},{4}}}'::int2[]", '[[[1],[2]],[[3],[4]]]'],
        ["'[0:1]={1,2}'::int[]",         '[1,2]'],
        ["'[-1:0][3:4]={{1,2},{3,4}}'::int[]", '[[1,2],[3,4]]'],
        ["ARRAY['a,b', 'c\"d', 'e\\f', '{g}', ' h ', 'i''j', chr(10), 'é']",
         { decodes => ['a,b', 'c"d', 'e\\f', '{g}', ' h ', "i'j", "\n",
                       'é'] }],
        ["'{t,f,NULL}'::bool[]",         '[true,false,null]'],
        ["'{1.10,NaN,-Infinity}'::numeric[]", '[1.10,"NaN","-Infinity"]'],
        ["'{0.1,NaN}'::float8[]",        '[0.1,"NaN"]'],
        ["ARRAY['{\"a\": 1}'::jsonb, 'null', NULL]", '[{"a": 1},null,null]'],
        ["ARRAY['[1 ]'::json]",          '[[1 ]]'],
        ["ARRAY['\\x00'::bytea, NULL]",  '["AA==",null]'],
        ["ARRAY['2024-02-29 10:00:00+00'::timestamptz, 'infinity']",
         qr/\["2024-02-29T10:00:00$z","infinity"\]/],
        ["ARRAY['2024-02-29'::date]",    '["2024-02-29"]'],
        ["ARRAY[gen_random_uuid()]",     qr/\["[0-9a-f-]{36}"\]/],
        ["ARRAY[ROW(1,'x')::pair, NULL, ROW(NULL,NULL)::pair]",
         '[{"a":1,"b":"x"},null,{"a":null,"b":null}]'],
        ["ARRAY['sad'::mood, 'so so']",  '["sad","so so"]'],
        ["ARRAY[5::positive, 6]",        '[5,6]'],
        ["'1 2 3'::int2vector",          qr/\[1,2,3\]|"1 2 3"/],
    ],

    composites => [
        ["ROW(1,'x')::pair",             '{"a":1,"b":"x"}'],
        ["ROW(NULL,'')::pair",           '{"a":null,"b":""}'],
        ["ROW(1,'a,b\"c\\d(e)')::pair",
         { decodes => { a => 1, b => 'a,b"c\\d(e)' } }],
        ["ROW(1,ROW(2,'y'),'{1,NULL}',ARRAY[ROW(3,'z')::pair],'happy',"
         . "'9007199254740993.10','{\"k\": null}','2024-02-29 00:00+00',"
         . "'\\xff',true)::deep",
         qr/\{"n":1,"p":\{"a":2,"b":"y"\},"i":\[1,null\],
            "ps":\[\{"a":3,"b":"z"\}\],"m":"happy",
            "q":9007199254740993\.10,"j":\{"k":\ null\},
            "t":"2024-02-29T00:00:00$z","y":"\/w==","z":true\}/x],
        ["ROW(1,'x','y')::dropped",      '{"a":1,"c":"x","quo\"ted":"y"}'],
        ["(SELECT p FROM people p)",     '{"id":1,"name":"Ann"}'],
        ["ROW(7)::lone",                 '{"a":7}'],
        ["ROW(NULL)::lone",              '{"a":null}'],
        ["ROW(2,'z')::pair_domain",      '{"a":2,"b":"z"}'],
    ],

    'domains, enums, ranges' => [
        ['5::positive',                  '5'],
        ["'x'::short",                   '"x"'],
        ["'{1,2}'::ints",                '[1,2]'],
        ['6::positive2',                 '6'],
        ["'{\"a\":1}'::document",        '{"a": 1}'],
        ["'so so'::mood",                '"so so"'],
        ["int4range(1, 5)",              '"[1,5)"'],
        ["'empty'::numrange",            '"empty"'],
        ["'[2024-01-01,)'::daterange",   '"[2024-01-01,)"'],
        ["'{[1,3),[5,7)}'::int4multirange", '"{[1,3),[5,7)}"'],
        ["ARRAY[int4range(1, 5), NULL]", '["[1,5)",null]'],
    ],

    'all others are text' => [
        ["'6c0c5a2e-0000-4000-8000-00000000ABCD'::uuid",
         '"6c0c5a2e-0000-4000-8000-00000000abcd"'],
        ["'10.0.0.1'::inet",             '"10.0.0.1"'],
        ["'10.0.0.0/8'::cidr",           '"10.0.0.0/8"'],
        ["'::1'::inet",                  '"::1"'],
        ["'08:00:2b:01:02:03'::macaddr", '"08:00:2b:01:02:03"'],
        ["'(1,2)'::point",               '"(1,2)"'],
        ["B'101'",                       '"101"'],
        ["'fat & rat'::tsquery",         q("'fat' & 'rat'")],
        ["'<a b=\"c\"/>'::xml",          '"<a b=\"c\"/>"'],
        ["'\$.a'::jsonpath",             '"$.\"a\""'],
        ["'pg_class'::regclass",         '"pg_class"'],
        ["'16/B374D848'::pg_lsn",        '"16/B374D848"'],
        ["12.34::money",                 qr/"[^"]*12\.34"/],
    ],
);


# ---- the configuration and what is asked -------------------------------------

our (%Cases, @Families);

while (my ($family, $cases) = splice @Cases, 0, 2) {
    push @Families, $family;
    $Cases{$family} = $cases;
}

sub quoted {
    my ($sql) = @_;
    $sql =~ s/(["\\])/\\$1/g;
    return qq{"$sql"};
}

sub config {
    my @routes;

    for my $family (@Families) {
        my $n = 0;

        for my $case (@{ $Cases{$family} }) {
            my $path = path($family, $n++);
            my $sql = $case->[0];

            push @routes,
                "api_route GET /value/$path { api_query value "
                . quoted("SELECT $sql") . '; }',
                "api_route GET /row/$path { api_query one "
                . quoted("SELECT $sql AS v, '(1,2)'::point AS p") . '; }';
        }
    }

    return encode_utf8(join "\n", 'location /t {', @routes, '}');
}

sub path {
    my ($family, $n) = @_;
    $family =~ s/\W+/-/g;
    return "$family-$n";
}

sub requests {
    my ($family) = @_;
    my $last = $#{ $Cases{$family} };

    return [map { my $n = $_;
                  map { "GET /t/$_/" . path($family, $n) } qw(value row) }
            0 .. $last];
}

# a pattern a case: of the text itself, or one that $Decoded looks into

sub answers {
    my ($family) = @_;
    my @patterns;

    for my $case (@{ $Cases{$family} }) {
        my $wanted = $case->[1];

        if (ref $wanted eq 'HASH') {
            my $value = $wanted->{decodes};
            push @patterns, decodes($value),
                            decodes({ v => $value, p => '(1,2)' });
            next;
        }

        $wanted = quotemeta $wanted unless ref $wanted;
        push @patterns, qr/\A$wanted\z/,
                        qr/\A\{"v":(?:$wanted),"p":"\(1,2\)"\}\z/;
    }

    return \@patterns;
}

# Matches JSON whose value is this one: the strict decoder of JSON::PP reads
# it, and writes it as it writes the value.

sub decodes {
    my ($value) = @_;
    my $canonical = JSON::PP->new->allow_nonref->canonical->ascii;
    my $wanted = $canonical->encode($value);

    return qr/\A(.*)\z(??{
        my $got = eval { $canonical->encode(
            JSON::PP->new->allow_nonref->utf8->decode($1)) } \/\/ "$@";
        $got eq $wanted ? '' : '(?!)'
    })/s;
}

sub codes {
    my ($family) = @_;
    return [(200) x (2 * @{ $Cases{$family} })];
}

sql(<<'SQL');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE lone AS (a int);
CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy');
CREATE TYPE deep AS (n int, p pair, i int[], ps pair[], m mood, q numeric,
                     j jsonb, t timestamptz, y bytea, z bool);
CREATE TYPE dropped AS (a int, b text, c text);
ALTER TYPE dropped DROP ATTRIBUTE b;
ALTER TYPE dropped ADD ATTRIBUTE "quo""ted" text;
CREATE TABLE people (id int, name text);
INSERT INTO people VALUES (1, 'Ann');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN positive2 AS positive;
CREATE DOMAIN short AS text CHECK (char_length(VALUE) < 10);
CREATE DOMAIN ints AS int[];
CREATE DOMAIN document AS jsonb;
CREATE DOMAIN pair_domain AS pair;
CREATE TABLE grows (id int PRIMARY KEY, a int);
INSERT INTO grows VALUES (1, 10);
SQL

run_tests();

__DATA__

=== integers
--- config eval: $main::Config //= main::config()
--- request eval: main::requests('integers')
--- response_body_like eval: main::answers('integers')
--- error_code eval: main::codes('integers')
--- no_error_log
[error]
[alert]

=== numerics keep their digits
--- request eval: main::requests('numerics')
--- response_body_like eval: main::answers('numerics')
--- error_code eval: main::codes('numerics')

=== floats
--- request eval: main::requests('floats')
--- response_body_like eval: main::answers('floats')
--- error_code eval: main::codes('floats')

=== booleans and nulls
--- request eval: main::requests('booleans and nulls')
--- response_body_like eval: main::answers('booleans and nulls')
--- error_code eval: main::codes('booleans and nulls')

=== texts
--- request eval: main::requests('texts')
--- response_body_like eval: main::answers('texts')
--- error_code eval: main::codes('texts')

=== json as it is
--- request eval: main::requests('json as it is')
--- response_body_like eval: main::answers('json as it is')
--- error_code eval: main::codes('json as it is')

=== points in time
--- request eval: main::requests('points in time')
--- response_body_like eval: main::answers('points in time')
--- error_code eval: main::codes('points in time')

=== bytes
--- request eval: main::requests('bytes')
--- response_body_like eval: main::answers('bytes')
--- error_code eval: main::codes('bytes')

=== arrays
--- request eval: main::requests('arrays')
--- response_body_like eval: main::answers('arrays')
--- error_code eval: main::codes('arrays')

=== composites
--- request eval: main::requests('composites')
--- response_body_like eval: main::answers('composites')
--- error_code eval: main::codes('composites')

=== domains, enums, ranges
--- request eval: main::requests('domains, enums, ranges')
--- response_body_like eval: main::answers('domains, enums, ranges')
--- error_code eval: main::codes('domains, enums, ranges')

=== all others are text
--- request eval: main::requests('all others are text')
--- response_body_like eval: main::answers('all others are text')
--- error_code eval: main::codes('all others are text')


=== a table that is not there yet: a 500 that tells nothing
--- unchecked
--- config
    location /t {
        api_route GET /late { api_query many "SELECT id, c, e FROM late"; }
        api_route GET /grows { api_query many "SELECT * FROM grows"; }
        api_route GET /record { api_query value "SELECT ROW(1, 'a', NULL)"; }
        api_route GET /keys {
            api_query one "SELECT 1 AS \"quo\"\"ted\", 2 AS U&\"\\00e9\", 3 AS \"\\\", 4 AS \"a b\"";
        }
        api_route GET /much {
            api_max_answer 32m;
            api_query many "SELECT i, repeat('x', 1000) AS t FROM generate_series(1, 20000) i";
        }
        api_route GET /wide {
            api_param n int default=1;
            api_query many "SELECT $n AS n, i FROM generate_series(1, $n) i";
        }
    }
--- request
GET /t/late
--- response_headers
Content-Type: application/problem+json
--- response_body_unlike: late
--- error_code: 500
--- error_log
late
[error]


=== its table and types are made while nginx runs
--- init
main::sql("CREATE TYPE late_pair AS (x int, y text)",
          "CREATE TYPE late_mood AS ENUM ('fine')",
          "CREATE TABLE late (id int, c late_pair, e late_mood[])",
          "INSERT INTO late VALUES (1, ROW(2, 'z'), '{fine}')");
--- request eval
["GET /t/late", "GET /t/late"]
--- response_body eval
['[{"id":1,"c":{"x":2,"y":"z"},"e":["fine"]}]',
 '[{"id":1,"c":{"x":2,"y":"z"},"e":["fine"]}]']
--- error_code eval
[200, 200]


=== a composite type that changes while nginx runs has its new fields at once
--- init
main::sql("ALTER TYPE late_mood ADD VALUE 'better'",
          "INSERT INTO late VALUES (2, NULL, '{better}')",
          "ALTER TYPE late_pair ADD ATTRIBUTE z int");
--- request
GET /t/late
--- response_body chomp
[{"id":1,"c":{"x":2,"y":"z","z":null},"e":["fine"]},{"id":2,"c":null,"e":["better"]}]


=== a table before it grows
--- request eval
["GET /t/grows", "GET /t/grows"]
--- response_body eval
['[{"id":1,"a":10}]', '[{"id":1,"a":10}]']


=== and after: no plan is stale
--- init
main::sql("ALTER TABLE grows ADD COLUMN b text DEFAULT 'new'");
--- request eval
["GET /t/grows", "GET /t/grows"]
--- response_body eval
['[{"id":1,"a":10,"b":"new"}]', '[{"id":1,"a":10,"b":"new"}]']
--- error_code eval
[200, 200]


=== and after a column has another type
--- init
main::sql("ALTER TABLE grows ALTER COLUMN a TYPE text");
--- request eval
["GET /t/grows", "GET /t/grows"]
--- response_body eval
['[{"id":1,"a":"10","b":"new"}]', '[{"id":1,"a":"10","b":"new"}]']
--- error_code eval
[200, 200]


=== a record without a type is its text: its fields have no types to go by
--- request
GET /t/record
--- response_body chomp
"(1,a,)"


=== keys are escaped
--- request
GET /t/keys
--- response_body eval
qq({"quo\\"ted":1,"\xc3\xa9":2,"\\\\":3,"a b":4})


=== 20 MB of rows
--- timeout: 30
--- request
GET /t/much
--- response_body_like: ^\[\{"i":1,"t":"x{1000}"\},.*\{"i":20000,"t":"x{1000}"\}\]\z
--- error_code: 200


=== lists of 0 to 100,000 rows
--- timeout: 30
--- request eval
["GET /t/wide?n=0", "GET /t/wide?n=1", "GET /t/wide?n=2",
 "GET /t/wide?n=100000"]
--- response_body_like eval
[qr/\A\[\]\z/, qr/\A\[\{"n":1,"i":1\}\]\z/,
 qr/\A\[\{"n":2,"i":1\},\{"n":2,"i":2\}\]\z/,
 qr/\A\[\{"n":100000,"i":1\},.*\{"n":100000,"i":100000\}\]\z/s]
--- error_code eval
[200, 200, 200, 200]
