# Who may ask, and where: nginx's choice of a location, its access rules and
# limits before our answers; what runs is t/access.py.
exec 'python3', 't/access.py', @ARGV or die "python3: $!\n";
