# What libpq keeps back is sent without another event; what runs is t/flush.py.
exec 'python3', 't/flush.py', @ARGV or die "python3: $!\n";
