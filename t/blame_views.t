# Views that pass a table's columns on, by other names, and keep rows to a
# condition: whose fault it is that the table or the condition refuses, and
# which field is named.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE counter (id int PRIMARY KEY, n int, owner text DEFAULT 'x', live bool DEFAULT false, s smallint);
INSERT INTO counter VALUES (1, 0, 'a', true), (2, 5, 'b', true);
CREATE VIEW small AS SELECT id, n FROM counter WHERE n < 10 WITH CHECK OPTION;
CREATE VIEW alive AS SELECT id AS k, n AS v FROM counter WHERE live WITH CHECK OPTION;
CREATE VIEW mine AS SELECT id, n AS amount, owner AS who, live FROM counter
    WHERE owner = 'a' AND live WITH LOCAL CHECK OPTION;
CREATE VIEW fewer AS SELECT id, amount FROM mine WHERE amount < 10 WITH CASCADED CHECK OPTION;
CREATE VIEW known AS SELECT id, n FROM counter WHERE owner IN (SELECT 'a') WITH CHECK OPTION;
CREATE VIEW whole AS SELECT id, n FROM counter WHERE (counter).n < 10 WITH CHECK OPTION;
CREATE TABLE req (id int PRIMARY KEY, name text NOT NULL, t text NOT NULL DEFAULT 'x', age int,
    code varchar(5) UNIQUE, twice int GENERATED ALWAYS AS (age * 2) STORED,
    CONSTRAINT age_ok CHECK (age > 0), CONSTRAINT twice_ok CHECK (twice < 100));
INSERT INTO req VALUES (100, 'one', 'x', 1, 'one');
CREATE VIEW seen AS SELECT id AS k, name AS label, t, age AS years, code AS short FROM req;
CREATE VIEW seen_again AS SELECT k AS no, label AS called, short AS name FROM seen;
CREATE VIEW crossed AS SELECT id, t AS name, name AS t FROM req;
CREATE VIEW less AS SELECT id AS k, age, name || '!' AS loud FROM req;
CREATE VIEW "Odd one" AS SELECT id AS "The id", name AS "The name", age FROM req WHERE age < 50 WITH CHECK OPTION;
SQL

our $Http = 'api_postgres app { primary $TEST_NGINX_PG_URI; }';

our $Config = <<'END';
    location /v {
        # the condition's columns are what was sent, a constant, or not there
        api_route POST /small { api_body { id int required; n int; } api_query exec "INSERT INTO small VALUES ($id, $n)"; }
        api_route POST /small-const { api_body { id int required; } api_query exec "INSERT INTO small VALUES ($id, 50)"; }
        api_route PUT /small-const/:id { api_query exec "UPDATE small SET n = 50 WHERE id = $id"; }
        api_route PUT /small-plus/:id { api_query exec "UPDATE small SET n = n + 9 WHERE id = $id"; }
        api_route PUT /small/:id/:n { api_query exec "UPDATE small SET n = $n WHERE id = $id"; }
        api_route POST /alive { api_body { k int required; v int; } api_query exec "INSERT INTO alive (k, v) VALUES ($k, $v)"; }
        api_route POST /mine { api_body { id int required; amount int; } api_query exec "INSERT INTO mine (id, amount, who) VALUES ($id, $amount, 'a')"; }
        api_route POST /mine-who { api_body { id int required; who string; } api_query exec "INSERT INTO mine (id, who, live) VALUES ($id, $who, true)"; }
        api_route POST /fewer { api_body { id int required; amount int; } api_query exec "INSERT INTO fewer (id, amount) VALUES ($id, $amount)"; }
        api_route PUT /fewer/:id { api_body { amount int; } api_query exec "UPDATE fewer SET amount = $amount WHERE id = $id"; }
        api_route POST /known { api_body { id int required; } api_query exec "INSERT INTO known (id) VALUES ($id)"; }
        api_route POST /whole { api_body { id int required; n int; } api_query exec "INSERT INTO whole (id, n) VALUES ($id, $n)"; }
        api_route POST /odd { api_body { id int required; name string; age int; } api_query exec "INSERT INTO \"Odd one\" VALUES ($id, $name, $age)"; }
        api_route POST /odd-const { api_body { id int required; } api_query exec "INSERT INTO \"Odd one\" (\"The id\", \"The name\", age) VALUES ($id, 'x', 60)"; }

        # what the table below wants
        api_route POST /seen { api_body { k int required; label string nullable; years int; short string; } api_query exec "INSERT INTO seen (k, label, years, short) VALUES ($k, $label, $years, $short)"; }
        api_route POST /seen-all { api_body { k int required; label string nullable; } api_query exec "INSERT INTO seen VALUES ($k, $label)"; }
        api_route PUT /seen/:k { api_body { label string nullable; t string nullable; } api_query exec "UPDATE seen SET label = $label, t = $t WHERE k = $k"; }
        api_route PUT /seen-null/:k { api_query exec "UPDATE seen SET label = NULL WHERE k = $k"; }
        api_route POST /again { api_body { no int required; called string nullable; name string; } api_query exec "INSERT INTO seen_again VALUES ($no, $called, $name)"; }
        api_route POST /again-const { api_body { no int required; } api_query exec "INSERT INTO seen_again VALUES ($no, 'x', 'one')"; }
        api_route POST /crossed { api_body { id int required; name string nullable; t string nullable; } api_query exec "INSERT INTO crossed (id, name, t) VALUES ($id, $name, $t)"; }
    }
END

run_tests();

__DATA__

=== the condition of a view
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
POST /v/small {"id":5,"n":50}   => 422 ~ "field":"/n","code":"check"
POST /v/small {"id":5}          => 422
POST /v/small-const {"id":5}    => 500
PUT /v/small-const/1            => 500
PUT /v/small-plus/2             => 422
PUT /v/small/2/50               => 400 ~ "in":"path","field":"n"
POST /v/alive {"k":9,"v":5}     => 500
POST /v/mine {"id":9,"amount":5} => 500
POST /v/mine-who {"id":9,"who":"z"} => 422 ~ "field":"/who"
POST /v/fewer {"id":9,"amount":5} => 500
PUT /v/fewer/1 {"amount":50}    => 422 ~ "field":"/amount"
POST /v/known {"id":9}          => 422
POST /v/whole {"id":9,"n":50}   => 422 ~ "field":"/n"
POST /v/odd {"id":9,"name":"x","age":60} => 422 ~ "field":"/age"
POST /v/odd-const {"id":9}      => 500


=== it is logged
--- cases
POST /v/small-const {"id":5}    => 500
--- error_log eval
qr/\[error\].* POST \/v\/small-const: ERROR 44000: .* in \S+nginx.conf:\d+:\d+, client: [\d.]+, request_id: /


=== the columns of the table below
--- cases
POST /v/seen {"k":1}            => 422 ~ "field":"/label","code":"required"
POST /v/seen {"k":1,"label":null} => 422 ~ "field":"/label","code":"required"
POST /v/seen {"k":1,"label":"x","years":-1} => 422 ~ "field":"/years","code":"check"
POST /v/seen {"k":1,"label":"x","years":60} => 422 ~ "field":"/years","code":"check"
POST /v/seen {"k":1,"label":"x","short":"one"} => 409 ~ "field":"/short","code":"unique"
POST /v/seen {"k":100,"label":"x"} => 409 ~ "field":"/k","code":"unique"
POST /v/seen {"k":1,"label":"x","short":"longer"} => 422 ~ "field":"/short","code":"max_length".*"limit":5
POST /v/seen {"k":1,"label":"x"} => 204 -
POST /v/seen-all {"k":2}        => 422 ~ "field":"/label","code":"required"
PUT /v/seen/1 {"label":null,"t":"x"} => 422 ~ "field":"/label","code":"required"
PUT /v/seen/1 {"label":"x","t":null} => 422 ~ "field":"/t","code":"required"
PUT /v/seen-null/1              => 500
POST /v/again {"no":3}          => 422 ~ "field":"/called","code":"required"
POST /v/again {"no":3,"called":"x","name":"one"} => 409 ~ "field":"/name","code":"unique"
POST /v/again {"no":3,"called":"x","name":"longer"} => 422 ~ "field":"/name","code":"max_length"
POST /v/again-const {"no":3}    => 500


=== where names cross
--- cases
POST /v/crossed {"id":5,"name":"x"} => 422 ~ "field":"/t","code":"required"
POST /v/crossed {"id":5,"t":"x"} => 422 ~ "field":"/name","code":"required"


=== a column that is left out, shown by the view or not
--- http_config eval: $main::Http
--- config
    api_route POST /a { api_param k int; api_query exec "INSERT INTO seen (k) VALUES ($k)"; }
    api_route POST /b { api_param k int; api_query exec "INSERT INTO less (k) VALUES ($k)"; }
    api_route POST /c { api_param k int; api_query exec "INSERT INTO seen VALUES ($k)"; }
--- must_die
--- error_log
this leaves out the column "label", which is NOT NULL and has no default: no row can be inserted (23502)
this leaves out the column "name", which is NOT NULL and has no default: no row can be inserted (23502)
