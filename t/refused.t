# Cold starts and upgrades with the rarer answers of a server, and names of
# hosts; what runs is t/refused.py.
exec 'python3', 't/refused.py', @ARGV or die "python3: $!\n";
