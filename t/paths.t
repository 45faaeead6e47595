
# Whose a path is: what no route takes, beside others' handlers, and requests
# that nginx makes of its own; what runs is t/paths.py.
exec 'python3', 't/paths.py', @ARGV or die "python3: $!\n";
