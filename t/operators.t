# Declared types beside every operator of PostgreSQL's; what runs is
# t/operators.py.
exec 'python3', 't/operators.py', @ARGV or die "python3: $!\n";
