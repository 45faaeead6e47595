# A schema that others change while requests run; what runs is t/changing.py.
exec 'python3', 't/changing.py', @ARGV or die "python3: $!\n";
