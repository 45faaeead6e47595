# Beside other sites and other modules: routes of the server before their
# locations, subrequests, modules loaded later; what runs is t/guest.py.
exec 'python3', 't/guest.py', @ARGV or die "python3: $!\n";
