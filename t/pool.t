# The pool at its limits, and PostgreSQL away; what runs is t/pool.py.
exec 'python3', 't/pool.py', @ARGV or die "python3: $!\n";
