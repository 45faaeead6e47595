package Api;

# Test::Nginx::Socket, set up for this module; t/lib/run-suite runs it.
#
#     use lib 't/lib';
#     use Api;
#
#     sql('CREATE TABLE t (id int PRIMARY KEY)');
#     run_tests();
#
#     __DATA__
#     === a test
#     --- config
#     ...
#
# Each file has
#   - a database of its own, empty and owned by the role app:
#     $TEST_NGINX_PG_URI, over a unix socket, and $TEST_NGINX_PG_TCP_URI;
#   - that database as `api_postgres app` in every block which brings no
#     http_config of its own;
#     (a block that says `--- unchecked`, and those of a file that sets
#     $Api::Unchecked, have "check off" there: their statements are wrong, or
#     their tables made, on purpose);
#   - a master and an unprivileged worker, a port and a server root of its own;
#   - a last assertion, when nginx has stopped: no worker died, nothing was
#     logged at [alert] or above but [emerg], no tool reported an error.
#     A block that provokes an alert says so: `--- expect_alert: pattern`.
#
# sql() and admin_sql() run statements as app and as the superuser and return
# what psql prints; pg_ctl() restarts or stops PostgreSQL.

BEGIN {
    die "run the tests by t/lib/run-suite: it starts what they need\n"
        unless $ENV{TEST_NGINX_SCRATCH};

    require FreePort;

    my ($name) = $0 =~ m{([^/]+?)(?:\.t)?$};
    $name =~ s/\W/_/g;

    # read when Test::Nginx is loaded

    $ENV{TEST_NGINX_SERVROOT}       = "$ENV{TEST_NGINX_SCRATCH}/$name";
    $ENV{TEST_NGINX_SERVER_PORT}    = FreePort::pick();
    $ENV{TEST_NGINX_CLIENT_PORT}    = $ENV{TEST_NGINX_SERVER_PORT};
    $ENV{TEST_NGINX_MASTER_PROCESS} = 'on';
    $ENV{TEST_NGINX_LOG_LEVEL}    ||= 'info';
    $ENV{TEST_NGINX_WORKER_USER}  ||= 'www-data' if $> == 0;

    my $app = "app:$ENV{TEST_NGINX_PG_APP_PASSWORD}";

    $ENV{TEST_NGINX_PG_DATABASE} = "t_$name";
    $ENV{TEST_NGINX_PG_URI}
        = "postgresql://$app\@/t_$name?$ENV{TEST_NGINX_PG_QUERY}";
    $ENV{TEST_NGINX_PG_TCP_URI}
        = "postgresql://$app\@127.0.0.1:$ENV{TEST_NGINX_PG_PORT}/t_$name"
          . '?sslmode=disable';

    # run-suite --pooler: the one that is not asked for TCP leads through it

    if ($ENV{TEST_NGINX_PG_POOLER}) {
        $ENV{TEST_NGINX_PG_URI}
            = "postgresql://$app\@127.0.0.1:$ENV{TEST_NGINX_PG_POOLER}/t_$name"
              . '?sslmode=disable';
    }
}

use Test::Nginx::Socket -Base;
use IPC::Run ();

our @EXPORT = qw(sql admin_sql pg_ctl);

our $ErrorLog = "$ENV{TEST_NGINX_SERVROOT}.error.log";
our @Expected;
our $Unchecked;
our $Checked;

our $HttpConfig = <<'END';
    api_postgres app {
        primary $TEST_NGINX_PG_URI;
    }
END


# ---- PostgreSQL ------------------------------------------------------------

sub output_of (@) {
    my ($out, $err);

    IPC::Run::run([@_], \undef, \$out, \$err) or die "$_[0]: $err";

    return $out;
}

sub psql (@) {
    my ($role, $password, $database, @statements) = @_;

    local $ENV{PGPASSWORD} = $password;

    my @command = (
        "$ENV{TEST_NGINX_PG_BIN}/psql", '-X', '-q', '-A', '-t',
        '-v', 'ON_ERROR_STOP=1',
        '-h', $ENV{TEST_NGINX_PG_HOST}, '-p', $ENV{TEST_NGINX_PG_PORT},
        '-U', $role, '-d', $database, map { ('-c', $_) } @statements);

    my $out = output_of(@command);
    chomp $out;
    return $out;
}

sub sql (@) {
    return psql('app', $ENV{TEST_NGINX_PG_APP_PASSWORD},
                $ENV{TEST_NGINX_PG_DATABASE}, @_);
}

sub admin_sql (@) {
    return psql('postgres', $ENV{TEST_NGINX_PG_PASSWORD}, 'postgres', @_);
}

sub pg_ctl (@) {
    my @command = ("$ENV{TEST_NGINX_PG_BIN}/pg_ctl", '-s', '-w',
                   '-D', $ENV{TEST_NGINX_PG_DATADIR},
                   '-l', "$ENV{TEST_NGINX_SCRATCH}/postgres/log/start.log", @_);

    if ($> == 0) {
        my $user = $ENV{TEST_NGINX_PG_OS_USER};
        unshift @command, 'setpriv', "--reuid=$user", "--regid=$user",
            '--init-groups', '--';
    }

    output_of(@command);
}


# ---- every block -----------------------------------------------------------

add_block_preprocessor {
    my ($block) = @_;

    if (!defined $block->http_config) {
        my $http = $HttpConfig;
        $http =~ s/}/    pooler transaction;\n    }/
            if $ENV{TEST_NGINX_PG_POOLER};
        $http =~ s/}/    check off;\n    }/
            if $Unchecked || defined $block->unchecked;
        $block->set_value('http_config', $http);
    }

    # one more log, which outlives the block: what is written during shutdown
    # is in it, too

    $block->set_value('main_config',
                      "error_log $ErrorLog warn;\n"
                      . ($block->main_config // ''));

    push @Expected, $block->expect_alert if defined $block->expect_alert;
};

# Test::Nginx listens on every address: on the loopback only, please

{
    no warnings 'redefine';

    my $write_config_file = \&Test::Nginx::Util::write_config_file;

    *Test::Nginx::Util::write_config_file = sub ($$$) {
        local $Test::Nginx::Util::ServerPort
            = "127.0.0.1:$Test::Nginx::Util::ServerPort";
        $write_config_file->(@_);
    };
}


# ---- every file ------------------------------------------------------------

# The errors that Valgrind, ASan and UBSan wrote into $TEST_NGINX_REPORTS.

sub reports () {
    my @reports;

    for my $file (glob "$ENV{TEST_NGINX_REPORTS}/*") {
        open my $in, '<', $file or next;
        my $text = do { local $/; <$in> };
        close $in;

        push @reports, "$file:\n$text" if length $text;
    }

    return @reports;
}

sub alerts () {
    open my $in, '<', $ErrorLog or return;

    my @alerts = grep {
        /\[(?:alert|crit)\]|exited on signal|open socket|Sanitizer
         |runtime\ error:|Assertion/x
    } <$in>;

    close $in;

    for my $pattern (@Expected) {
        chomp $pattern;
        @alerts = grep { !/$pattern/ } @alerts;
    }

    return @alerts;
}

plan('no_plan');
no_shuffle();
worker_connections(1024);

admin_sql("DROP DATABASE IF EXISTS $ENV{TEST_NGINX_PG_DATABASE}",
          "CREATE DATABASE $ENV{TEST_NGINX_PG_DATABASE} OWNER app");

add_cleanup_handler(sub {
    return if $Checked++;

    if (-f $Test::Nginx::Util::PidFile) {
        my $pid = Test::Nginx::Util::get_pid_from_pidfile('the end');
        Test::Nginx::Util::kill_process($pid, 1, 'the end');
    }

    my @bad = alerts();
    push @bad, reports() if $ENV{TEST_NGINX_REPORTS};

    ok(!@bad, 'no crash, no alert, no report') or diag(@bad);
});

1;
