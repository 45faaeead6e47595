# Reads of several requests in one transaction; what runs is t/shares.py.
exec 'python3', 't/shares.py', @ARGV or die "python3: $!\n";
