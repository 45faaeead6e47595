# Migrations: what a start, a reload and nginx -t make of a folder.
#
# Test::Nginx wants a server that starts; here many do not.  So this is plain
# Test::More, beside the PostgreSQL of t/lib/with-services:
#
#     t/system/run migrations

use strict;
use warnings;

use Compress::Raw::Zlib ();
use Digest::SHA qw(sha384_hex);
use File::Path qw(make_path);
use IO::Socket::INET;
use IPC::Run ();
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my %env = map { $_ => $ENV{"TEST_NGINX_$_"} }
    qw(SCRATCH PG_HOST PG_PORT PG_QUERY PG_PASSWORD PG_APP_PASSWORD PG_BIN
       BINARY LOAD_MODULES);

plan skip_all => 'run it by t/lib/run-suite' unless $env{SCRATCH};

my $root     = "$env{SCRATCH}/migrations";
my $database = 't_migrations';
my $count    = 0;
my ($dir, $uri, $options, $log);


# ---- helpers ---------------------------------------------------------------

sub psql {
    my ($role, $password, $name, @statements) = @_;
    my ($out, $err);

    local $ENV{PGPASSWORD} = $password;

    IPC::Run::run(["$env{PG_BIN}/psql", qw(-X -q -A -t -v ON_ERROR_STOP=1),
                   '-h', $env{PG_HOST}, '-p', $env{PG_PORT}, '-U', $role,
                   '-d', $name, map { ('-c', $_) } @statements],
                  \undef, \$out, \$err)
        or die $err;

    chomp $out;
    return $out;
}

sub sql   { return psql('app', $env{PG_APP_PASSWORD}, $database, @_) }
sub admin { return psql('postgres', $env{PG_PASSWORD}, 'postgres', @_) }

# a new folder of files and a database without tables

sub fresh {
    my (%files) = @_;

    psql('postgres', $env{PG_PASSWORD}, $database,
         'SET client_min_messages = warning', 'DROP SCHEMA public CASCADE',
         'CREATE SCHEMA public AUTHORIZATION app');

    $dir     = sprintf '%s/%03d', $root, ++$count;
    $uri     = "postgresql://app:$env{PG_APP_PASSWORD}\@/$database"
               . "?$env{PG_QUERY}";
    $options = '';

    make_path("$dir/migrations");
    put(%files);
}

sub put {
    my (%files) = @_;

    for my $name (keys %files) {
        open my $out, '>:raw', "$dir/migrations/$name" or die "$name: $!";
        print $out $files{$name};
        close $out;
    }
}

sub conf {
    my ($name) = @_;
    my $file = "$dir/$name.conf";

    my $load = join '', map { "load_module $_;\n" }
        split ' ', $env{LOAD_MODULES};

    open my $out, '>', $file or die "$file: $!";
    print $out <<"END";
$load
pid $dir/$name.pid;
error_log $dir/$name.log info;
worker_processes 1;
events { }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;

    api_postgres app {
        primary    "$uri";
        migrations $dir/migrations;
        check      off;                     # the rehearsal is t/check.py's
        $options
    }

    server {
        listen unix:$dir/$name.sock;
    }
}
END
    close $out;

    return $file;
}

sub nginx {
    my (@arguments) = @_;

    IPC::Run::run([$env{BINARY}, '-p', $dir, @arguments], \undef, '>&', \$log);
    return $? >> 8;
}

sub pid {
    my ($name) = @_;

    open my $in, '<', "$dir/$name.pid" or return;
    my ($pid) = <$in> =~ /(\d+)/;
    return $pid;
}

sub quit {
    my ($name) = @_;

    # again and again: a master that has just forked its workers may miss one;
    # not until the process is gone, which may be long a zombie

    for (1 .. 400) {
        my $pid = pid($name);
        return unless $pid || -e "$dir/$name.sock";

        kill 'QUIT', $pid if $pid;
        sleep 0.02;
    }

    fail "nginx $name does not stop";
}

# the exit code of a start; nginx is stopped again, its log is in $log

sub start {
    my $code = nginx('-c', conf('nginx'));
    quit('nginx') if $code == 0;
    return $code;
}

sub starts {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is(start(), 0, $what) or diag($log);
}

sub refused {
    my ($what, @patterns) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;

    isnt(start(), 0, $what);
    like($log, qr/\[emerg\][^\n]*$_/, "$what: said so") for @patterns;
}

sub tables {
    return sql("SELECT string_agg(tablename, ' ' ORDER BY tablename)
                FROM pg_tables WHERE schemaname = 'public'");
}

sub versions {
    return sql("SELECT string_agg(version::text, ' ' ORDER BY version)
                FROM _sqlx_migrations");
}


# ---- what works ------------------------------------------------------------

admin("DROP DATABASE IF EXISTS $database",
      "CREATE DATABASE $database OWNER app");

fresh();
starts('an empty folder');
is(tables(), '', 'an empty folder makes no table');

my %two = ('0001_create_users.sql'  => "CREATE TABLE users (id int);\n",
           '2_create__posts.up.sql' => "CREATE TABLE posts (a int);"
                                       . "INSERT INTO posts VALUES (1), (2);",
           '2_create__posts.down.sql' => "DROP TABLE posts;");

fresh(%two, 'README.md' => '', '.hidden.sql' => '', '3-dash.sql' => '',
      'seed.SQL' => '');
make_path("$dir/migrations/4_folder.sql");

is(nginx('-t', '-c', conf('nginx')), 0, 'nginx -t') or diag($log);
is(tables(), '', 'nginx -t changes nothing');

starts('two files');
is(tables(), '_sqlx_migrations posts users', 'both are applied');
is(sql('SELECT count(*) FROM posts'), 2, 'with all their statements');

like($log, qr/\[notice\].*\/0001_create_users.sql" applied to .* in .*ms/,
     'a notice for the first');
like($log, qr/\[notice\].*2_create__posts.up.sql" applied/, 'and the second');
like($log, qr/\[warn\].*3-dash.sql" is not a migration/, 'a warning for 3-dash');
like($log, qr/\[warn\].*seed.SQL" is not a migration/, 'a warning for seed.SQL');
unlike($log, qr/README|hidden|4_folder/, 'none for the others');

is(sql("SELECT version, description, success, encode(checksum, 'hex'),
               execution_time BETWEEN 1000 AND 60e9,
               installed_on BETWEEN now() - interval '1 min' AND now()
        FROM _sqlx_migrations ORDER BY version"),
   '1|create users|t|' . sha384_hex($two{'0001_create_users.sql'}) . "|t|t\n"
   . '2|create  posts|t|' . sha384_hex($two{'2_create__posts.up.sql'})
   . '|t|t', 'the rows of SQLx');

is(sql("SELECT string_agg(concat_ws(' ', column_name, data_type, is_nullable,
                                    column_default), ', '
                          ORDER BY ordinal_position)
        FROM information_schema.columns
        WHERE table_name = '_sqlx_migrations'"),
   'version bigint NO, description text NO, installed_on timestamp with time'
   . ' zone NO now(), success boolean NO, checksum bytea NO,'
   . ' execution_time bigint NO', 'the table of SQLx');

starts('the same again');
unlike($log, qr/applied|waiting/, 'has nothing to do');

put('0000_zero.sql' => 'CREATE TABLE zero ();');
starts('an older version, later');
is(versions(), '0 1 2', 'is applied');

put('3_empty.sql' => '', '4_comment.sql' => "-- nothing\n",
    '9223372036854775807_last.sql' => ';;', '5_.sql' => 'SELECT 1');
starts('empty files');
is(versions(), '0 1 2 3 4 5 9223372036854775807', 'are applied');

sql('REVOKE ALL ON _sqlx_migrations FROM app',
    'GRANT SELECT ON _sqlx_migrations TO app');
admin("ALTER ROLE app IN DATABASE $database"
      . " SET default_transaction_read_only = on");
starts('a role that may only read, and nothing pending');
admin("ALTER ROLE app IN DATABASE $database"
      . " RESET default_transaction_read_only");


# ---- statements ------------------------------------------------------------

fresh('1_all.sql' => <<'END');
/* COMMIT; /* */ BEGIN; */
CREATE TABLE t (a int, "b;" text, c text DEFAULT E'\'; COMMIT; --');
CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
    RETURN 1; -- $$
END;
$body$;
DO $$ BEGIN PERFORM one(); END $$;
CREATE RULE r AS ON UPDATE TO t DO ALSO (SELECT 1; SELECT 2);
PREPARE p AS SELECT $1::int;
SELECT set_config('search_path', '', false);
SELECT g, repeat('x', 1000) FROM generate_series(1, 20000) g;
DO $$ BEGIN RAISE WARNING 'mind the step'; END $$;
END

starts('statements of many kinds');
is(versions(), '1', 'and a search_path of their own');
like($log, qr/\[warn\].*1_all.sql": WARNING 01000: mind the step/,
     'the warnings of a migration are in the log');

fresh('1_atomic.sql' => <<'END');
CREATE TABLE t (a int);
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC
    SELECT CASE x WHEN 1 THEN 2 END;
    SELECT t.a AS end FROM t;
    SELECT $1 + 1;
END;
INSERT INTO t VALUES (f(1));
INSERT INTO t VALUES (f('x'));
END

SKIP: {
    skip 'PostgreSQL 14 has BEGIN ATOMIC', 4
        if sql('SHOW server_version_num') < 140000;

    refused('a wrong statement behind a SQL-standard body',
            ': ERROR 22P02.*/1_atomic.sql:8:25\n');
    put('1_atomic.sql' => "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC"
                          . " SELECT 1; END;");
    starts('a SQL-standard body');
    is(versions(), '1', 'is no transaction');
}

fresh('1_index.sql' => "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a)",
      '0_table.sql' => 'CREATE TABLE t (a int)');
starts('a file without a transaction');
is(versions(), '0 1', 'is applied');

put('2_vacuum.sql' => "VACUUM;");
refused('VACUUM in a transaction',
        ': ERROR 25001:.*begin the file with "-- no-trans.*/2_vacuum.sql:1:1\n');
put('2_vacuum.sql' => "-- no-transaction\n\nVACUUM t; VACUUM t;");
refused('two of them without one',
        ': the statements of one file run as one .*a file of its own.*/2_vacuum.sql:3:1\n');
put('2_vacuum.sql' => "-- no-transaction\nBEGIN; CREATE TABLE u (a int)");
refused('an open end', '2_vacuum.sql" leaves a transaction open');
is(tables(), '_sqlx_migrations t', 'is rolled back');
put('2_vacuum.sql' => "-- no-transaction\nBEGIN; CREATE TABLE u (a int);"
                      . "COMMIT;");
starts('a transaction of its own');
is(tables() . ' ' . versions(), '_sqlx_migrations t u 0 1 2', 'is committed');


# ---- failures --------------------------------------------------------------

my %failures = (
    'a wrong column' =>
        ["CREATE TABLE a (b int);\nSELECT 1,\n  \xC3\xA9, x FROM a;\n",
         '3:3', ': ERROR 42703: column "\xC3\xA9" does not exist'],
    'a wrong column behind a tab, characters and CRLF' =>
        ["SELECT '\xE2\x82\xAC';\r\n\tSELECT '\xF0\x9F\x90\x98', x;\r\n",
         '2:14', ': ERROR 42703: column "x"'],
    'a syntax error' =>
        ["CREATE TABLE a (b int);\nSELEC 1;",
         '2:1', ': ERROR 42601: syntax error at or near "SELEC"'],
    'a syntax error at the end' =>
        ["SELECT (1;\n\n", '1:10', ': ERROR 42601'],
    'a broken rule in the third statement' =>
        ["CREATE TABLE a (b int NOT NULL);;\nSELECT 1; -- one\n"
         . "/* here */\n  INSERT INTO a\n  VALUES (NULL);\nSELECT 2;",
         '4:3', ': ERROR 23502: null value.*; DETAIL: Failing row'],
    'an exception' =>
        ["SELECT 1;\nDO \$\$ BEGIN RAISE EXCEPTION E'bad\\nluck' USING HINT ="
         . " 'try harder'; END \$\$;",
         '2:1', ': ERROR P0001: bad luck; HINT: try harder; CONTEXT: PL/pgSQL'],
    'a deferred rule' =>
        ["CREATE TABLE a (b int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n"
         . "INSERT INTO a VALUES (1), (1);",
         '2:31', ' fails at its end.*: ERROR 23505'],
    'the end of the session' =>
        ["CREATE TABLE a (b int);\nSELECT pg_terminate_backend("
         . "pg_backend_pid());", '2:1', ': FATAL 57P01: terminating'],
    'a role that may not record it' =>
        ["CREATE TABLE a (b int); SET ROLE other;",
         '1:40', ' fails at its end.*: ERROR 42501: permission denied'],

    'transaction control' =>
        ["CREATE TABLE a (b int);\n  COMMIT;", '2:3', ': transaction control'],
    'a savepoint' =>
        ["SELECT 1; savepoint a;", '1:11', ': transaction control'],
    'a psql command' =>
        ["-- dump\n\\connect app\n", '2:1', ': a psql command'],
    'COPY FROM STDIN' =>
        ["COPY a (b) FROM stdin;\n1\n\\.\n", '1:17', ': COPY from or to the cl'],
    'a string without end' =>
        ["SELECT 1;\nSELECT 'it''s;\n", '2:8', ': this string does not end'],
    'a byte order mark' =>
        ["\xEF\xBB\xBFSELECT 1;", '1:1', ': a byte order mark'],
    'a NUL byte' => ["SELECT 1;\n\0", '2:1', ': a NUL byte'],
    'Latin-1' => ["SELECT '\xE9';", '1:9', ': invalid UTF-8'],
);

admin('DROP ROLE IF EXISTS other', 'CREATE ROLE other', 'GRANT other TO app');

for my $what (sort keys %failures) {
    my ($text, $place, $pattern) = @{$failures{$what}};

    fresh('1_good.sql' => 'CREATE TABLE good (a int);', '2_bad.sql' => $text,
          '3_after.sql' => 'CREATE TABLE after (a int);');

    refused($what, "migration \"2_bad.sql\"$pattern.* in"
                   . " \Q$dir/migrations/2_bad.sql\E:$place\n.*\n[ \t]*\\^");
    is(() = $log =~ /\[emerg\]/g, 1, "$what: said once");

    # what can be seen before is refused before anything is run

    is(tables(), $pattern =~ /: ERROR|: FATAL/ ? '_sqlx_migrations good' : '',
       "$what: left nothing");

    put('2_bad.sql' => 'CREATE TABLE a (a int);');
    starts("$what: mended");
    is(versions(), '1 2 3', "$what: mended and applied");
}

# copied around the lexer, so at run time

fresh('1_copy.sql' => "-- no-transaction\nCOPY (SELECT 1) TO stdout");
refused('COPY TO STDOUT', ': COPY.*/1_copy.sql:2:20\n');


# ---- the folder ------------------------------------------------------------

sub test_refuses {
    my ($what, $pattern) = @_;

    is(nginx('-t', '-c', conf('nginx')), 1, "$what: nginx -t refuses");
    like($log, qr/\[emerg\][^\n]*$pattern/, "$what: nginx -t says why");
    refused($what, $pattern);
    is(tables(), '', "$what: nothing is done");
}

fresh('1_a.sql' => 'CREATE TABLE a ();', '01_b.up.sql' => '');
test_refuses('a version twice',
             '"[^"]*/01_b.up.sql" and "[^"]*/1_a.sql" have the same version');

for my $name (qw(x_a.sql -1_a.sql _a.sql 9223372036854775808_a.sql 1.5_a.sql))
{
    fresh('1_good.sql' => 'CREATE TABLE a ();', $name => '');
    test_refuses($name, "\Q$name\E\": the name has to begin with a version");
}

fresh();
symlink "$dir/nowhere", "$dir/migrations/1_link.sql";
test_refuses('a link to nothing', '1_link.sql" cannot be read: repair or remove it \(2: ');

fresh('1_big.sql' => '');
truncate "$dir/migrations/1_big.sql", 64 * 1024 * 1024 + 1;
test_refuses('a file that is too large', '1_big.sql" has 67108865 bytes');

fresh('1_big.sql' => 'SELECT 1;' . ' ' x (64 * 1024 * 1024 - 9));
starts('a file as large as allowed');
is(versions(), '1', 'is applied');

fresh();
rmdir "$dir/migrations";
test_refuses('no folder', "\"\Q$dir\E/migrations\" cannot be read: make it, or"
                          . ' correct its name in \\S+\\.conf:\\d+:20 \\(2: ');


# ---- the table -------------------------------------------------------------

fresh(%two);
starts('two files');

put('0001_create_users.sql' => "CREATE TABLE users (id bigint);\n",
    '3_new.sql' => 'CREATE TABLE new ();');
refused('a changed file', '0001_create_users.sql" was changed after it was');
put(%two);
unlink "$dir/migrations/2_create__posts.up.sql";
refused('a missing file', 'migration 2 "create  posts" was applied, but its'
                          . ' file is missing in "[^"]*/migrations"');
put(%two);
sql('UPDATE _sqlx_migrations SET success = false WHERE version = 2');
refused('a dirty version', '2_create__posts.up.sql" is marked as failed');
sql('UPDATE _sqlx_migrations SET success = true');
is(tables(), '_sqlx_migrations posts users', 'nothing was applied');
starts('as before');
is(tables(), '_sqlx_migrations new posts users', 'and the new one');

unlink glob "$dir/migrations/*";
refused('an emptied folder', 'migration 1 .* is missing',
        'migration 2 .* is missing', 'migration 3 .* is missing');

fresh(%two);
sql('CREATE TABLE _sqlx_migrations (a int)');
refused('another table of that name',
        '_sqlx_migrations cannot be read at .*: ERROR 42703');

SKIP: {
    skip 'PostgreSQL 15 keeps schema public from roles', 2
        if sql('SHOW server_version_num') < 150000;

    fresh(%two);
    psql('postgres', $env{PG_PASSWORD}, $database,
         'ALTER SCHEMA public OWNER TO postgres',
         'GRANT USAGE ON SCHEMA public TO app');
    refused('a role that may not make it',
            '_sqlx_migrations cannot be made at .*: ERROR 42501');
}


# ---- the server ------------------------------------------------------------

sub out_of_reach {
    my ($what, $where, $why) = @_;

    starts($what);
    like($log, qr/\[warn\].*api_postgres "app": \Q$where\E.*$why[;)]/,
         "$what: a warning");
    is(() = $log =~ /\[warn\]/g, 1, "$what: just one");
    unlike($log, qr/s3cret|\Q$env{PG_APP_PASSWORD}\E/, "$what: no password");
}

sub refuses_us {
    my ($what, $why) = @_;

    refused($what, "api_postgres \"app\": .* refuses the connection.*: $why");
    unlike($log, qr/s3cret|\Q$env{PG_APP_PASSWORD}\E/, "$what: no password");
}

fresh(%two);

my $deaf = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1,
                                 Proto => 'tcp') or die "listen: $!";
my $port = $deaf->sockport;
my $tcp  = "127.0.0.1:$env{PG_PORT}/$database";

$uri     = "postgresql://app:s3cret\@127.0.0.1:$port/x?sslmode=disable";
$options = 'connect_timeout 700ms;';

my $began = time;
out_of_reach('a deaf server', "127.0.0.1:$port, database \"x\"",
             'no answer within 700ms');
cmp_ok(time - $began, '<', 4.5, 'a deaf server: within connect_timeout');
$options = '';

$deaf->close;
out_of_reach('a closed port', "127.0.0.1:$port", 'the connection was refused');

$uri = "postgresql://app:s3cret\@/x?host=$dir&port=1";
out_of_reach('no socket', "$dir/.s.PGSQL.1", 'there is no such socket');

$uri = 'postgresql://app:s3cret@no-such-host.invalid/x';
out_of_reach('no such host', 'no-such-host.invalid:5432',
             'its host name cannot be resolved');

admin("DROP ROLE IF EXISTS crowd",
      "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0 PASSWORD 's3cret'");
$uri = "postgresql://crowd:s3cret\@$tcp?sslmode=disable";
out_of_reach('a full server', "127.0.0.1:$env{PG_PORT}",
             '53300: too many connections for role "crowd".*');

# a server that says one thing to whoever comes, or nothing

sub answering {
    my ($answer, $what, $why) = @_;

    my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5,
                                       Proto => 'tcp') or die "listen: $!";
    my $child = fork // die "fork: $!";

    if ($child == 0) {
        while (my $client = $server->accept) {
            $client->sysread(my $startup, 1000);
            $client->syswrite($answer);
        }
        POSIX::_exit(0);
    }

    $uri = 'postgresql://app:s3cret@127.0.0.1:' . $server->sockport
           . '/x?sslmode=disable';
    out_of_reach($what, '127.0.0.1:' . $server->sockport, $why);

    kill 'KILL', $child;
    waitpid $child, 0;
}

my $fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";

answering('E' . pack('N', 4 + length $fields) . $fields, 'a starting server',
          '57P03: the database system is starting up');
answering('', 'a server that hangs up', 'it closed the connection');

SKIP: {
    my $cert = $ENV{TEST_NGINX_PG_CERT} or skip 'a server without TLS', 7;

    $uri = "postgresql://app:$env{PG_APP_PASSWORD}\@$tcp?sslmode=verify-full";
    refuses_us('an unknown certificate', 'the TLS certificates do not fit');

    $uri .= "&sslrootcert=$cert";
    put('1_rows.sql' => "SELECT repeat('x', 10000 + g) FROM"
                        . ' generate_series(1, 2000) g;',
        '0_fail.sql' => 'SELECT 1, nope');
    unlink "$dir/migrations/0001_create_users.sql";
    refused('a failure over TLS', ': ERROR 42703.*/0_fail.sql:1:11\n');
    put('0_fail.sql' => 'SELECT 1');
    starts('20 MB of rows over TLS');
    is(versions(), '0 1 2', 'are read, and dropped');

    psql('postgres', $env{PG_PASSWORD}, $database,
         'SET client_min_messages = warning', 'DROP SCHEMA public CASCADE',
         'CREATE SCHEMA public AUTHORIZATION app');
}

$uri = "postgresql://app:x\@s3cret\@127.0.0.1:$port/x";
out_of_reach('a password with @', 'the server (whose address was misread',
             'its host name cannot be resolved');
$uri = "postgresql://app:x/s3cret\@127.0.0.1:$port/x";
refused('a password with /',
        'api_postgres "app" has a port that is not a number[^\n]*nginx.conf:\d+');
unlike($log, qr/s3cret/, 'a password with /: no password');

$uri = "postgresql://app:s3cret\@$tcp?sslmode=disable";
refuses_us('a wrong password', '28P01: password authentication failed');
$uri = "postgresql://app\@$tcp?sslmode=disable&passfile=$dir/none";
refuses_us('no password', 'it asks for a password, and none is given');
$uri = "postgresql://app:$env{PG_APP_PASSWORD}\@127.0.0.1:$env{PG_PORT}/nope"
       . '?sslmode=disable';
refuses_us('no such database', '3D000: database "nope" does not exist');
is(tables(), '', 'nothing was applied');


# ---- several servers -------------------------------------------------------

fresh('1_slow.sql' => 'SELECT pg_sleep(0.7); CREATE TABLE a (b int);',
      '2_next.sql' => 'CREATE TABLE b (b int);');

make_path("$dir/migrations/repeatable");
put('repeatable/view.sql' => 'CREATE VIEW v AS SELECT b FROM a;');

my @servers = map {
    IPC::Run::start([$env{BINARY}, '-p', $dir, '-c', conf("n$_")],
                    \undef, '>', "$dir/n$_.out", '2>&1')
} 1 .. 3;

is(scalar(grep { $_->finish } @servers), 3, 'three servers start at once');
quit("n$_") for 1 .. 3;

my $all = join '', map { slurp("$dir/n$_.out") } 1 .. 3;

is(() = $all =~ /" applied to/g, 3, 'each file is applied once');
is(() = $all =~ /waiting for another/g, 2, 'two servers wait');

sub slurp {
    my ($file) = @_;

    open my $in, '<', $file or return '';
    local $/;
    return <$in>;
}

# SQLx's lock, of which a bigint has two halves in pg_locks

my $lock = 0x3d32ad9e * Compress::Raw::Zlib::crc32($database);

put('3_third.sql' => "CREATE TABLE locks AS SELECT classid::bigint << 32
                      | objid::bigint AS id FROM pg_locks
                      WHERE locktype = 'advisory'
                        AND pid = pg_backend_pid();");
starts('one more file');
is(sql('SELECT id FROM locks'), $lock, 'the lock of SQLx is held');


put('4_unlock.sql' => 'SELECT pg_advisory_unlock_all();',
    '5_locks.sql' => 'INSERT INTO locks SELECT classid::bigint << 32
                      | objid::bigint FROM pg_locks
                      WHERE locktype = \'advisory\'
                        AND pid = pg_backend_pid();');
starts('a file that releases the lock');
is(sql('SELECT count(*) FROM locks'), 2, 'it is taken again for the next one');


# ---- reload ----------------------------------------------------------------

fresh(%two);
is(nginx('-c', conf('nginx')), 0, 'nginx starts');

my $master = pid('nginx');
my ($worker) = workers();

put('3_bad.sql' => "CREATE TABLE c ();\nSELECT nope;");
kill 'HUP', $master;
ok(wait_for(sub { slurp("$dir/nginx.log") =~ /ERROR 42703.*\/3_bad.sql:2:8\n/ }),
   'a failing file is named in the log');
is_deeply([workers()], [$worker], 'the old worker goes on');

put('3_bad.sql' => 'CREATE TABLE c ();');
kill 'HUP', $master;
ok(wait_for(sub { slurp("$dir/nginx.log") =~ /3_bad.sql" applied to/ }),
   'the next reload applies it');
ok(wait_for(sub { !grep { $_ == $worker } workers() }), 'by new workers');
is(tables(), '_sqlx_migrations c posts users', 'and it is there');

is(nginx('-c', conf('nginx'), '-s', 'reload'), 0, 'nginx -s reload');
unlike($log, qr/applied/, 'the signaller applies nothing');
quit('nginx');

sub workers {
    my $out = `pgrep -P $master`;
    return sort { $a <=> $b } split ' ', $out;
}

sub wait_for {
    my ($condition) = @_;

    for (1 .. 100) {
        return 1 if $condition->();
        sleep 0.05;
    }

    return 0;
}


# ---- and in the end --------------------------------------------------------

my @bad = map { grep { /\[alert\]|\[crit\]|signal \d+ \(core|Sanitizer/ }
                split /^/, slurp($_) } glob "$root/*/*.log";

# and the errors of --sanitize or --valgrind

push @bad, map { slurp($_) } glob "$ENV{TEST_NGINX_REPORTS}/*"
    if $ENV{TEST_NGINX_REPORTS};

ok(!@bad, 'no alert, no crash, no report') or diag(@bad);

admin("DROP DATABASE $database", 'DROP ROLE other', 'DROP ROLE crowd');

done_testing();
