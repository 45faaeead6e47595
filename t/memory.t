# Allocation i fails, for all i; what runs is t/memory.py.
exec 'python3', 't/memory.py', @ARGV or die "python3: $!\n";
