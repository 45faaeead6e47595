# Bodies at their bounds and beyond; what runs is t/body_limits.py.
exec 'python3', 't/body_limits.py', @ARGV or die "python3: $!\n";
