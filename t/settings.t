# Settings that requests leave behind, directly and through PgBouncer; what runs
# is t/settings.py.
exec 'python3', 't/settings.py', @ARGV or die "python3: $!\n";
