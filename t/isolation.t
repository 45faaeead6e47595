# Reads of several requests in one transaction; what runs is t/isolation.py.
exec 'python3', 't/isolation.py', @ARGV or die "python3: $!\n";
