# Cold starts, reloads and upgrades with every fault a database can have; what
# runs is t/boot.py.
exec 'python3', 't/boot.py', @ARGV or die "python3: $!\n";
