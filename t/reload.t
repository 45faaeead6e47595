# Reloads, good and refused, and binary upgrades; what runs is t/reload.py.
exec 'python3', 't/reload.py', @ARGV or die "python3: $!\n";
