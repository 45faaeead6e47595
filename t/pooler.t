# PgBouncer between nginx and PostgreSQL; what runs is t/pooler.py.
exec 'python3', 't/pooler.py', @ARGV or die "python3: $!\n";
