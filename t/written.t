# What columns take, by PostgreSQL's verdict and ours; what runs is t/written.py.
exec 'python3', 't/written.py', @ARGV or die "python3: $!\n";
