# api_sql_comment: what PostgreSQL is told of a statement's route.

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

our $Config = <<'END';
    location /c {
        api_route GET /on/:id<int> {
            api_query value "SELECT (SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()) || $id";
        }
        api_route GET "/odd/it's--%;" {
            api_query value "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        }
        api_route GET /off {
            api_sql_comment off;
            api_query value "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        }
        api_route GET /wrong/:id<int> { api_query value "SELECT 1 / ($id - 1)"; }
        api_route POST /lost { api_query value "SELECT lost FROM passing"; }
    }
    location /without {
        api_sql_comment off;
        api_route GET /one {
            api_query value "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        }
    }
END

sql('CREATE TABLE passing (lost int)');

run_tests();

__DATA__

=== a statement names its route
--- config eval: $main::Config
--- cases
GET /c/on/7        => 200 ~ ^"/\*http_route='GET%20%2Fc%2Fon%2F%3Aid%3Cint%3E'\*/ SELECT \(SELECT query
GET /c/odd/it's--%25;  => 200 ~ ^"/\*http_route='GET%20%2Fc%2Fodd%2Fit%27s--%25%3B'\*/ SELECT query
GET /c/off         => 200 ~ ^"SELECT query
GET /without/one   => 200 ~ ^"SELECT query



=== an error's place is that of the file
--- config eval: $main::Config
--- init
main::sql('ALTER TABLE passing RENAME lost TO found');
--- cases
POST /c/lost => 500
--- error_log eval
qr/column "lost" does not exist.* in \S+nginx\.conf:\d+:56, client/



=== it is on or off
--- config
    api_sql_comment maybe;
--- must_die
--- error_log
invalid value "maybe" in "api_sql_comment" directive, it must be "on" or "off"
