# api_envelope: an answer as the member of an object.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO things VALUES (1, 'a'), (2, 'b');
SQL

our $Config = <<'END';
    location /e {
        api_envelope data count=total;

        api_route GET /things { api_query many "SELECT id, name FROM things ORDER BY id"; }
        api_route GET /none { api_query many "SELECT id, name FROM things WHERE false"; }
        api_route GET /things/:id { api_query one "SELECT id, name FROM things WHERE id = $id"; }
        api_route GET /optional/:id { api_query optional "SELECT id, name FROM things WHERE id = $id"; }
        api_route GET /name/:id { api_query value "SELECT name FROM things WHERE id = $id"; }
        api_route GET /204/:id { api_query one "SELECT name FROM things WHERE id = $id" none=204; }
        api_route DELETE /things/:id { api_query exec "DELETE FROM things WHERE id = $id + 100" none=204; }
        api_route GET /own/:id {
            api_envelope "the \"thing\"";
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /off { api_envelope off; api_query many "SELECT id FROM things ORDER BY id"; }
        api_route GET /composed {
            api_query many "SELECT id FROM things ORDER BY id" as=t;
            api_answer { things $t; }
        }
        api_route GET /row/:id {
            api_query one "SELECT id, name FROM things WHERE id = $id";
            api_header X-Name $api_row_name;
        }
        api_route GET /large {
            api_max_answer 1k;
            api_envelope d;
            api_query value "SELECT repeat('x', $n)";
            api_param n int default=1016;
        }
    }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== a list, with its length
--- cases
GET /e/things => 200 {"data":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"total":2}
GET /e/none   => 200 {"data":[],"total":0}

=== a row, a value, what is not there
--- cases
GET /e/things/1   => 200 {"data":{"id":1,"name":"a"}}
GET /e/optional/9 => 200 {"data":null}
GET /e/name/2     => 200 {"data":"b"}
GET /e/things/9   => 404 ~ "code":"no_row"
GET /e/204/9      => 204 -
DELETE /e/things/1 => 204 -
GET /e/row/2      => 200 {"data":{"id":2,"name":"b"}}
< X-Name: ^b$

=== levels: another one, off, an answer with names of its own
--- cases
GET /e/own/1    => 200 {"the \"thing\"":{"id":1,"name":"a"}}
GET /e/off      => 200 [{"id":1},{"id":2}]
GET /e/composed => 200 {"things":[{"id":1},{"id":2}]}

=== it counts for api_max_answer
--- cases
GET /e/large        => 200
GET /e/large?n=1017 => 500 ~ "code":"too_large"

=== where it has no place
--- config
api_route GET /a { api_envelope a; api_query one "SELECT 1 AS n" as=r; api_answer { x $r.n; } }
api_route GET /b { api_envelope a count=b; api_query one "SELECT 1 AS n"; }
api_route POST /c { api_envelope a; api_query exec "DELETE FROM things"; }
--- must_die
--- error_log
api_envelope of "GET /a" has an api_answer beside it
api_envelope of "GET /b" counts rows, and only "many" has several
api_envelope of "POST /c" has nothing in it

=== wrong words
--- config
api_route GET /a { api_envelope a count=a; api_query many "SELECT 1 AS n"; }
api_route GET /b { api_envelope a total=b; api_query many "SELECT 1 AS n"; }
api_route GET /c { api_envelope a; api_envelope b; api_query many "SELECT 1 AS n"; }
--- must_die
--- error_log
"api_envelope" directive is written: api_envelope NAME [count=ANOTHER_NAME], or api_envelope off
"api_envelope" directive is duplicate
