# One slow request hurts no other; what runs is t/slow.py.
exec 'python3', 't/slow.py', @ARGV or die "python3: $!\n";
