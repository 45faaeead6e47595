# Objects that go into composite types, and lists: which value in them it was
# that PostgreSQL has refused.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE DOMAIN digits AS text CHECK (VALUE ~ '^[0-9]+$');
CREATE TYPE address AS (city text, zip varchar(5), n smallint, code digits, price numeric(4, 1), day date, "a/b~c" int);
CREATE DOMAIN home AS address CHECK ((VALUE).city <> 'no');
CREATE TYPE person AS (name varchar(8), at address, days date[]);
CREATE TABLE kept (id int PRIMARY KEY, home address, homes address[], own home, who person, days date[], meta jsonb);
INSERT INTO kept VALUES (1);
CREATE FUNCTION check_it() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN IF (NEW.home).city = 'abcdef' THEN NEW.id = 'abcdef'::int; END IF; RETURN NEW; END$$;
CREATE TRIGGER check_it BEFORE UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION check_it();
SQL

our $Http = 'api_postgres app { primary $TEST_NGINX_PG_URI; }';

our $Config = <<'END';
    location /a {
        api_route PUT /home { api_body { home json; } api_query exec "UPDATE kept SET home = $home"; }
        api_route PUT /typed { api_body { home { city string; zip string; n int; code string; } } api_query exec "UPDATE kept SET home = $home"; }
        api_route PUT /homes { api_body { homes json[]; } api_query exec "UPDATE kept SET homes = $homes"; }
        api_route PUT /own { api_body { own json; } api_query exec "UPDATE kept SET own = $own"; }
        api_route PUT /who { api_body { who json; } api_query exec "UPDATE kept SET who = $who"; }
        api_route PUT /in { api_body { a { home json; } } api_query exec "UPDATE kept SET home = $a.home"; }
        api_route GET /home { api_param home json; api_query value "SELECT ($home::address).city"; }
    }
END

run_tests();

__DATA__

=== by the text that the server quotes
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
PUT /a/home {"home":{"city":"x","n":"abc"}} => 422 ~ "field":"/home/n","code":"type"
PUT /a/home {"home":{"city":"x","n":70000}} => 422 ~ "field":"/home/n","code":"range"
PUT /a/home {"home":{"day":"2026-02-30"}} => 422 ~ "field":"/home/day"
PUT /a/home {"home":{"a/b~c":"y"}} => 422 ~ "field":"/home/a~1b~0c","code":"type"
PUT /a/typed {"home":{"city":"x","n":70000}} => 422 ~ "field":"/home/n"
PUT /a/homes {"homes":[{"n":1},{"n":70000}]} => 422 ~ "field":"/homes/1/n"
PUT /a/who {"who":{"name":"x","days":["2026-01-01","y"]}} => 422 ~ "field":"/who/days/1"
PUT /a/in {"a":{"home":{"n":"abc"}}} => 422 ~ "field":"/a/home/n"


=== by its type's constraint or bound
--- cases
PUT /a/home {"home":{"city":"longer","zip":"123456"}} => 422 ~ "field":"/home/zip","code":"max_length"
PUT /a/home {"home":{"city":"abc","code":"abc"}} => 422 ~ "field":"/home/code","code":"check"
PUT /a/own {"own":{"city":"abc","code":"abc"}} => 422 ~ "field":"/own/code","code":"check"
PUT /a/own {"own":{"city":"longer","zip":"123456"}} => 422 ~ "field":"/own/zip"
PUT /a/homes {"homes":[{"zip":"12345"},{"zip":"123456"}]} => 422 ~ "field":"/homes/1/zip"
PUT /a/who {"who":{"name":"x","at":{"city":"x","zip":"123456"}}} => 422 ~ "field":"/who/at/zip"
PUT /a/home {"home":{"city":"x","price":12345.5}} => 422 ~ "field":"/home/price","code":"range"


=== where it cannot be told it is the whole
--- cases
PUT /a/own {"own":{"city":"no"}} => 422 ~ "field":"/own","code":"check"
PUT /a/homes {"homes":[{"code":"a"},{"code":"b"}]} => 422 ~ "field":"/homes","code":"check"
PUT /a/homes {"homes":[{"n":"a"},{"n":"a"}]} => 422 ~ "field":"/homes","code":"type"
GET /a/home?home={"n":70000} => 400 ~ "in":"query","field":"home"
PUT /a/home {"home":{"city":"abcdef"}} => 422


=== and what is right is stored
--- cases
PUT /a/home {"home":{"city":"x","zip":"12345","n":1,"code":"1","price":1.5,"day":"2026-01-31","a/b~c":1}} => 204 -
