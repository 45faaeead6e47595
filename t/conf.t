# What nginx refuses to start with: every [emerg] of the module's directives, with
# its place and a piece of its sentence; at the end configurations that only
# look wrong.

use lib 't/lib';
use Api;

# each of them would be on the terminal twice; what fails is told by other means
open STDERR, '>', '/dev/null' or die $!;

run_tests();

__DATA__

=== api_route: SQL's two quotes in nginx's
--- config
api_route GET /a { api_query one 'SELECT ''x'' AS a'; }
--- must_die
--- error_log
to nginx this quote ends what one like it began: write \' inside, or put the statement into double quotes


=== api_route: SQL's quoted identifiers in nginx's
--- config
api_route GET /a { api_query one "SELECT 1 FROM "Tag""; }
--- must_die
--- error_log
write \" inside, or put the statement into single quotes


=== api_param: a type by PostgreSQL's name for a narrower one
--- config
api_route GET /a { api_param x smallint; api_query one "SELECT $x AS x"; }
--- must_die
--- error_log
api_param "x", "smallint": no such type: write int min=-32768 max=32767


=== api_param: a type with its length
--- config
api_route GET /a { api_param x varchar(20); api_query one "SELECT $x AS x"; }
--- must_die
--- error_log
no such type: write string max=20 for varchar(20)


=== api_postgres: api_postgres in a server
--- config
api_postgres a { primary "dbname=a"; }
--- must_die
--- error_log
belongs in http { }, beside the servers


=== api_postgres: without a name
--- http_config
api_postgres { primary "dbname=a"; }
--- config
--- must_die
--- error_log
is written: api_postgres NAME


=== api_postgres: a name that is a connection string
--- http_config
api_postgres postgresql://a/b { primary "dbname=a"; }
--- config
--- must_die
--- error_log
a name has letters, digits


=== api_postgres: twice the same name
--- http_config
api_postgres app { primary "dbname=a"; }
api_postgres app { primary "dbname=a"; }
--- config
--- must_die
--- error_log eval
qr/api_postgres "app" is declared in \S+nginx\.conf:\d+ already: give this one another name in \S+nginx\.conf:\d+/


=== api_postgres: without primary
--- http_config
api_postgres app { }
--- config
--- must_die
--- error_log
has no primary: say where the database is


=== api_postgres: an unknown line
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; replica "dbname=b"; }
--- config
--- must_die
--- error_log
unknown directive "replica" in api_postgres "app"


=== api_postgres: a value with spaces and without quotes
--- http_config
api_postgres app { primary host=a dbname=b; }
--- config
--- must_die
--- error_log
takes one value: put it in quotes if it has spaces


=== api_postgres: a block inside
--- http_config
api_postgres app { primary { } }
--- config
--- must_die
--- error_log
unexpected "{"


=== api_postgres: primary twice
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; primary "dbname=b"; }
--- config
--- must_die
--- error_log
"primary" of api_postgres "app" is duplicate


=== api_postgres: primary from an unset variable of the environment
--- http_config
api_postgres app { primary env:API_NO_SUCH_NAME; }
--- config
--- must_die
--- error_log
the environment variable "API_NO_SUCH_NAME" is not set: export it


=== api_postgres: primary as a variable of nginx
--- http_config
api_postgres app { primary $database_url; }
--- config
--- must_die
--- error_log
write env:NAME to take it from nginx


=== api_postgres: primary from a file that is not there
--- http_config
api_postgres app { primary file:no-such-file; }
--- config
--- must_die
--- error_log eval
qr/cannot read "\S+no-such-file" .* in \S+nginx\.conf:\d+/


=== api_postgres: primary from a file without a name
--- http_config
api_postgres app { primary file:; }
--- config
--- must_die
--- error_log
needs a file


=== api_postgres: primary that is no connection string says nothing of it
--- http_config
api_postgres app { primary "postgresql://app:s3cret@[::1/db"; }
--- config
--- must_die
--- error_log
"primary" of api_postgres "app" is not a valid connection string
--- no_error_log
s3cret


=== api_postgres: primary with an unknown keyword
--- http_config
api_postgres app { primary "host=/tmp s3cret=1"; }
--- config
--- must_die
--- error_log
is not a valid connection string
--- no_error_log
s3cret


=== api_postgres: primary that is empty
--- http_config
api_postgres app { primary ""; }
--- config
--- must_die
--- error_log
"primary" of api_postgres "app" is empty


=== api_postgres: primary from an empty file
--- http_config
api_postgres app { primary file:../html/empty; }
--- config
--- user_files
>>> empty
--- must_die
--- error_log
"primary" of api_postgres "app" (file:../html/empty) is empty


=== api_postgres: max_connections out of bounds
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; max_connections 0; }
--- config
--- must_die
--- error_log
"max_connections" of api_postgres "app" must be a number from 1 to 10000, not "0"


=== api_postgres: max_connections that is no number
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; max_connections many; }
--- config
--- must_die
--- error_log
must be a number from 1 to 10000, not "many"


=== api_postgres: max_connections twice
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; max_connections 5; max_connections 6; }
--- config
--- must_die
--- error_log
"max_connections" of api_postgres "app" is duplicate


=== api_postgres: min_connections above max_connections
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; max_connections 8; min_connections 9; }
--- config
--- must_die
--- error_log
has min_connections 9 above max_connections 8: lower the one or raise the other


=== api_postgres: queue that is no number
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; queue -1; }
--- config
--- must_die
--- error_log
"queue" of api_postgres "app" must be a number from 0 to 1000000


=== api_postgres: acquire_timeout of nothing
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; acquire_timeout 0; }
--- config
--- must_die
--- error_log
"acquire_timeout" of api_postgres "app" must be a time above 0


=== api_postgres: connect_timeout of nothing
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; connect_timeout 0; }
--- config
--- must_die
--- error_log
"connect_timeout" of api_postgres "app" must be a time above 0


=== api_postgres: idle_timeout of nothing
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; idle_timeout 0; }
--- config
--- must_die
--- error_log
"idle_timeout" of api_postgres "app" must be a time above 0


=== api_postgres: max_lifetime of nothing
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; max_lifetime 0; }
--- config
--- must_die
--- error_log
"max_lifetime" of api_postgres "app" must be a time above 0


=== api_postgres: statement_timeout of nothing
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; statement_timeout 0; }
--- config
--- must_die
--- error_log
"statement_timeout" of api_postgres "app" must be a time above 0


=== api_postgres: a time twice
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; idle_timeout 1s; idle_timeout 1s; }
--- config
--- must_die
--- error_log
"idle_timeout" of api_postgres "app" is duplicate


=== api_postgres: a time that is none
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; connect_timeout "3 sec"; }
--- config
--- must_die
--- error_log
must be a time above 0 and at most 24d, as 500ms, 3s or 10m, not "3 sec"


=== api_postgres: a time beyond PostgreSQL's
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; statement_timeout 25d; }
--- config
--- must_die
--- error_log
at most 24d


=== api_postgres: a read_batch of one
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; read_batch 1; }
--- config
--- must_die
--- error_log
"read_batch" of api_postgres "app" must be a number from 2 to 64, not "1"



=== api_postgres: prepare neither on nor off
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; prepare yes; }
--- config
--- must_die
--- error_log
"prepare" of api_postgres "app" must be on or off


=== api_postgres: timestamps neither utc nor plain
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; timestamps UTC; }
--- config
--- must_die
--- error_log
"timestamps" of api_postgres "app" must be utc ("Z" behind those without a time zone) or plain


=== api_postgres: migrations twice
--- http_config
api_postgres app { primary "host=/nowhere dbname=a user=u"; migrations a; migrations b; }
--- config
--- must_die
--- error_log
"migrations" of api_postgres "app" is duplicate


=== api_database, api_timeout, api_error: api_database of an unknown name
--- config
api_database ap;
--- must_die
--- error_log eval
qr/api_database names "ap", but there is no api_postgres ap \{ \} in http \{ \}: declare it, or correct the name in \S+nginx\.conf:\d+/


=== api_database, api_timeout, api_error: api_database twice
--- config
api_database app; api_database app;
--- must_die
--- error_log
"api_database" directive is duplicate


=== api_database, api_timeout, api_error: no database at all
--- http_config
# none
--- config
api_route GET /a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
there is no database: declare one with api_postgres


=== api_database, api_timeout, api_error: several databases and none chosen
--- http_config
api_postgres a { primary "dbname=a"; }
api_postgres b { primary "dbname=b"; }
--- config
api_route GET /a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_route "GET \/a": there are several databases: choose one with api_database NAME, here or in its location in \S+nginx\.conf:\d+/


=== api_database, api_timeout, api_error: api_timeout of nothing
--- config
api_timeout 0;
--- must_die
--- error_log
"api_timeout" directive must be a time above 0


=== api_database, api_timeout, api_error: api_error without a status
--- config
api_error 23505;
--- must_die
--- error_log
is written: api_error SQLSTATE|CONSTRAINT STATUS


=== api_database, api_timeout, api_error: api_error with a status of success
--- config
api_error 23505 200;
--- must_die
--- error_log
api_error "23505": the status must be a number from 400 to 599


=== api_database, api_timeout, api_error: api_error with a SQLSTATE in small letters
--- config
api_error 23p01 409;
--- must_die
--- error_log
a SQLSTATE is written in capitals


=== api_database, api_timeout, api_error: api_error with a SQLSTATE that is too short
--- config
api_error 2350 409;
--- must_die
--- error_log
a SQLSTATE has five characters


=== api_database, api_timeout, api_error: api_error with a class of one character
--- config
api_error 2* 409;
--- must_die
--- error_log
a class of SQLSTATEs is its two characters and "*"


=== api_database, api_timeout, api_error: api_error twice
--- config
api_error 23505 409; api_error 23505 422;
--- must_die
--- error_log
api_error "23505" is declared twice here: keep one


=== api_route: where it stands: in http
--- http_config
api_postgres app { primary "dbname=a"; }
api_route GET /a {
api_query one "SELECT 1 AS a"; }
--- config
--- must_die
--- error_log
"api_route" directive belongs in a server { } or a location { }


=== api_route: where it stands: in a route
--- config
api_route GET /b { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
"api_route" directive cannot be inside another api_route: close that one first


=== api_route: where it stands: in an if of the server
--- config
if ($arg_a) { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
"api_route" directive cannot be inside "if" or limit_except


=== api_route: where it stands: in an if of a location
--- config
location /x { if ($arg_a) { api_route GET /a { api_query one "SELECT 1 AS a"; } } }
--- must_die
--- error_log
"api_route" directive cannot be inside "if" or limit_except


=== api_route: where it stands: in limit_except
--- config
location /x { limit_except GET { api_route GET /a { api_query one "SELECT 1 AS a"; } } }
--- must_die
--- error_log
"api_route" directive cannot be inside "if" or limit_except


=== api_route: where it stands: in a named location
--- config
location @x { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
"api_route" directive cannot be inside a named location


=== api_route: where it stands: in a location by regular expression
--- config
location ~ ^/x { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
use a location with a prefix


=== api_route: where it stands: in an exact location
--- config
location = /x { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
drop the "=" of the location


=== api_route: where it stands: in a location with a segment that looks variable
--- config
location /users/:id { api_route GET /a { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
write what varies in api_route's own path


=== api_route: method and path: without a path
--- config
api_route GET { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"api_route" directive is written: api_route METHOD PATH


=== api_route: method and path: HEAD
--- config
api_route HEAD /a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
HEAD follows GET


=== api_route: method and path: a method in small letters
--- config
api_route get /a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
in capitals, and comes before the path


=== api_route: method and path: path and method exchanged
--- config
api_route /a GET { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
comes before the path


=== api_route: method and path: a path without a slash
--- config
api_route GET a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
the path must begin with "/"


=== api_route: method and path: a path in braces
--- config
api_route GET /a/{id} { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
to nginx "{" ends a word: write "/a/:id" in


=== api_route: method and path: an unknown type in the path
--- config
api_route GET /a/:id<uid> { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_route "GET \/a\/:id<uid>": .* in \S+nginx\.conf:\d+/


=== api_route: method and path: an empty segment
--- config
api_route GET /a//b { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_route "GET /a//b": 


=== api_route: method and path: equal routes
--- config
api_route GET /a/:x { api_query one "SELECT 1 AS a"; }
api_route GET /a/:y { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_route "GET \/a\/:y" is equal to "GET \/a\/:x" in \S+nginx\.conf:(\d+), so no request could reach both: .* in \S+nginx\.conf:\d+/


=== api_route: method and path: equal routes by way of two locations
--- config
location /a { api_route GET /b/c { api_query one "SELECT 1 AS a"; } } location /a/b/ { api_route GET /c { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
api_route "GET /a/b/c" is equal to "GET /a/b/c"


=== api_route: method and path: equal routes of a server and of a location
--- config
api_route GET /a/b/:c { api_query one "SELECT 1 AS a"; } location /a { api_route GET /b/:d { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
api_route "GET /a/b/:d" is equal to "GET /a/b/:c"


=== api_route: method and path: equal routes inside an expression
--- config
location ~ /a { location /a/b { api_route GET /:c { return 200; } api_route GET /:d { return 200; } } }
--- must_die
--- error_log
api_route "GET /a/b/:d" is equal to "GET /a/b/:c"


=== beside routes: limit_except is refused
--- config
location /a { api_route GET /b { api_query one "SELECT 1 AS a"; } limit_except GET { deny all; } }
--- must_die
--- error_log eval
qr/limit_except stands beside api_route in the location "\/a", where no route would ask it: put its rules into the routes of those methods, or into the location for all of them in \S+nginx\.conf:\d+/


=== beside routes: limit_except is refused, also around "GET /" of "/x/"
--- config
location /a { limit_except GET { deny all; } location /a/b/ { api_route POST / { api_query one "SELECT 1 AS a"; } } }
--- must_die
--- error_log
limit_except stands beside api_route in the location "/a"


=== beside routes: limit_except in a location around theirs, or in a route
--- config
location /a {
    limit_except GET { deny all; }
    location /a/b { api_route POST /c { return 200 c; limit_except POST { deny all; } } }
}
--- request
POST /a/b/c
--- response_body chomp
c
--- no_error_log
[warn]


=== beside routes: return that answers everything
--- config
location /a { return 200 all; api_route GET /b { return 200 b; } api_route GET /c { return 200 c; } }
--- request
GET /a/b
--- response_body chomp
all
--- error_log eval
qr/\[warn\].* api_route "GET \/a\/b" is never asked: "return" of its location answers every request before it; drop that, or put it into an "if" in \S+nginx\.conf:\d+/
--- no_error_log
api_route "GET /a/c" is never


=== beside routes: return of the server
--- config
location /a { api_route GET /b { return 200 b; } }
return 200 all;
--- request
GET /a/b
--- response_body chomp
all
--- error_log eval
qr/\[warn\].* api_route "GET \/a\/b" is never asked: "return" of its server answers/


=== beside routes: return with a condition, behind break, of a location around
--- config
location /a { if ($arg_x) { return 403; } api_route GET /b { return 200 b; } }
location /b { break; return 403; api_route GET /b { return 200 b; } }
location /c { return 403; location /c/d { api_route GET /b { return 200 b; } } }
--- request eval
["GET /a/b", "GET /b/b", "GET /c/d/b"]
--- response_body eval
["b", "b", "b"]
--- no_error_log
[warn]


=== shadows: a prefix, an exact location, "^~", nested, an expression, a redirect
--- config
location /one { api_route GET /admin/users { return 200; } }
location /one/admin { }
location /two { api_route GET /:x { return 200; } }
location = /two/me { }
location /three { api_route GET /:x/*rest { return 200; } }
location ^~ /three/files/ { }
location /four { api_route GET /:id<int> { return 200; } location /four/4 { } }
location /five { api_route GET /:id/a { return 200; } }
location ~ ^/five/[0-9]+/ { }
location /six { api_route GET /a { return 200; } location /six/a/ { proxy_pass http://127.0.0.1:1; } }
location /seven { location /seven/a { api_route GET /b/:c { return 200; } } }
location /seven/a/b { }
location /seven/a/b/c { }
api_route GET /eight/:x { return 200; }
location /eight/me { }
api_route GET /nine { return 200 nine; }
location ~ nin { }
--- request
GET /one/x
--- error_code: 404
--- error_log eval
[
qr/\[warn\].* api_route "GET \/one\/admin\/users" is not asked for paths that nginx gives to the location "\/one\/admin" in \S+nginx\.conf:\d+: what is to be answered there belongs into that location in \S+nginx\.conf:\d+:\d+/,
qr/\[warn\].* api_route "GET \/two\/:x" is not asked .* location "= \/two\/me" in/,
qr/\[warn\].* api_route "GET \/three\/:x\/\*rest" is not asked .* location "\^~ \/three\/files\/" in/,
qr/\[warn\].* api_route "GET \/four\/:id<int>" is not asked .* location "\/four\/4" in/,
qr/\[warn\].* api_route "GET \/five\/:id\/a" is not asked .* location "~ \^\/five\/\[0-9\]\+\/" in/,
qr/\[warn\].* api_route "GET \/six\/a" is not asked .* location "\/six\/a\/" in/,
qr/\[warn\].* api_route "GET \/seven\/a\/b\/:c" is not asked .* location "\/seven\/a\/b" in/,
qr/\[warn\].* api_route "GET \/eight\/:x" is not asked .* location "\/eight\/me" in/,
qr/\[warn\].* api_route "GET \/nine" is not asked .* location "~ nin" in/,
]


=== shadows: a location with the prefix of a route of the server
--- config
location /one/ { deny all; }
api_route GET /one/:x { return 200 one; }
location /two { deny all; location /two/a/ { deny all; } }
api_route GET /two/a/:x { return 200 two; }
api_route GET /:x { return 200 x; }
--- request
GET /two/a/1
--- response_body chomp
two
--- error_log eval
[
qr/\[warn\].* api_route "GET \/one\/:x" of the server goes before the location "\/one\/" in \S+nginx\.conf:\d+, and nothing that location says holds for it: if it should, declare the route in there in \S+nginx\.conf:\d+/,
qr/\[warn\].* api_route "GET \/two\/a\/:x" of the server goes before the location "\/two\/a\/" in/,
]
--- no_error_log
"GET /:x" of the server


=== shadows: none
--- config
location /one { api_route GET /admin/users { return 200; } api_route GET /:id<int> { return 200; } location /one/adminx { } location = /one/admin { } location /one/me { } }
location /onex { }
location = /one/ { }
location ~ \.php$ { }
location ~ /\. { }
location ^~ /two/ { api_route GET /:x { return 200; } }
location ~ ^/two { }
api_route GET /three/:x { return 200; }
location /three { }
location /three/a/b { }
location = /three { }
location /four/ { proxy_pass http://127.0.0.1:1; api_route GET / { return 200 four; } }
api_route GET /five { return 200 five; }
location /five/ { proxy_pass http://127.0.0.1:1; }
--- request eval
["GET /four", "GET /five"]
--- response_body eval
["four", "five"]
--- no_error_log
[warn]


=== api_route: one answer: no answer
--- config
api_route GET /a { expires 1s; }
--- must_die
--- error_log eval
qr/api_route "GET \/a" has no answer: add api_query .* in \S+nginx\.conf:\d+/


=== api_route: one answer: a condition is no answer
--- config
api_route GET /a { if ($arg_b) { return 403; } }
--- must_die
--- error_log
has no answer


=== api_route: one answer: api_query and return
--- config
api_route GET /a { api_query one "SELECT 1 AS a"; return 200; }
--- must_die
--- error_log
has two answers, api_query and a handler of nginx


=== api_route: one answer: api_query and proxy_pass
--- config
api_route GET /a { api_query one "SELECT 1 AS a"; proxy_pass http://127.0.0.1:1; }
--- must_die
--- error_log
has two answers, api_query and a handler of nginx


=== api_route: one answer: return and proxy_pass
--- config
api_route GET /a { return 200; proxy_pass http://127.0.0.1:1; }
--- must_die
--- error_log
has two answers, return and another handler


=== api_route: one answer: a location inside
--- config
api_route GET /a { api_query one "SELECT 1 AS a"; location /b { } }
--- must_die
--- error_log
api_route "GET /a" holds the location "/b": a route is one path, so put the location beside it


=== api_route: one answer: a location inside, in a location
--- config
location /api { api_route GET /a { api_query one "SELECT 1 AS a"; location = /b { } } }
--- must_die
--- error_log
holds the location "/b"


=== api_route: one answer: a handler of nginx with api_body
--- config
api_route POST /a { return 200; api_body { a int; } }
--- must_die
--- error_log
has api_body, but a handler of nginx answers it and would not look


=== api_route: one answer: a handler of nginx with api_param
--- config
api_route POST /a { return 200; api_param a int; }
--- must_die
--- error_log
has api_param, but a handler of nginx answers it


=== api_route: one answer: a handler of nginx with api_status
--- config
api_route POST /a { return 200; api_status 201; }
--- must_die
--- error_log
has api_status, but a handler of nginx answers it


=== api_status: outside a route
--- config
location /a { api_status 201; }
--- must_die
--- error_log
"api_status" directive belongs in an api_route METHOD PATH { } block


=== api_status: of a failure
--- config
api_route GET /a { api_status 404; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
must be the status of success, a number from 200 to 299


=== api_status: no number
--- config
api_route GET /a { api_status created; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a number from 200 to 299


=== api_status: twice
--- config
api_route GET /a { api_status 200; api_status 201; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"api_status" directive is duplicate


=== api_param: in a server
--- config
api_param a int;
--- must_die
--- error_log
"api_param" directive belongs in an api_route { }, or in a location { }


=== api_param: without a type
--- config
api_route GET /a/:id/:at<date> { api_param a; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"api_param" directive is written: api_param NAME TYPE


=== api_param: a name with a dollar
--- config
api_route GET /a/:id/:at<date> { api_param $a int; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
without "$" or ":" in front


=== api_param: a name of a header as it is sent
--- config
api_route GET /a/:id/:at<date> { api_param X-Tenant int in=header; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"_" stands for "-" there


=== api_param: a reserved name
--- config
api_route GET /a/:id/:at<date> { api_param body int; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
choose another name


=== api_param: an unknown type
--- config
api_route GET /a/:id/:at<date> { api_param a integr; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a", "integr": 


=== api_param: an unknown rule
--- config
api_route GET /a/:id/:at<date> { api_param a int requird; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a", "requird": 


=== api_param: nullable
--- config
api_route GET /a/:id/:at<date> { api_param a int nullable; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
only fields of a body can be null


=== api_param: bounds that exclude each other
--- config
api_route GET /a/:id/:at<date> { api_param a int min=5 max=4; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a", "min=5": 


=== api_param: a default that breaks its rule
--- config
api_route GET /a/:id/:at<date> { api_param a int max=4 default=5; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a", "default=5": 


=== api_param: a default that is no JSON
--- config
api_route GET /a/:id/:at<date> { api_param a json default=[1; api_query one "SELECT $a AS a"; }
--- must_die
--- error_log
api_param "a", "default=[1": default= is not JSON


=== api_param: required with a default
--- config
api_route GET /a/:id/:at<date> { api_param a int required default=5; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a", "default=5": 


=== api_param: an unknown place
--- config
api_route GET /a/:id/:at<date> { api_param a int in=form; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"in=" must be in=query, in=header or in=cookie


=== api_param: in=path
--- config
api_route GET /a/:id/:at<date> { api_param a int in=path; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
what stands in the path is declared there


=== api_param: in=body
--- config
api_route GET /a/:id/:at<date> { api_param a int in=body; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
fields of the body are declared with api_body


=== api_param: in= twice
--- config
api_route GET /a/:id/:at<date> { api_param a int in=query in=query; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
has "in=" twice


=== api_param: twice
--- config
api_route GET /a/:id/:at<date> { api_param a int; api_param a uuid; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_param "a": it is declared twice here: keep one


=== api_param: of a segment with a type
--- config
api_route GET /a/:id/:at<date> { api_param at date; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_param "at" of "GET \/a\/:id\/:at<date>": the path declares that name with a type already: keep one of the two in \S+nginx\.conf:\d+/


=== api_param: of a segment with a default
--- config
api_route GET /a/:id/:at<date> { api_param id int default=1; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a segment of the path, which is never absent


=== api_param: of a segment, a list
--- config
api_route GET /a/:id/:at<date> { api_param id int[]; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
drop the "[]"


=== api_param: of a segment, in the query
--- config
api_route GET /a/:id/:at<date> { api_param id int in=query; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
rename one, or drop "in="


=== api_param: of the rest of a path
--- config
api_route GET /a/*rest { api_param rest int; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
it is the rest of the path, which is a string


=== api_body: outside a route
--- config
location /a { api_body { a int; } }
--- must_die
--- error_log
"api_body" directive belongs in an api_route


=== api_body: of GET
--- config
api_route GET /a { api_body { a int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "GET /a": a GET request has no body


=== api_body: of OPTIONS
--- config
api_route OPTIONS /a { api_body { a int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
an OPTIONS request has no body


=== api_body: twice
--- config
api_route POST /a { api_body { a int; } api_body { b int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a route has one body


=== api_body: without a field
--- config
api_route POST /a { api_body { } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
declares no field


=== api_body: a JSON Schema that is not there
--- config
api_route POST /a { api_body user.json; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
user.json" (a name without "/" in front is relative to the folder of nginx.conf)


=== api_body: another word
--- config
api_route POST /a { api_body list { a int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
it is written: api_body { name type; … }, api_body array


=== api_body: an array with another rule
--- config
api_route POST /a { api_body array required { a int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a body is always required


=== api_body: an array with bounds that exclude each other
--- config
api_route POST /a { api_body array min=3 max=2 { a int; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "POST /a", "min=3": 


=== api_body: a field without a type
--- config
api_route POST /a { api_body { a; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a": it has no type


=== api_body: a field of an unknown type
--- config
api_route POST /a { api_body {
a int;
b integr;
} api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_body, field "b", "integr": .* in \S+nginx\.conf:\d+/


=== api_body: a field twice
--- config
api_route POST /a { api_body { a int; a text; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a": it is declared twice: keep one


=== api_body: a field with an unknown rule
--- config
api_route POST /a { api_body { a int requird; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a", "requird": 


=== api_body: a field whose name is no name
--- config
api_route POST /a { api_body { first-name string; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "first-name": a field's name here is one that SQL can say


=== api_body: an array of values as one of objects
--- config
api_route POST /a { api_body { a[] string; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a[]": "name[]" is for a block


=== api_body: an array of nothing
--- config
api_route POST /a { api_body { a array; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a": it is an array of unknown items


=== api_body: a choice with a space
--- config
api_route POST /a { api_body { a enum(a, b); } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a", "enum(a,": enum() needs at least one choice and no space


=== api_body: a field with a reserved name
--- config
api_route POST /a { api_body { body string; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
choose another name


=== api_body: the reserved names inside an object, where they are free
--- config
api_route POST /a {
    api_body { a { body string; } b[] { body int; jwt int; } }
    api_query one "SELECT $a.body AS c, $b AS b";
}
api_route POST /b { api_body array { body int; } api_query value "SELECT $body"; }
--- request
GET /a
--- error_code: 405


=== api_body: a field of fields without one
--- config
api_route POST /a { api_body { a { } } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a": it declares no field


=== api_body: a field of fields, a wrong one
--- config
api_route POST /a { api_body {
    a required {
        b {
            c int;
            d strng;
        }
    }
} api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr/api_body, field "d", "strng": no such type.* in \S+nginx\.conf:\d+/


=== api_body: a type with a block
--- config
api_route POST /a { api_body { a int { b int; } } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body, field "a", "int": a type and a block exclude each other


=== api_body: a block without a name
--- config
api_route POST /a { api_body { { b int; } } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a block has a name in front


=== api_body: a block that does not end
--- config
api_route POST /a { api_body { a { b int; }
--- must_die
--- error_log
[emerg]


=== api_body: blocks deeper than JSON may nest
--- config eval
'api_route POST /a { api_body { ' . ('a { ' x 32) . 'b int; ' . ('} ' x 33)
. 'api_query one "SELECT 1 AS a"; }'
--- must_die
--- error_log
blocks nest more than 32 deep


=== api_body: a closing quote is missing
--- config
api_route POST /a { api_body { a string pattern="x; } api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
a space is missing behind a closing quote


=== api_body: a pattern that is none
--- config
api_route POST /a { api_body { a { b string pattern="(x"; } } api_query one "SELECT $a"; }
--- must_die
--- error_log eval
qr{api_body, field "b": "pattern" has a pattern .* in \S+nginx\.conf:\d+:36\n}


=== api_body: a pattern that is none, behind one with quotes in its words
--- config
api_route POST /a {
    api_body {
        a string pattern="^[a-z ]{2}; ";
        b[] {
            c string[] pattern="(x";
        }
    }
    api_query one "SELECT $a, $b";
}
--- must_die
--- error_log eval
qr{api_body, field "c": "pattern" has a pattern .* in \S+nginx\.conf:\d+:13\n}


=== api_body: a fault of SQL behind quotes in its words
--- config
api_route POST /a {
    api_body { a string "pattern=a\" "; b string pattern="a \"\{ "; c { d int; } }
    api_query one "SELECT $a, $nope";
}
--- must_die
--- error_log eval
qr{"\$nope" is unknown: .* in \S+nginx\.conf:\d+:31\n}


=== api_body: a single value's pattern that is none
--- config
api_route POST /a { api_body string pattern="(x"; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log eval
qr{api_body of "POST /a": "pattern" has a pattern that cannot be used, "\(x": .*:\d+:21\n}


=== api_body: a single value's pattern in quotes that nginx has cut
--- config
api_route POST /a { api_body string pattern="^a b$"; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "POST /a", "pattern="^a": a quote stands in front of the whole word


=== api_body: a format that is none
--- config
api_route POST /a { api_body { a string format=emial; } api_query one "SELECT $a"; }
--- must_die
--- error_log eval
qr{api_body, field "a", "format=emial": there is no such format.* in \S+nginx\.conf:\d+}


=== api_body: a default that breaks its pattern
--- config
api_route POST /a {
    api_body {
        b int;
        c { d string pattern="^x" default=yx; }
    }
    api_query one "SELECT $b, $c.d";
}
--- must_die
--- error_log eval
qr{api_body, field "d": default= breaks the pattern= or format= it stands beside in \S+nginx\.conf:\d+}


=== api_body: an item of a default that breaks its format
--- config
api_route POST /a { api_body { d string[] format=hostname default=a,-b; } api_query one "SELECT $d"; }
--- must_die
--- error_log
api_body, field "d": default= breaks the pattern= or format=


=== api_body: a default that keeps them
--- config
api_route POST /a { api_body { c { d string[] pattern="^x" format=hostname default=x,xa; } } api_query one "SELECT $c.d"; }
--- request
GET /a
--- error_code: 405


=== api_body: a default that is no JSON
--- config
api_route POST /a { api_body { a json default={; } api_query one "SELECT $a"; }
--- must_die
--- error_log
a type and a block exclude each other


=== api_body: a default of json that is no JSON
--- config
api_route POST /a { api_body { a json "default={"; } api_query one "SELECT $a"; }
--- must_die
--- error_log
api_body, field "a", "default={": default= is not JSON


=== api_body: a single type that is none
--- config
api_route POST /a { api_body strng; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "POST /a", "strng": no such type


=== api_body: nothing at all
--- config
api_route POST /a { api_body; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "POST /a": it is written: api_body {


=== api_body: a file that is no .json
--- config
api_route POST /a { api_body user.yaml; api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
api_body of "POST /a", "user.yaml": it is written: api_body {


=== api_body: a schema that is none
--- config
api_route POST /a { api_body a.json; api_query one "SELECT 1 AS a"; }
--- user_files
>>> ../conf/a.json
[ ]
--- must_die
--- error_log
a.json", at its top: a schema is an object


=== api_body: a default in a schema's file that breaks its own schema
--- config
api_route POST /a { api_body a.json; api_query one "SELECT $b.c::int AS c"; }
--- user_files
>>> ../conf/a.json
{ "properties": {
    "a": { "type": "integer", "default": "not bound" },
    "b": { "properties": {
        "c": { "$ref": "#/$defs/small" },
        "d": { "type": "string", "default": 5 } } } },
  "$defs": { "small": { "maximum": 9, "default": 10 } } }
--- must_die
--- error_log eval
qr{api_body of "POST /a": "\S+/a.json": the default of "c" breaks its own schema: must be at most 9 in \S+nginx\.conf:\d+:21\n}


=== api_body: one that nothing binds may, and null
--- config
api_route POST /a { api_body a.json; api_query one "SELECT $b::int AS b, $c::text AS c"; }
--- user_files
>>> ../conf/a.json
{ "properties": {
    "a": { "type": "integer", "default": "not bound" },
    "c": { "type": "string", "default": null },
    "b": { "type": "integer", "default": 5 } } }
--- request
GET /a
--- error_code: 405


=== api_body: a schema file and fields
--- config
api_route POST /a { api_body a.json { a int; } api_query one "SELECT 1 AS a"; }
--- user_files
>>> ../conf/a.json
{ }
--- must_die
--- error_log
a schema file says all itself: drop the fields behind it


=== api_body: a schema file and words
--- config
api_route POST /a { api_body a.json required; api_query one "SELECT 1 AS a"; }
--- user_files
>>> ../conf/a.json
{ }
--- must_die
--- error_log
a schema file says all itself: drop what stands behind it


=== api_body: a schema file that is no JSON
--- config
api_route POST /a { api_body a.json; api_query one "SELECT 1 AS a"; }
--- user_files
>>> ../conf/a.json
{
  "a": 01
}
--- must_die
--- error_log eval
qr{a\.json" is no JSON: .*line 2}


=== api_body: a schema file with a fault
--- config
api_route POST /a { api_body a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/a.json
{ "properties": { "a": { "minLength": "x" } } }
--- must_die
--- error_log eval
qr{api_body of "POST /a": "\S+a\.json", at /properties/a/minLength: .* in \S+nginx\.conf:\d+}


=== api_body: a schema file whose sibling has the fault
--- config
api_route POST /a { api_body s/a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/s/a.json
{ "$ref": "b.json" }
>>> ../conf/s/b.json
{ "type": "strng" }
--- must_die
--- error_log eval
qr{api_body of "POST /a": "\S+s/b\.json", at /type: .* in \S+nginx\.conf:\d+}


=== api_body: a reference to a file that is not there
--- config
api_route POST /a { api_body s/a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/s/a.json
{ "properties": { "a": { "$ref": "b.json" } } }
--- must_die
--- error_log eval
qr{"\S+s/a\.json", at /properties/a/\$ref: .*there is no such file}


=== api_body: a reference out of the folders
--- config
api_route POST /a { api_body s/a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/s/a.json
{ "$ref": "../../../../../../../../../../etc/hostname.json" }
--- must_die
--- error_log
outside the folders of nginx.conf


=== api_body: a reference into the network
--- config
api_route POST /a { api_body s/a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/s/a.json
{ "$ref": "https://example.com/a.json" }
--- must_die
--- error_log
nothing is fetched from the network


=== api_body: a remote id that leaves its folder
--- http_config
    api_schema_path https://example.com/ s;
--- config
api_route POST /a { api_body s/a.json; api_query one "SELECT $body::jsonb"; }
--- user_files
>>> ../conf/s/a.json
{ "$ref": "https://example.com/x/%2e%2e/%2e%2e/y.json" }
--- must_die
--- error_log eval
qr/leaves its folder|there is no such file/


=== api_schema_path: not in http
--- config
api_schema_path https://example.com/ s;
--- must_die
--- error_log
belongs in http { }


=== api_schema_path: no URI
--- http_config
    api_schema_path schemas s;
--- config
--- must_die
--- error_log
is written: api_schema_path URI DIR


=== api_schema_path: twice
--- http_config
    api_schema_path https://example.com/ s;
    api_schema_path https://example.com/ t;
--- config
--- must_die
--- error_log
a URI has one folder


=== api_body_type: another word
--- config
location /a { api_body_type xml; }
--- must_die
--- error_log
api_body_type "xml": it is json, form or both


=== names: a property of a schema file and a parameter
--- config
api_route POST /a/:id { api_body a.json; api_query exec "SELECT $id"; }
--- user_files
>>> ../conf/a.json
{ "allOf": [ { "properties": { "id": { } } } ] }
--- must_die
--- error_log
declares "id" twice, as a property of the schema and as a segment of the path


=== names: a row and a field of fields
--- config
api_route POST /a {
    api_body { u { id int; } }
    api_query one "SELECT 1 AS id" as=u;
    api_query exec "SELECT $u.id";
}
--- must_die
--- error_log
declares "u" twice, as "as=" of api_query and as a field of api_body


=== names: a field that is not in its field
--- config
api_route POST /a { api_body { u { id int; } } api_query exec "SELECT $u.name"; }
--- must_die
--- error_log
"$u.name" is unknown: api_body declares what stands before the dot, but no such field in it


=== names: a field of a field that has none
--- config
api_route POST /a { api_body { u int; } api_query exec "SELECT $u.name"; }
--- must_die
--- error_log
but no such field in it


=== names: was a segment sent?
--- config
api_route GET /a/:id { api_query one "SELECT $id? AS a"; }
--- must_die
--- error_log
"$id?" asks whether something was sent


=== names: was the body sent?
--- config
api_route POST /a { api_body json; api_query one "SELECT $body? AS a"; }
--- must_die
--- error_log
"$body?" asks whether something was sent


=== warnings: fields in fields
--- config
location /api {
    api_route POST /a {
        api_body {
            used { one int; two int; deep { a int; b int; } }
            unused { x int; }
            whole { y int; }
        }
        api_query one "SELECT $used.one AS a, $used.deep.a AS b, $whole AS c";
    }

    api_route POST /f {
        api_body a.json;
        api_query one "SELECT $p AS p";
    }

    api_route GET /b { return 200 b; }
}
--- user_files
>>> ../conf/a.json
{ "properties": { "p": { }, "q": { } } }
--- request
GET /api/b
--- response_body chomp
b
--- error_log eval
[
qr/\[warn\].* the field "used.two" of "POST \/api\/a" is never used: no statement says \$used.two in \S+nginx\.conf:\d+/,
qr/\[warn\].* the field "used.deep.b" of "POST \/api\/a" is never used/,
qr/\[warn\].* the field "unused" of "POST \/api\/a" is never used/,
qr/\[warn\].* the property "q" of "POST \/api\/f" is never used/,
]
--- no_error_log
"unused.x"
"whole.y"
the property "p"


=== api_verify_password: outside a route
--- config
location /a { api_verify_password $u.h $p; }
--- must_die
--- error_log
"api_verify_password" directive belongs in an api_route

=== api_verify_password: with what is no column
--- config
api_route POST /a { api_body { p string max=128; h string; } api_query one "SELECT 1 AS n" as=u; api_verify_password $h $p; }
--- must_die
--- error_log
the stored hash must be a column of a row that a statement above has read, as $user.password_hash of "as=user", not "$h"

=== api_verify_password: with a row that is read below
--- config
api_route POST /a { api_body { p string max=128; } api_verify_password $u.h $p; api_query one "SELECT 'x' AS h" as=u; }
--- must_die
--- error_log
"$u.h" is known only after its own statement

=== api_verify_password: with a field that has no bound
--- config
api_route POST /a { api_body { p string; } api_query one "SELECT 'x' AS h" as=u; api_verify_password $u.h $p; }
--- must_die
--- error_log
the password's field needs a max=

=== api_verify_password: twice
--- config
api_route POST /a { api_body { p string max=9; } api_query one "SELECT 'x' AS h" as=u; api_verify_password $u.h $p; api_verify_password $u.h $p; }
--- must_die
--- error_log
"api_verify_password" directive is duplicate

=== api_verify_password: the new hash is not known above
--- config
api_route POST /a { api_body { p string max=9; } api_query one "SELECT $n AS h" as=u; api_verify_password $u.h $p rehash=$n; }
--- must_die
--- error_log
is known only when the password is verified: move the statement below api_verify_password

=== api_password: bounds
--- http_config
api_password { memory 512k; }
--- config
--- must_die
--- error_log
"memory" of api_password must be a size from 1m to 256m


=== api_password: in a server
--- config
api_password { memory 8m; }
--- must_die
--- error_log
belongs in http { }, beside the servers


=== api_answer: a statement below it
--- config
api_route GET /a { api_answer { n 1; } api_query value "SELECT 1"; }
--- must_die
--- error_log
stands above a statement, and is made when all have run: let it be the last


=== api_answer: a name that is not there
--- config
api_route GET /a { api_query value "SELECT 1"; api_answer { n $what; } }
--- must_die
--- error_log
api_answer of "GET /a": "$what" is unknown


=== api_answer: a member twice
--- config
api_route GET /a { api_query value "SELECT 1"; api_answer { n 1; n 2; } }
--- must_die
--- error_log
api_answer of "GET /a": "n" is there twice: keep one


=== api_answer: a name within a text
--- config
api_route GET /a { api_query value "SELECT 1"; api_answer { n "Bearer $host"; } }
--- must_die
--- error_log
has a "$" inside its value: it is one $name, or a constant without


=== api_answer: beside "answer"
--- config
api_route GET /a { api_query value "SELECT 1" answer; api_answer { n 1; } }
--- must_die
--- error_log
is the answer, and so is a statement that says "answer": keep one


=== api_answer: empty
--- config
api_route GET /a { api_query value "SELECT 1"; api_answer { } }
--- must_die
--- error_log
api_answer of "GET /a" is empty


=== api_answer: without a statement
--- config
api_route GET /a { api_answer { n 1; } }
--- must_die
--- error_log
has no answer: add api_query


=== api_random: how many bytes
--- config
api_route GET /a { api_random $r 4; api_query value "SELECT $r::text"; }
--- must_die
--- error_log
the number of random bytes must be from 8 to 1024


=== api_random: a name that is taken
--- config
api_route GET /a { api_param r int; api_random $r 32; api_query value "SELECT $r"; }
--- must_die
--- error_log
declares "r" twice


=== api_hash_password: outside a route
--- config
location /a { api_hash_password $h $p; }
--- must_die
--- error_log
"api_hash_password" directive belongs in an api_route


=== api_hash_password: with one name
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $h; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log
is written: api_hash_password $target $source


=== api_hash_password: names without a dollar
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password h p; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log
both names begin with "$"


=== api_hash_password: into itself
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $p $p; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log
the hash needs another name than the password


=== api_hash_password: of a field that is not there
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $h $r; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log eval
qr/api_hash_password \$h \$r of "POST \/a": the password must be a field of api_body, and there is none of that name: declare it there in \S+nginx\.conf:\d+/


=== api_hash_password: without a body
--- config
api_route POST /a { api_hash_password $h $p; api_query exec "SELECT $h"; }
--- must_die
--- error_log
the password must be a field of an api_body { }, which the route does not have


=== api_hash_password: of a number
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $h $n; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log
must be a field of type string


=== api_hash_password: of a field without a maximum
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $h $q; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log
needs a max= of at most 4096


=== api_hash_password: into a name that is taken
--- config
api_route POST /a { api_body { p string max=128; q string; n int max=9; } api_hash_password $q $p; api_query exec "SELECT $p, $q, $n"; }
--- must_die
--- error_log eval
qr/declares "q" twice, as api_hash_password and as a field of api_body \(\S+:\d+\): \$q could be either, rename one in \S+nginx\.conf:\d+/


=== api_query: its words: outside a route
--- config
location /a { api_query one "SELECT 1 AS a"; }
--- must_die
--- error_log
"api_query" directive belongs in an api_route METHOD PATH { } block, directly


=== api_query: its words: in an if of a route
--- config
api_route GET /a { if ($arg_a) { api_query one "SELECT 1 AS a"; } }
--- must_die
--- error_log
"api_query" directive belongs in an api_route METHOD PATH { } block, directly


=== api_query: its words: without RESULT
--- config
api_route GET /a { api_query "SELECT 1"; }
--- must_die
--- error_log
it is written: api_query RESULT "SQL"


=== api_query: its words: an unknown RESULT
--- config
api_route GET /a { api_query rows "SELECT 1"; }
--- must_die
--- error_log
one, optional, many, value or exec


=== api_query: its words: page
--- config
api_route GET /a { api_query page "SELECT 1"; }
--- must_die
--- error_log
"page" is not supported yet


=== api_query: its words: SQL without quotes
--- config
api_route GET /a { api_query one SELECT a FROM t; }
--- must_die
--- error_log
put the statement in quotes


=== api_query: its words: SQL without quotes, of one word
--- config
api_route GET /a { api_query many users; }
--- must_die
--- error_log eval
qr/this is neither a statement nor the name of a file that ends in .sql: .* in \S+nginx\.conf:\d+:\d+$/m


=== api_query: its words: answer twice
--- config
api_route GET /a { api_query one "SELECT 1" answer; api_query one "SELECT 1" answer; }
--- must_die
--- error_log
two statements say "answer": keep one


=== api_query: its words: the same as=
--- config
api_route GET /a { api_query one "SELECT 1" as=a; api_query one "SELECT 1" as=a; }
--- must_die
--- error_log
two statements have the same "as=": rename one


=== api_query: its words: as= twice
--- config
api_route GET /a { api_query one "SELECT 1" as=a as=b; }
--- must_die
--- error_log
"as=" is there twice


=== api_query: its words: as= without a name
--- config
api_route GET /a { api_query one "SELECT 1" as=; }
--- must_die
--- error_log
a name begins with a letter


=== api_query: its words: 33 statements
--- config
api_route GET /a { api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1";
api_query exec "SELECT 1"; }
--- must_die
--- error_log
a route has at most 32 statements


=== api_query: its words: a file that is not there
--- config
api_route GET /a { api_query one no-such.sql; }
--- must_die
--- error_log eval
qr/cannot read "\S+no-such.sql" .* in \S+nginx\.conf:\d+/


=== api_query: its words: a file that is a folder
--- config
api_route GET /a { api_query one ../html/folder.sql; }
--- user_files
>>> folder.sql/x
--- must_die
--- error_log
is not a regular file


=== api_query: its statement, to the character: a parameter by number
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /a {
    api_query one "SELECT $1";
}
--- must_die
--- error_log eval
qr/api_query of "GET \/a": .* in \S+api\.conf:2:27$/m


=== api_query: its statement, to the character: two statements
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /a {
    api_query one
        "SELECT 1;
	 SELECT 2";
}
--- must_die
--- error_log eval
qr/in \S+api\.conf:4:3$/m


=== api_query: its statement, to the character: a utility statement
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /a { api_query exec "BEGIN"; }
--- must_die
--- error_log eval
qr/in \S+api\.conf:1:36$/m


=== api_query: its statement, to the character: a string without an end
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /a {
  api_query one 'SELECT \'a';
}
--- must_die
--- error_log eval
qr/in \S+api\.conf:2:25$/m


=== api_query: its statement, to the character: after characters of several bytes and escapes
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /ä { # é;
    add_header X "a;{ü";
    api_query one "SELECT \"ü\", '\\', $1";
}
--- must_die
--- error_log eval
qr/in \S+api\.conf:3:40$/m


=== api_query: its statement, to the character: several on a line
--- config
include ../html/api.conf;
--- user_files
>>> api.conf
api_route GET /a { api_query one "SELECT 1" as=a; api_query one "SELECT 2, $x"; }
--- must_die
--- error_log eval
qr/"\$x" is unknown: .* in \S+api\.conf:1:76$/m


=== api_query: its statement, to the character: with the line ends of Windows
--- config
include ../html/api.conf;
--- user_files eval
">>> api.conf\napi_route GET /a {\r\n    api_query one \"SELECT\r\n        \$x\";\r\n}\r\n"
--- must_die
--- error_log eval
qr/"\$x" is unknown: .* in \S+api\.conf:3:9$/m


=== api_query: its statement, to the character: in a file
--- config
api_route GET /a { api_query one ../html/q.sql; }
--- user_files
>>> q.sql
-- a comment with $x
SELECT 'ä', $nme
--- must_die
--- error_log eval
qr/"\$nme" is unknown: declare it as a segment ":name" of the path, with api_param, or in api_body in \S+q\.sql:2:13$/m


=== api_query: its statement, to the character: in a file with a byte order mark
--- config
api_route GET /a { api_query one ../html/q.sql; }
--- user_files
>>> q.sql
﻿SELECT $nme
--- must_die
--- error_log eval
qr/in \S+q\.sql:1:8$/m


=== api_query: its statement, to the character: an empty file
--- config
api_route GET /a { api_query one ../html/q.sql; }
--- user_files
>>> q.sql
--- must_die
--- error_log eval
qr/api_query of "GET \/a": .* in \S+q\.sql:1:1$/m


=== names: declared by segment and parameter of the body
--- config
api_route POST /a/:id { api_body { id int; } api_query exec "SELECT $id"; }
--- must_die
--- error_log
declares "id" twice, as a field of api_body and as a segment of the path


=== names: declared by a location's parameter and a field
--- config
location /l { api_param lim int; api_route POST /a { api_body { lim int; } api_query exec "SELECT $lim"; } }
--- must_die
--- error_log
declares "lim" twice, as a field of api_body and as api_param


=== names: declared by as= and a parameter
--- config
api_route GET /a { api_param u int; api_query one "SELECT $u" as=u; }
--- must_die
--- error_log
declares "u" twice, as "as=" of api_query and as api_param


=== names: unknown
--- config
api_route GET /a { api_query one "SELECT $nme"; }
--- must_die
--- error_log
"$nme" is unknown: declare it as a segment ":name" of the path


=== names: a column of nothing
--- config
api_route GET /a { api_query one "SELECT $u.id"; }
--- must_die
--- error_log
"$u.id" is unknown: $name.column is a column of an earlier


=== names: a claim
--- config
api_route GET /a { api_query one "SELECT $jwt.sub"; }
--- must_die
--- error_log
"$jwt.sub" is a claim of an access token, and there is no api_jwt


=== names: a row without a column
--- config
api_route GET /a { api_query one "SELECT 1 AS i" as=u; api_query one "SELECT $u"; }
--- must_die
--- error_log
"$u" is a row: say which column, as $name.id


=== names: a column of itself
--- config
api_route GET /a { api_query one "SELECT $u.i" as=u; }
--- must_die
--- error_log
"$u.i" is known only after its own statement


=== names: a column of many
--- config
api_route GET /a { api_query many "SELECT 1 AS i" as=u; api_query one "SELECT $u.i"; }
--- must_die
--- error_log
make it one, optional or value instead of many or exec


=== names: a column of exec
--- config
api_route GET /a { api_query exec "SELECT 1 AS i" as=u; api_query one "SELECT $u.i"; }
--- must_die
--- error_log
make it one, optional or value instead of many or exec


=== names: $body without a body
--- config
api_route POST /a { api_query exec "SELECT $body"; }
--- must_die
--- error_log
"$body" is the whole body, but the route has no api_body


=== names: a field of an array
--- config
api_route POST /a { api_body array { x int; } api_query exec "SELECT $x"; }
--- must_die
--- error_log
take it apart with jsonb_to_recordset($body)


=== names: $api_row_NAME
--- config
api_route GET /a { api_query one "SELECT $api_row_id"; }
--- must_die
--- error_log
is known only after the statements: give the earlier one "as=name"


=== warnings: what a route declares and never uses
--- config
location /api {
    api_param tenant uuid in=header;

    api_route POST /a/:id {
        api_param limit int;
        api_body {
            email    email required;
            password string max=128;
        }
        api_hash_password $hash $password;
        api_query value "SELECT 1";
    }

    api_route GET /b {
        return 200 b;
    }
}
--- request
GET /api/b
--- response_body chomp
b
--- error_log eval
[
qr/\[warn\].* the segment "id" of "POST \/api\/a\/:id" is never used: no statement says \$id in \S+nginx\.conf:\d+/,
qr/\[warn\].* api_param "limit" of "POST \/api\/a\/:id" is never used/,
qr/\[warn\].* the field "email" of "POST \/api\/a\/:id" is never used/,
qr/\[warn\].* the hash "hash" of "POST \/api\/a\/:id" is never used/,
]
--- no_error_log
"tenant"
"password"


=== warnings: $body is every field, and a location's parameter is nobody's
--- config
location /api {
    api_param limit int;

    api_route POST /a {
        api_body { email email; }
        api_query value "SELECT $body";
    }

    api_route POST /c {
        api_body array min=1 { email email; }
        api_query value "SELECT $body";
    }

    api_route GET /b { return 200 b; }
}
--- request
GET /api/b
--- response_body chomp
b
--- no_error_log
never used


=== good: every kind of place, method and type
--- unchecked
--- config
api_route GET / { return 200 root; }
api_route OPTIONS /everything { return 200 options; }

location /slash/ {
    api_route GET / { return 200 slash; }
    api_route GET /b { return 200 b; }

    location /slash/deep {
        api_param x int;
        api_timeout 1s;
        api_route PUT /c/:a<int> { api_query one "SELECT $a AS a"; }
        api_route PUT /c/:b<uuid> { api_query one "SELECT $b AS b"; }
        api_route PUT /c/:c { api_query one "SELECT $c AS c"; }
        api_route PUT /c/*d { api_query one "SELECT $d AS d"; }
        api_route DELETE /d/:e<enum(x,y)> { api_query exec "DELETE FROM t WHERE e = $e"; }
    }
}

location ^~ /types {
    api_route PATCH /t {
        api_param a int min=1 max=3 default=2;
        api_param b bigint[] max=10;
        api_param c number required;
        api_param d bool default=true;
        api_param e string min=1 in=cookie;
        api_param f uuid in=header;
        api_param g enum(x,y) default=x;
        api_param h ipv4;
        api_query one "SELECT $a, $b, $c, $d, $e, $f, $g, $h, $remote_addr,
                              $http_user_agent, $arg_x, $api_route";
    }
}
--- request
GET /slash
--- response_body chomp
slash
--- no_error_log
[warn]


=== good: directives of nginx in a route, "if" and limit_except
--- http_config
limit_req_zone $binary_remote_addr zone=z:1m rate=1000r/s;
log_format f "$api_route $api_row_id";
api_postgres app { primary $TEST_NGINX_PG_URI; }
--- config
location /api {
    proxy_pass http://127.0.0.1:1;

    api_route GET /a {
        api_query one "SELECT 1 AS id";
        limit_req zone=z burst=5;
        expires 60s;
        gzip on;
        add_header X-Id $api_row_id;
        error_page 404 /404;
        access_log logs/a.log f;
        client_max_body_size 1k;
        client_body_buffer_size 1k;

        if ($arg_forbidden) {
            return 403;
        }

        limit_except GET {
            deny all;
        }
    }

    api_route GET /old/:id { proxy_pass http://127.0.0.1:1; }
    api_route GET /gif { empty_gif; }
    api_route GET /ok { return 200 ok; }
}
--- request
GET /api/ok
--- response_body chomp
ok
--- no_error_log
[warn]


=== good: statements that only look wrong
--- unchecked
--- config
api_route GET /a/:id {
    api_param user string;
    api_query one "SELECT $id::int AS id, '$nobody', $$ $nobody $$, $q$ ; $q$, \"$col\"
                   -- $nobody ;
                   /* $nobody /* ; */ */ , 'it''s', E'\\'$nobody' ;  " as=first;
    api_query optional 'SELECT $first.id AS "a b", $user AS u' as=second;
    api_query many "SELECT $second.u" answer;
    api_query value "CALL something($first.id)" as=third;
    api_query exec "SELECT $third.x";
}
api_route GET /ok { return 200 ok; }
--- request
GET /ok
--- response_body chomp
ok
--- no_error_log
[warn]


=== good: names go from the location to the route
--- unchecked
--- config
location /api {
    api_param id uuid;
    api_param limit int default=5;
    api_error 23505 422 "taken";
    api_error some_constraint 422;

    # typed by the location; by itself; by its own parameter; left as it is
    api_route GET /a/:id { api_query one "SELECT $id"; }
    api_route GET /b/:id<int> { api_query one "SELECT $id"; }
    api_route GET /c/:id { api_param id date; api_query one "SELECT $id"; }
    api_route GET /d/*id { api_query one "SELECT $id"; }

    # a declared name hides a variable of nginx
    api_route GET /e { api_param limit bigint; api_param host string;
                       api_error 23505 409;
                       api_query one "SELECT $limit, $host"; }
}
api_route GET /ok { return 200 ok; }
--- request
GET /ok
--- response_body chomp
ok
--- no_error_log
[warn]


=== good: databases by environment, by file and by include
--- http_config
include ../html/two.conf;
api_postgres one { primary env:TEST_NGINX_PG_URI; max_connections 3; }
--- config
api_route GET /a { api_database one; api_query one "SELECT 1"; }

location /two {
    api_database two;
    api_route GET /a { api_query one ../html/a.sql; }
}
api_route GET /ok { return 200 ok; }
--- user_files eval
">>> two.conf
api_postgres two { include ../html/settings.conf; primary file:../html/secret; }
>>> settings.conf
max_connections 10; min_connections 0; queue 0; read_batch off; prepare off;
acquire_timeout 500ms; connect_timeout 1s; idle_timeout 1m; max_lifetime 1h;
statement_timeout 24d;
>>> secret
host=/nowhere user=a password='s3cret' dbname=a
>>> a.sql
-- \$nobody
SELECT 1;
"
--- request
GET /ok
--- response_body chomp
ok
--- no_error_log
s3cret


=== good: two servers may have the same routes
--- http_config
api_postgres app { primary $TEST_NGINX_PG_URI; }
server {
    listen 127.0.0.1:$TEST_NGINX_SERVER_PORT;
    server_name other;
    location / {
        api_route GET /ok { return 200 other; }
        api_route GET /   { return 200 other; }
    }
}
--- config
api_route GET /ok { return 200 ok; }
--- request
GET /ok
--- response_body chomp
ok
