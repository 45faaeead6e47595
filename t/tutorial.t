# The commands of docs/tutorial.md, one after the other; what runs is t/tutorial.py.
exec 'python3', 't/tutorial.py', @ARGV or die "python3: $!\n";
