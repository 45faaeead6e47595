# The example as it stands, row by row; what runs is t/example.py.
exec 'python3', 't/example.py', @ARGV or die "python3: $!\n";
