# Networks between nginx and PostgreSQL that fail; what runs is t/network.py.
exec 'python3', 't/network.py', @ARGV or die "python3: $!\n";
